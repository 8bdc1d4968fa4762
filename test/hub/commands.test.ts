import {beforeEach, describe, it} from 'node:test';
import {expect} from 'chai';
import type {CallAction} from '../../src/domain/actions.js';
import {
  AGENT,
  codeOf,
  configFor,
  shows,
  startHub,
  talking,
  TestPage,
  TestSimulator,
  until,
  type Requested,
  type TestHub,
} from './support.js';

const key = ({headers}: Requested): string | undefined => headers['idempotency-key'];

describe('telephony commands', () => {
  let sim: TestSimulator;
  let hub: TestHub;
  let page: TestPage;

  beforeEach(async () => {
    sim = await TestSimulator.start();
    hub = startHub();
    page = await TestPage.live(hub, configFor(sim, {requestTimeoutMs: 300}));
  });

  it('that the state does not allow send nothing, and say why in the log', async () => {
    const {interactionId} = await sim.ring();
    await shows(page, interactionId, 'ringing');
    for (const action of ['resume', 'hold', 'mute', 'dtmf', 'transfer'] satisfies CallAction[]) {
      const parameters = {digits: '1', target: '1', type: 'blind'} as const;
      expect(await codeOf(page.command(action, interactionId, {parameters}))).to.equal('NOT_ALLOWED');
    }
    expect(await codeOf(page.command('hold', 'nobody'))).to.equal('NO_SUCH_INTERACTION');
    expect(await codeOf(page.command('dtmf', interactionId, {parameters: {digits: 'x'}}))).to.equal('INVALID_INPUT');
    expect(await sim.commands()).to.deep.equal([]);
    expect(await page.log('command_refused')).to.have.lengthOf(6);
  });

  it('resolve once the platform has confirmed, and show what it answered', async () => {
    const id = await talking(sim, page);
    await sim.fault({kind: 'freeze-stream', forMs: 60_000});
    await page.command('hold', id);
    await shows(page, id, 'hold');
    expect(await sim.effects()).to.deep.equal(['Answer', 'Hold']);
  });

  it('carry another key with every click', async () => {
    const id = await talking(sim, page);
    await page.command('hold', id);
    await page.command('resume', id);
    await page.command('hold', id);
    const keys = (await sim.commands()).map(key);
    expect(new Set(keys).size).to.equal(4);
    expect(keys.every((value) => /^[0-9a-f]{64}$/.test(value!))).to.equal(true);
  });

  it('are carried out once when two pages press at the same instant', async () => {
    const id = await talking(sim, page);
    const other = await TestPage.live(hub, configFor(sim, {requestTimeoutMs: 300}));
    await Promise.all([page.command('hold', id), other.command('hold', id), page.command('hold', id)]);
    expect((await sim.commands()).map(({body}) => body['action'])).to.deep.equal(['Answer', 'Hold']);
  });

  it('are refused while another one is under way, but for release', async () => {
    const id = await talking(sim, page);
    await sim.fault({kind: 'delay', path: '/control', ms: 200});
    const hold = page.command('hold', id);
    await until('hold waits', () => page.interaction(id)?.waitingFor === 'hold');
    expect(page.interaction(id)?.actions.mute).to.include({allowed: false, block: 'commandPending'});
    expect(await codeOf(page.command('mute', id))).to.equal('COMMAND_PENDING');
    await page.command('release', id);
    await hold.catch(() => undefined);
    expect((await sim.commands()).map(({body}) => body['action'])).to.deep.equal(['Answer', 'Hold', 'Release']);
  });

  it('that are tones are sent in the order pressed, each of them', async () => {
    const id = await talking(sim, page);
    const press = (digits: string) => page.command('dtmf', id, {parameters: {digits}});
    await Promise.all([press('1'), press('1'), press('2')]);
    const tones = (await sim.commands()).slice(1).map(({body}) => (body['parameters'] as {digits: string}).digits);
    expect(tones).to.deep.equal(['1', '1', '2']);
  });

  it('are not taken twice under one id', async () => {
    const id = await talking(sim, page);
    const commandId = crypto.randomUUID();
    await page.command('hold', id, {commandId});
    await page.command('resume', id);
    expect(await codeOf(page.command('hold', id, {commandId}))).to.equal('COMMAND_PENDING');
    expect(await sim.effects()).to.deep.equal(['Answer', 'Hold', 'Resume']);
    await page.command('hold', id);
  });

  it('whose answer is lost go again under the same key, and are carried out once', async () => {
    const id = await talking(sim, page);
    await sim.fault({kind: 'lose-response', path: '/control'});
    await page.command('hold', id);
    const [, first, second, ...more] = await sim.commands();
    expect(key(first!)).to.equal(key(second!));
    expect(second!.replayed).to.equal(true);
    expect(more).to.deep.equal([]);
    expect(await sim.effects()).to.deep.equal(['Answer', 'Hold']);
  });

  it('that meet server errors go again under the same key', async () => {
    const id = await talking(sim, page);
    await sim.fault({kind: 'http-status', path: '/control', status: 503, times: 2});
    await page.command('hold', id);
    const holds = (await sim.commands()).slice(1);
    expect(holds.map(({status}) => status)).to.deep.equal([503, 503, 200]);
    expect(new Set(holds.map(key)).size).to.equal(1);
  });

  it('that nobody answers are settled by a read', async () => {
    const id = await talking(sim, page);
    await sim.fault({kind: 'lose-response', path: '/control', times: 4});
    await page.command('hold', id);
    expect(await sim.commands()).to.have.lengthOf(5);
    expect(await sim.effects()).to.deep.equal(['Answer', 'Hold']);
    await shows(page, id, 'hold');
  });

  it('that nobody answers and that cannot be read have an unknown outcome', async () => {
    const id = await talking(sim, page);
    await sim.fault({kind: 'freeze-stream', forMs: 60_000});
    await sim.fault({kind: 'lose-response', path: '/control', times: 4});
    await sim.fault({kind: 'http-status', method: 'GET', path: `/interactions/${id}`, status: 503, times: 9});
    const hold = codeOf(page.command('hold', id));
    await until('it is shown as unknown', () => page.interaction(id)?.unknownOutcome === 'hold');
    expect(await hold).to.equal('UNKNOWN_OUTCOME');
    expect(await sim.effects()).to.deep.equal(['Answer', 'Hold']);
  });

  it('that are refused with 401 refresh the token, look, and go once more', async () => {
    const id = await talking(sim, page);
    const tokens = (await sim.log('/token')).length;
    await sim.fault({
      kind: 'http-status',
      path: '/control',
      status: 401,
      body: {errorCode: 'TOKEN_EXPIRED', message: ''},
    });
    await page.command('hold', id);
    const trace = (await sim.log(`/interactions/${id}`)).slice(-3).map(({method, status}) => `${method} ${status}`);
    expect(trace).to.deep.equal(['POST 401', 'GET 200', 'POST 200']);
    expect((await sim.log('/token')).length).to.equal(tokens + 1);
    const [first, second] = (await sim.commands()).slice(-2);
    expect(key(first!)).to.equal(key(second!));
  });

  it('that are refused with 401 twice are given up', async () => {
    const id = await talking(sim, page);
    await sim.fault({kind: 'http-status', path: '/control', status: 401, times: 2});
    expect(await codeOf(page.command('hold', id))).to.equal('TOKEN_EXPIRED');
    expect(await sim.commands()).to.have.lengthOf(3);
  });

  it('that meet another state are not repeated: it is read, shown, and the agent may go on', async () => {
    hub.die();
    page = await TestPage.live(startHub(), configFor(sim, {requestTimeoutMs: 20_000}));
    const id = await talking(sim, page);
    await sim.fault({kind: 'freeze-stream', forMs: 60_000});
    const body = {errorCode: 'STATE_CONFLICT', message: 'not now', currentState: 'hold'};
    await sim.fault({kind: 'http-status', path: '/control', status: 409, body});
    await sim.fault({kind: 'delay', path: '/control', ms: 500});
    const refused = codeOf(page.command('mute', id));
    await until('it is on its way', () => page.interaction(id)?.waitingFor === 'mute');
    await sim.emit(
      {
        eventType: 'interaction.state.changed',
        timestamp: new Date().toISOString(),
        data: {
          interactionId: id,
          sessionId: 's1',
          agentId: AGENT,
          mediaType: 'voice',
          direction: 'inbound',
          state: 'hold',
        },
      },
      {apply: true},
    );
    expect(await refused).to.equal('STATE_CONFLICT');
    await shows(page, id, 'hold');
    expect(await sim.commands()).to.have.lengthOf(2);
    await page.command('resume', id);
    expect(await sim.effects()).to.deep.equal(['Answer', 'Resume']);
  });

  it('that the platform refuses for good are not repeated', async () => {
    const id = await talking(sim, page);
    const body = {errorCode: 'MISSING_SCOPE', message: 'telephony:control is missing'};
    await sim.fault({kind: 'http-status', path: '/control', status: 403, body});
    expect(await codeOf(page.command('hold', id))).to.equal('MISSING_SCOPE');
    await sim.fault({kind: 'http-status', path: '/control', status: 400, body: {errorCode: 'BAD', message: 'no'}});
    expect(await codeOf(page.command('hold', id))).to.equal('BAD_REQUEST');
    expect(await sim.commands()).to.have.lengthOf(3);
    await until('the agent may try again', () => page.interaction(id)?.actions.hold.allowed);
  });

  it('that come too often wait as long as they are told, and go under the same key', async () => {
    const id = await talking(sim, page);
    await sim.fault({kind: 'http-status', path: '/control', status: 429, headers: {'retry-after': '1'}});
    const startedAt = Date.now();
    await page.command('hold', id);
    expect(Date.now() - startedAt).to.be.at.least(950);
    const [first, second] = (await sim.commands()).slice(-2);
    expect(key(first!)).to.equal(key(second!));
  });

  it('that are told to wait for longer than a click is fresh fail at once, and are not carried out later', async () => {
    const id = await talking(sim, page);
    await sim.fault({kind: 'http-status', path: '/control', status: 429, headers: {'retry-after': '600'}});
    expect(await codeOf(page.command('hold', id))).to.equal('RATE_LIMITED');
    await until('the agent may try again', () => page.interaction(id)?.actions.hold.allowed);
    expect(await sim.effects()).to.deep.equal(['Answer']);
  });

  it('that come late are not carried out, and told', async () => {
    const {interactionId} = await sim.ring();
    await shows(page, interactionId, 'ringing');
    const late = page.command('answer', interactionId, {clickedAt: Date.now() - 15_001});
    expect(await codeOf(late)).to.equal('TOO_LATE');
    expect(await sim.commands()).to.deep.equal([]);
    await page.command('answer', interactionId);
  });

  it('are answered by the hub within its limit, which is shorter than the page’s', async () => {
    expect(page.answer?.callLimitMs).to.be.greaterThan(15_000 + 3 * 300);
  });

  it('of answer go out while writes of the status are paused', async () => {
    await sim.fault({kind: 'http-status', method: 'PUT', path: '/agentStatus', status: 503, times: 9_999});
    for (let i = 0; i < 3; i++) await codeOf(page.call('chooseStatus', [{state: 'lunch'}]));
    const {interactionId} = await sim.ring();
    await shows(page, interactionId, 'ringing');
    await page.command('answer', interactionId);
    expect(await sim.effects()).to.deep.equal(['Answer']);
  });
});
