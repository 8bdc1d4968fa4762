import {expect} from '@open-wc/testing';
import type {Notice} from '../../src/domain/snapshot.js';
import type {Stage, WidgetTag} from '../../stories/support/stage.js';
import {
  AVAILABLE,
  scriptedAcw,
  scriptedInteraction,
  scriptedInteractions,
  scriptedPop,
  type SnapshotPatch,
} from '../support/scripted-session.js';
import {waitUntil} from '../support/wait-until.js';
import {focused, mount, words} from './support.js';

const at = new Date(2027, 0, 15, 14, 5).getTime();
const call = {interactionId: 'i-1', mediaType: 'voice', about: at} as const;
const status = {id: 'statusRefused', at, code: 'statusRefused', status: {state: 'lunch'}, error: 'FORBIDDEN'} as const;
const hold = {id: 'hold i-1', at, code: 'commandNotDone', action: 'hold', ...call} as const;
const log: Notice = {id: 'log i-1', at, code: 'contactLogFailed', ...call};
const full: Notice = {id: 'popBufferFull', at, code: 'popBufferFull', count: 3};
const all: readonly Notice[] = [status, hold, log, full, {id: 'acw i-1', at, code: 'acwLeftEarly', ...call}];

const showing = (items: readonly Notice[], more: SnapshotPatch = {}): SnapshotPatch => ({...more, notices: {items}});
const live = scriptedInteractions([scriptedInteraction({interactionId: 'i-1', state: 'talking', from: '+4930123'})]);
const texts = (stage: Stage): string[] => stage.all('[data-notice] .grow').map(words);
const spoken = (stage: Stage): string => words(stage.find('[aria-live=polite]'));
/** What went wrong, in words, comes in a part of its own. */
const says = (stage: Stage, ...expected: readonly RegExp[]): Promise<void> =>
  waitUntil(() => {
    const shown = texts(stage);
    return shown.length === expected.length && expected.every((pattern, i) => pattern.test(shown[i]!));
  }, expected.map(String).join());

describe('what must not be missed', () => {
  const places: readonly {
    readonly tag: WidgetTag;
    readonly busy: SnapshotPatch;
    readonly says: readonly RegExp[];
    readonly then: string;
  }[] = [
    {
      tag: 'cxone-status-picker',
      busy: AVAILABLE,
      says: [/^Lunch waited for a contact to end and was then refused\. Your account is not allowed to do that\.$/],
      then: '.trigger',
    },
    {
      tag: 'cxone-call-controls',
      busy: live,
      says: [/^“Hold” was interrupted and not carried out \(\+4930123, .*05.*\)\.$/],
      then: '.bar button:not([hidden])',
    },
    {
      tag: 'cxone-acw-timer',
      busy: {acw: {items: [scriptedAcw()]}},
      says: [/^After-call work was left early \(Call, .*05.*\)\. This is recorded\.$/],
      then: '[data-action=extend]',
    },
    {
      tag: 'cxone-screen-pop',
      busy: {pops: {items: [scriptedPop({interactionId: 'i-2'})]}},
      says: [/missing from the CRM’s history \(Call, .*05.*\)/, /^Too many records waited at once: 3 older ones/],
      then: '[data-action=open]',
    },
  ];

  for (const {tag, busy, says: expected, then} of places) {
    describe(`in <${tag}>`, () => {
      it('is shown and said politely where it belongs, with the contact, and nowhere else', async () => {
        const stage = await mount(tag, busy);
        expect(stage.has('[data-notice]')).to.be.false;
        await stage.update(showing(all));
        await says(stage, ...expected);
        await waitUntil(() =>
          expected.every((pattern) => new RegExp(pattern.source.replace(/^\^|\$$/g, '')).test(spoken(stage))),
        );
        await expect(stage.widget).to.be.accessible();
      });

      it('is there for a page that joins later, also while there is nothing else', async () => {
        const stage = await mount(tag, showing(all.map((one) => ({...one, interactionId: undefined}))));
        await waitUntil(() => texts(stage).length === expected.length);
      });

      it('is put away for all pages, and the focus goes to the next thing to use', async () => {
        const stage = await mount(tag, showing(all, busy));
        const mine = stage.all('[data-notice]').map((note) => note.dataset['notice']);
        let rest = all;
        for (const code of mine) {
          const button = stage.find(`[data-notice=${code}] button`);
          button.focus();
          button.click();
          const [gone] = rest.filter((one) => one.code === code);
          expect(stage.scripted.last('dismissNotice')?.args).to.deep.equal([gone!.id]);
          expect(stage.has(`[data-notice=${code}]`), 'until the hub says so').to.be.true;
          rest = rest.filter((one) => one !== gone);
          await stage.update(showing(rest));
          const next = stage.all('[data-notice] button')[0] ?? stage.find(then);
          expect(focused(stage) === next, 'the focus').to.be.true;
        }
      });

      it('leaves the focus to the words of an empty widget', async () => {
        const stage = await mount(tag, showing(all));
        for (const button of stage.all('[data-notice] button')) button.focus();
        await stage.update(showing([]));
        const next = stage.all('.trigger, .idle')[0];
        expect(focused(stage) === next, 'the focus').to.be.true;
      });
    });
  }

  it('of a contact in the panel stands by its newest record', async () => {
    const items = [scriptedPop({popId: 'i-1#2'}), scriptedPop({popId: 'i-1#1'})];
    const stage = await mount('cxone-screen-pop', showing([log], {pops: {items}}));
    await says(stage, /\(Contoso Ltd, .*05.*\)/);
    expect(stage.find('[data-notice]').closest('[part=item]') === stage.all('[part=item]')[0]).to.be.true;
  });

  it('tells an action that nobody knows of from one that was not done', async () => {
    const stage = await mount('cxone-call-controls', showing([{...hold, code: 'commandUnknown'}], live));
    await says(stage, /^“Hold” was interrupted .* not known .* Look before you press it again\.$/);
  });
});
