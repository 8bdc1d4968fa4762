import {beforeEach, describe, it} from 'node:test';
import {expect} from 'chai';
import type {CallAction} from '../../src/domain/actions.js';
import type {JournalEntry} from '../../src/worker/store/schema.js';
import {
  codeOf,
  configFor,
  dialectWith,
  openHubStore,
  shows,
  startHub,
  talking,
  TestPage,
  TestSimulator,
  until,
  type TestHub,
} from './support.js';

describe('after a hub that died in the middle of a command', () => {
  let sim: TestSimulator;
  let id: string;
  let commands: number;

  /** Leaves an entry as a hub does that dies before its request leaves. */
  async function diedBeforeRequest(action: CallAction, more: Partial<JournalEntry> = {}): Promise<JournalEntry> {
    const entry: JournalEntry = {
      commandId: crypto.randomUUID(),
      key: crypto.randomUUID(),
      interactionId: id,
      action,
      parameters: {},
      clickedAt: Date.now(),
      ...more,
    };
    const store = await openHubStore(sim);
    await store.journal.begin(entry);
    store.close();
    return entry;
  }

  /** What the next hub made of it, once. The one after that has nothing left to settle. */
  async function settled(): Promise<{
    page: TestPage;
    outcomes: unknown[];
    notices: string[];
    shown: unknown[];
    sent: number;
  }> {
    const hub = startHub();
    const page = await TestPage.live(hub, configFor(sim));
    const entries = () => page.log('command_settled_after_restart');
    await until('it is settled', async () => (await entries()).length > 0);
    // Whatever else the start read has been answered by the time that a read which was asked for later is.
    await page.call('chooseStatus', [{state: 'busy'}]);
    const outcomes = (await entries()).map(({data}) => data!['outcome']);
    const notices = page.notices().filter((code) => code === code.toUpperCase());
    hub.die();
    const last = startHub();
    const lastPage = await TestPage.live(last, configFor(sim));
    const shown = lastPage.snapshot.notices.items.map(({code, action}) => `${code} ${action}`);
    await lastPage.call('cancelPendingStatus', []);
    expect(await lastPage.log('command_settled_after_restart'), 'settled a second time').to.deep.equal([]);
    last.die();
    return {page, outcomes, notices, shown, sent: (await sim.commands()).length - commands};
  }

  async function inACall(hub: TestHub): Promise<TestPage> {
    const page = await TestPage.live(hub, configFor(sim));
    id = await talking(sim, page, {acwSeconds: 0});
    commands = (await sim.commands()).length;
    return page;
  }

  beforeEach(async () => {
    sim = await TestSimulator.start();
  });

  describe('before its request left', () => {
    beforeEach(async () => {
      const hub = startHub();
      await inACall(hub);
      hub.die();
    });

    it('it is sent once, under its key, while the click is fresh', async () => {
      const entry = await diedBeforeRequest('hold');
      const {outcomes, notices, sent} = await settled();
      expect([outcomes, notices, sent]).to.deep.equal([['done'], [], 1]);
      expect((await sim.commands()).at(-1)!.headers['idempotency-key']).to.equal(entry.key);
      expect(await sim.effects()).to.deep.equal(['Answer', 'Hold']);
    });

    it('it is never sent as a new click later: the agent hears that it was not done', async () => {
      await diedBeforeRequest('hold', {clickedAt: Date.now() - 16_000});
      const made = await settled();
      expect(made).to.deep.include({outcomes: ['notDone'], notices: ['CANCELLED'], sent: 0});
      expect(made.shown, 'shown until it is put away').to.deep.equal(['commandNotDone hold']);
    });

    it('it is not sent where the call does not allow it any more', async () => {
      await diedBeforeRequest('resume');
      // Talking is what resume leads to: nothing is left to do.
      expect(await settled()).to.deep.include({outcomes: ['done'], shown: [], sent: 0});
    });

    it('tones are never sent, and nobody claims to know', async () => {
      await diedBeforeRequest('dtmf');
      const told = {notices: ['UNKNOWN_OUTCOME'], shown: ['commandUnknown dtmf']};
      expect(await settled()).to.deep.include({outcomes: ['unknown'], ...told, sent: 0});
    });

    it('of a hold whose call is over nobody can tell, and a release was done', async () => {
      await diedBeforeRequest('hold');
      await sim.end(id);
      expect(await settled()).to.deep.include({outcomes: ['unknown'], notices: ['UNKNOWN_OUTCOME'], sent: 0});
      await diedBeforeRequest('release');
      expect(await settled()).to.deep.include({outcomes: ['done'], notices: [], sent: 0});
    });

    it('a platform that refuses it has settled it: not done', async () => {
      await diedBeforeRequest('hold');
      const body = {errorCode: 'STATE_CONFLICT', message: 'not now'};
      await sim.fault({kind: 'http-status', path: '/control', status: 409, body});
      expect(await settled()).to.deep.include({outcomes: ['notDone'], notices: ['CANCELLED'], sent: 1});
    });

    it('it is the one command under way while it is sent: who presses again joins it', async () => {
      await diedBeforeRequest('hold', {parameters: {holdMusic: 'default', notifyOnResume: true}});
      await sim.fault({kind: 'delay', path: '/control', ms: 300});
      const page = await TestPage.live(startHub(), configFor(sim));
      await until('it is under way', () => page.interaction(id)?.waitingFor === 'hold');
      expect(await codeOf(page.command('mute', id))).to.equal('COMMAND_PENDING');
      await page.command('hold', id);
      expect(await sim.effects()).to.deep.equal(['Answer', 'Hold']);
      expect((await sim.commands()).length - commands).to.equal(1);
    });

    it('the page that clicked cannot have it carried out again', async () => {
      const {commandId} = await diedBeforeRequest('hold');
      const page = await TestPage.live(startHub(), configFor(sim));
      await shows(page, id, 'hold');
      await until('hold is settled', () => page.snapshot.interactions.items.every(({waitingFor}) => !waitingFor));
      await page.command('resume', id);
      expect(await codeOf(page.command('hold', id, {commandId}))).to.equal('COMMAND_PENDING');
      expect(await sim.effects()).to.deep.equal(['Answer', 'Hold', 'Resume']);
    });

    it('a hub that is ended while it settles leaves it to the next one', async () => {
      await diedBeforeRequest('hold');
      let asked = false;
      const stuck = startHub(
        dialectWith(() => ({
          state: {
            interaction: (_id, signal) =>
              new Promise((_resolve, reject) => {
                asked = true;
                signal.addEventListener('abort', () => reject(new Error('ended')));
              }),
          },
        })),
      );
      const page = await TestPage.live(stuck, configFor(sim));
      await until('it settles', () => asked);
      stuck.die();
      await until('the page hears of its end', () => page.heard('retired').length > 0);
      expect(await settled()).to.deep.include({outcomes: ['done'], sent: 1});
      expect(page.notices()).to.deep.equal([]);
    });
  });

  it('between the answer and its entry’s end, it is found done and not sent again', async () => {
    let answered = false;
    const hub = startHub(
      dialectWith((real) => ({
        calls: {
          async send(...given) {
            const outcome = await real.calls.send(...given);
            if (given[0].action !== 'hold') return outcome;
            answered = true;
            return new Promise(() => undefined);
          },
        },
      })),
    );
    const page = await inACall(hub);
    void page.command('hold', id).catch(() => undefined);
    await until('it was answered', () => answered);
    hub.die();
    commands = (await sim.commands()).length;
    expect(await settled()).to.deep.include({outcomes: ['done'], notices: [], sent: 0});
    expect(await sim.effects()).to.deep.equal(['Answer', 'Hold']);
  });

  it('a click waits until the next hub knows the calls, and is not told that there is none', async () => {
    const hub = startHub();
    await inACall(hub);
    hub.die();
    await sim.fault({kind: 'delay', path: '/usersessions', ms: 400});
    const page = await TestPage.join(startHub(), configFor(sim));
    await page.command('hold', id);
    expect(await sim.effects()).to.deep.equal(['Answer', 'Hold']);
  });

  it('a click is refused where the next hub cannot read the calls', async () => {
    const hub = startHub();
    await inACall(hub);
    hub.die();
    await sim.fault({kind: 'http-status', method: 'GET', path: '/usersessions', status: 503, times: 1_000});
    const page = await TestPage.join(startHub(), configFor(sim, {requestTimeoutMs: 300}));
    expect(await codeOf(page.command('hold', id))).to.equal('UNAVAILABLE');
    expect(await codeOf(page.call('completeAcw', [id]))).to.equal('UNAVAILABLE');
    expect(await sim.effects()).to.deep.equal(['Answer']);
  });

  it('and was replaced meanwhile, it sends nothing and ends', async () => {
    const hub = startHub();
    const page = await inACall(hub);
    await openHubStore(sim); // As a hub does that took the lock by force.
    expect(await codeOf(page.command('hold', id))).to.equal('HUB_UNREACHABLE');
    expect(hub.retired).to.deep.equal(['fenced']);
    expect(await sim.effects()).to.deep.equal(['Answer']);
    await until('its stream is closed', async () => (await sim.openStreams()) === 0);
  });
});

describe('the agent’s choice of a ring tone', () => {
  it('is shown in all pages, and the next hub knows it', async () => {
    const sim = await TestSimulator.start();
    const hub = startHub();
    const pages = [await TestPage.live(hub, configFor(sim)), await TestPage.live(hub, configFor(sim))] as const;
    expect(pages[0].snapshot.connection.ringTone).to.equal(undefined);
    await pages[0].call('setRingTone', [true]);
    await until('both know it', () => pages.every(({snapshot}) => snapshot.connection.ringTone));
    await pages[1].call('setRingTone', [false]);
    await until('both know it', () => pages.every(({snapshot}) => snapshot.connection.ringTone === false));
    hub.die();
    const next = await TestPage.live(startHub(), configFor(sim));
    expect(next.snapshot.connection.ringTone).to.equal(false);
  });
});
