import {describe, it} from 'node:test';
import {expect} from 'chai';
import {AfterCallWork} from '../../src/worker/acw/acw.js';
import {ContactLogger} from '../../src/worker/calls/contact-logger.js';
import {HubLog} from '../../src/worker/log.js';
import {OutageWatch} from '../../src/worker/connection/outage.js';
import {Pages} from '../../src/worker/pages.js';
import {Ringing} from '../../src/worker/calls/ringing.js';
import {ScreenPops} from '../../src/worker/pops/screen-pops.js';
import {StatusKeeper} from '../../src/worker/status/status.js';
import {atEnd, configFor, shows, startHub, TestPage, TestSimulator} from './support.js';

type Handler = (...args: unknown[]) => unknown;

/** Never to be found in a log. */
const CUSTOMER = '+14155550119';

/** Has a handler throw where it did its work before, and says when it was called. */
function spoil(part: {readonly prototype: object}, method: string): () => number {
  const parts = part.prototype as Record<string, Handler>;
  const real = parts[method]!;
  let called = 0;
  parts[method] = () => {
    called++;
    throw new RangeError(CUSTOMER);
  };
  atEnd(() => (parts[method] = real));
  return () => called;
}

describe('a part of the hub that fails', () => {
  it('keeps none of the others from hearing of a call, and is logged by its name', async () => {
    const sim = await TestSimulator.start();
    const page = await TestPage.live(startHub(), configFor(sim));
    const calls = {
      outage: spoil(OutageWatch, 'onInteraction'),
      acw: spoil(AfterCallWork, 'onInteraction'),
      pops: spoil(ScreenPops, 'onInteraction'),
      contacts: spoil(ContactLogger, 'onInteraction'),
      ringing: spoil(Ringing, 'update'),
      status: spoil(StatusKeeper, 'onSessionsChanged'),
    };
    const {interactionId} = await sim.ring({from: CUSTOMER});
    await shows(page, interactionId, 'ringing');
    for (const [name, called] of Object.entries(calls)) expect(called(), name).to.be.greaterThan(0);
    const logged = await page.log('handler_failed');
    for (const name of Object.keys(calls)) {
      const entry = logged.find(({data}) => data?.handler === `interaction: ${name}`);
      expect(entry?.data, name).to.include({error: 'RangeError', code: null});
    }
    expect(JSON.stringify(logged)).to.not.contain(CUSTOMER);
    await page.command('answer', interactionId);
    await shows(page, interactionId, 'talking');
  });

  it('and a page that cannot be told keeps none of the others from being told', () => {
    const log = new HubLog(10, Date.now);
    const pages = new Pages(log, {onJoined: () => undefined, onPresence: () => undefined, onGone: () => undefined});
    atEnd(() => pages.clear());
    const told: string[] = [];
    for (const pageId of ['gone', 'here']) {
      const post = (): void => {
        if (pageId === 'gone') throw new DOMException(CUSTOMER, 'DataCloneError');
        told.push(pageId);
      };
      const presence = {visible: true, focused: true, activeAt: 1, adapter: 'none'} as const;
      pages.add({pageId, canGiveTokens: false, follows: new Set(), presence, post});
    }
    pages.broadcast({kind: 'notice', notice: {type: 'warning', problem: {code: 'tokenEnding'}}});
    expect(told).to.deep.equal(['here']);
    expect(log.entries()[0]!.data).to.deep.equal({handler: 'post notice', error: 'DataCloneError', code: null});
  });
});
