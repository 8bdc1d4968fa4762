import {expect, fixture, html} from '@open-wc/testing';
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
import {fakeClock, mount} from './support.js';

type Hands = (text: Text) => void;

/** What others do to the text of a page. */
const HANDS: Readonly<Record<string, Hands>> = {
  'puts texts into elements of its own': (text) => {
    const font = document.createElement('font');
    font.textContent = `«${text.data}»`;
    text.replaceWith(font);
  },
  'moves texts into elements of its own': (text) => {
    const font = document.createElement('font');
    text.replaceWith(font);
    font.append(text);
  },
  'adds a translation beside each text': (text) => {
    const font = document.createElement('font');
    font.textContent = `«${text.data}»`;
    text.after(font);
  },
};

function touch(node: Node, hands: Hands): void {
  if (node instanceof Text) return node.data.trim() ? hands(node) : undefined;
  if (node instanceof Element && node.matches('script, style, svg, font')) return;
  for (const child of [...node.childNodes]) touch(child, hands);
}

/** All that the widget shows, hidden texts too, without spaces. What was said goes by time, not by state. */
const shown = ({widget}: Stage): string =>
  [...widget.shadowRoot!.childNodes]
    .map((node) =>
      node instanceof Element && node.matches('[aria-live]')
        ? ''
        : node.nodeType === Node.COMMENT_NODE
          ? ''
          : node.textContent,
    )
    .join('')
    .replace(/\s+/g, '');

/** Takes translations off: «…» in the place of a text, or, where the text is the same, beside it. */
const bare = (text: string, isBeside: boolean): string =>
  isBeside ? text.replace(/([^«»]+)(?:«\1»)+/g, '$1') : text.replace(/[«»]/g, '');

const since = (ms: number): {startedAt: number; stateSince: number} => ({startedAt: ms, stateSince: ms});
const now = Date.UTC(2027, 0, 15, 9, 30);
const call = (given: Partial<Parameters<typeof scriptedInteraction>[0]>): SnapshotPatch =>
  scriptedInteractions([
    scriptedInteraction({interactionId: 'i-1', state: 'talking', ...since(now - 5_000), ...given}),
  ]);
const agent = (given: SnapshotPatch['agent']): SnapshotPatch => ({
  ...AVAILABLE,
  agent: {...AVAILABLE.agent, presenceSince: now - 60_000, ...given},
});
const connection = (given: SnapshotPatch['connection']): SnapshotPatch => ({
  connection: {asOf: now - 30_000, ...given},
});
const consult = [{role: 'consult', target: '+15550177'}] as const;

const SEQUENCES: readonly (readonly [WidgetTag, readonly SnapshotPatch[]])[] = [
  [
    'cxone-status-picker',
    [
      agent({}),
      agent({presence: {state: 'ringing'}, requested: {state: 'lunch'}}),
      agent({presence: {state: 'custom', label: 'Training'}, pending: {state: 'lunch', since: 0, waitsFor: 2}}),
      agent({mismatch: {presence: {state: 'available'}, routing: {state: 'notReady'}}}),
    ],
  ],
  [
    'cxone-call-controls',
    [
      call({state: 'ringing'}),
      call({muted: true, participants: consult, consultOpen: true}),
      call({state: 'hold', from: '+14155550199', unknownOutcome: 'hold'}),
      call({state: 'acw'}),
      {interactions: {items: []}},
    ],
  ],
  [
    'cxone-acw-timer',
    [
      {acw: {items: [scriptedAcw({endsAt: now + 30_000})]}},
      {acw: {items: [scriptedAcw({endsAt: now + 5_000, extend: {allowed: false, block: 'waiting'}})]}},
      {acw: {items: [scriptedAcw({endsAt: now, state: 'overdue'})]}},
      {acw: {items: []}},
    ],
  ],
  [
    'cxone-screen-pop',
    [
      {pops: {items: [scriptedPop({outcome: 'waiting', waitsFor: 'answer', receivedAt: now})], dropped: 0}},
      {
        pops: {
          items: [
            scriptedPop({
              outcome: 'several',
              receivedAt: now,
              records: [
                {entity: 'account', id: 'A-1', name: 'Contoso'},
                {entity: 'account', id: 'A-2', name: 'Fabrikam'},
              ],
            }),
          ],
          dropped: 2,
        },
      },
      {pops: {items: [scriptedPop({outcome: 'opened', receivedAt: now})], dropped: 3}},
      {pops: {items: [], dropped: 0}},
    ],
  ],
  [
    'cxone-connection-banner',
    [
      connection({mode: 'polling', problem: {code: 'streamLost', detail: '1006'}, nextTryAt: now + 9_000}),
      connection({
        mode: 'degraded',
        problem: {code: 'apiUnreachable', detail: 'x'},
        warnings: [{code: 'missingScope'}],
      }),
      connection({mode: 'error', problem: {code: 'tokenRefused'}, warnings: []}),
      connection({mode: 'live'}),
    ],
  ],
];

describe('a page whose texts somebody else changes', () => {
  for (const [who, hands] of Object.entries(HANDS)) {
    for (const [tag, states] of SEQUENCES) {
      it(`never shows a former state: ${tag}, where a script ${who}`, async () => {
        fakeClock();
        const stage = await mount(tag, states[0]);
        for (const [i, state] of states.entries()) {
          if (i === 0) continue;
          touch(stage.widget.shadowRoot!, hands);
          await stage.update(state);
          const fresh = await mount(tag, states[0]);
          for (const next of states.slice(1, i + 1)) await fresh.update(next);
          expect(bare(shown(stage), who.startsWith('adds'))).to.equal(shown(fresh));
          fresh.widget.remove();
        }
      });
    }
  }
});

describe('a widget that is moved into another document', () => {
  it('keeps its looks, its clock and its tooltips there, and when it comes back', async () => {
    const clock = fakeClock();
    const stage = await mount('cxone-call-controls', call({...since(clock.now - 5_000), state: 'ringing'}));
    const home = stage.widget.parentElement!;
    const frame = await fixture<HTMLIFrameElement>(html`<iframe title="phone" width="400" height="400"></iframe>`);
    for (const place of [frame.contentDocument!.body, home, frame.contentDocument!.body]) {
      place.append(stage.widget);
      await stage.drawn();
      const view = stage.widget.ownerDocument.defaultView!;
      expect(view.getComputedStyle(stage.find('[part=group]')).borderTopWidth).to.equal('1px');
      expect(view.getComputedStyle(stage.find('[aria-live=polite]')).position).to.equal('absolute');
      const before = stage.find('[part=time]').textContent;
      clock.pass(1_000);
      await stage.drawn();
      expect(stage.find('[part=time]').textContent).not.to.equal(before);
      stage.action('hold').click();
      await waitUntil(() => stage.find('.tip').matches(':popover-open'), 'the reason is told');
      stage.action('answer').click();
    }
  });

  it('goes on without a fault when its window is closed around it', async () => {
    const frame = await fixture<HTMLIFrameElement>(html`<iframe title="phone"></iframe>`);
    const stage = await mount('cxone-status-picker', AVAILABLE);
    frame.contentDocument!.body.append(stage.widget);
    await stage.drawn();
    frame.remove();
    stage.widget.requestUpdate();
    await stage.widget.updateComplete;
  });

  it('can be drawn there first, in the language of the page that made it', async () => {
    document.documentElement.lang = 'de';
    const frame = await fixture<HTMLIFrameElement>(html`<iframe title="phone"></iframe>`);
    const stage = await mount('cxone-status-picker', AVAILABLE);
    const other = document.createElement('cxone-status-picker');
    other.session = stage.scripted.session;
    frame.contentDocument!.body.append(other);
    await waitUntil(() => other.shadowRoot?.querySelector('.value')?.textContent.trim() === 'Verfügbar');
    expect(frame.contentWindow!.getComputedStyle(other).display).to.equal('block');
  });
});
