import {beforeEach, describe, it} from 'node:test';
import {expect} from 'chai';
import type {FaultBody} from '../../simulator/wire/control.js';
import {AGENT, configFor, shows, startHub, TestPage, TestSimulator, until} from './support.js';

/** Longer than any of these tests. */
const LONG_MS = 60_000;

const PATHS = {presence: `/v2/agents/${AGENT}/status`, routing: '/agentStatus', sessions: '/usersessions'} as const;
type Part = keyof typeof PATHS;
const PARTS = Object.keys(PATHS) as Part[];

const refusedWith = (status: number): Partial<FaultBody> => ({kind: 'http-status', status});
const HOW: Readonly<Record<string, Partial<FaultBody>>> = {
  'refused for want of permission': refusedWith(403),
  'not found': refusedWith(404),
  'a server error': refusedWith(500),
  'of no known shape': {kind: 'http-status', status: 200, body: {what: 1}},
  'late by a minute': {kind: 'delay', ms: LONG_MS},
};

describe('a hub that cannot read everything', () => {
  let sim: TestSimulator;

  beforeEach(async () => {
    sim = await TestSimulator.start();
  });

  const spoil = (part: Part, how: Partial<FaultBody>): Promise<unknown> =>
    sim.fault({
      ...(how.kind === 'http-status' && {method: 'GET'}),
      path: PATHS[part],
      times: 1_000,
      ...how,
    } as FaultBody);
  const warned = (page: TestPage): string[] => page.snapshot.connection.warnings.map(({code}) => code);

  for (const part of PARTS) {
    for (const [what, how] of Object.entries(HOW)) {
      // An agent whom nobody knows is the one thing that only a person can mend.
      if (part === 'presence' && what === 'not found') continue;
      it(`answers a call though ${part} is ${what} from the start, and says what is missing`, async () => {
        await spoil(part, how);
        const page = await TestPage.join(startHub(), configFor(sim, {requestTimeoutMs: 300}));
        await until('it is live', () => page.snapshot.connection.mode === 'live');
        const {interactionId} = await sim.ring();
        await shows(page, interactionId, 'ringing');
        await page.command('answer', interactionId);
        await shows(page, interactionId, 'talking');
        const code = `${part}${what === 'refused for want of permission' ? 'Forbidden' : 'Unread'}`;
        await until('it is said', () => warned(page).includes(code));
        await sim.clearFaults();
        await page.call('reconnect', []);
        await until('it is said no longer', () => !warned(page).includes(code));
      });
    }
  }

  it('keeps the stream and the buttons when a read of an agent who was live is not found', async () => {
    const page = await TestPage.live(startHub(), configFor(sim, {reconcileIntervalMs: 50}));
    const {interactionId} = await sim.ring();
    await shows(page, interactionId, 'ringing');
    await spoil('presence', refusedWith(404));
    await until('it is said', () => warned(page).includes('presenceUnread'));
    expect(page.snapshot.connection.mode).to.equal('live');
    expect(page.snapshot.connection.warnings).to.deep.include({code: 'presenceUnread', detail: '404'});
    expect(page.interaction(interactionId)!.actions.answer.allowed).to.equal(true);
    expect(await sim.openStreams()).to.equal(1);
    await sim.clearFaults();
    await until('it is said no longer', () => !warned(page).includes('presenceUnread'));
  });

  it('needs a person where the agent was never live and is not known', async () => {
    await spoil('presence', refusedWith(404));
    await sim.fault({kind: 'refuse-stream', status: 404, forMs: LONG_MS});
    const page = await TestPage.join(startHub(), configFor(sim));
    await until('it says so', () => page.snapshot.connection.problem?.code === 'agentNotFound');
    expect(page.snapshot.connection.mode).to.equal('error');
  });

  it('names the scopes that a refusal names', async () => {
    const body = {errorCode: 'MISSING_SCOPE', message: 'needs work:read'};
    await spoil('sessions', {kind: 'http-status', status: 403, body});
    const page = await TestPage.join(startHub(), configFor(sim));
    await until('it is said', () => warned(page).includes('sessionsForbidden'));
    expect(page.snapshot.connection.warnings).to.deep.include({code: 'sessionsForbidden', detail: 'work:read'});
  });

  it('writes no status while routing or sessions are unknown', async () => {
    for (const part of ['routing', 'sessions'] as const) {
      await spoil(part, refusedWith(403));
      const hub = startHub();
      const page = await TestPage.join(hub, configFor(sim));
      await until('it is live', () => page.snapshot.connection.mode === 'live');
      await page.call('chooseStatus', [{state: 'lunch'}]).then(
        () => expect.fail('it was written'),
        (error: unknown) => expect(error).to.include({code: 'FORBIDDEN'}),
      );
      hub.die();
      await sim.clearFaults();
    }
    expect((await sim.log('/agentStatus')).filter(({method}) => method === 'PUT')).to.deep.equal([]);
  });

  it('works in by the next read what was missing before', async () => {
    await spoil('routing', refusedWith(503));
    const page = await TestPage.live(startHub(), configFor(sim));
    await until('it is said', () => warned(page).includes('routingUnread'));
    expect(page.snapshot.agent.routing).to.equal(undefined);
    await sim.clearFaults();
    await until('it is read', () => page.snapshot.agent.routing?.state === 'available');
    await until('it is said no longer', () => warned(page).length === 0);
  });
});
