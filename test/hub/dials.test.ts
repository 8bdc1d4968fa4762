import {beforeEach, describe, it} from 'node:test';
import {expect} from 'chai';
import type {DialRequest} from '../../src/worker/hub-api.js';
import {
  codeOf,
  configFor,
  dialectWith,
  shows,
  startHub,
  talking,
  TestPage,
  TestSimulator,
  until,
  type Requested,
  type TestHub,
} from './support.js';

const NUMBER = '+12125550199';

describe('dialling', () => {
  let sim: TestSimulator;
  let hub: TestHub;
  let page: TestPage;

  const dial = (target = NUMBER, from = page, more: Partial<DialRequest> = {}): Promise<void> =>
    from.call('dial', [{commandId: crypto.randomUUID(), target, clickedAt: Date.now(), ...more}]);
  /** What asked the platform to dial. */
  const asked = async (): Promise<Requested[]> =>
    (await sim.log('/v2/telephony/interactions')).filter(
      ({method, path}) => method === 'POST' && path.endsWith('/interactions'),
    );

  beforeEach(async () => {
    sim = await TestSimulator.start();
    hub = startHub();
    page = await TestPage.live(hub, configFor(sim, {requestTimeoutMs: 300}));
  });

  it('puts the agent on an outbound call', async () => {
    await dial();
    await until('the call is shown', () => page.snapshot.interactions.items.length === 1);
    expect(page.snapshot.interactions.items[0]).to.include({direction: 'outbound', state: 'talking', to: NUMBER});
    expect(await sim.effects()).to.deep.equal(['Dial']);
    const log = JSON.stringify(await page.call('log', []));
    expect(log).to.contain('dial_done');
    expect(log).to.not.contain(NUMBER);
  });

  it('the same number from two tabs at once is one call; another number meanwhile is refused', async () => {
    const other = await TestPage.live(hub, configFor(sim));
    await sim.fault({kind: 'delay', path: '/v2/telephony/interactions', ms: 150, times: 1});
    const both = Promise.all([dial(), dial(NUMBER, other)]);
    expect(await codeOf(dial('+12125550111', other))).to.equal('COMMAND_PENDING');
    await both;
    const keys = (await asked()).map(({headers}) => headers['idempotency-key']);
    expect(new Set(keys).size).to.equal(1);
    expect(await sim.effects()).to.deep.equal(['Dial']);
  });

  it('is refused during a call, unsent', async () => {
    await talking(sim, page);
    expect(await codeOf(dial())).to.equal('NOT_ALLOWED');
    expect(await codeOf(dial('1\n2'))).to.equal('INVALID_INPUT');
    expect(await asked()).to.deep.equal([]);
    expect((await page.log('dial_refused')).map(({data}) => data?.['code'])).to.deep.equal([
      'NOT_ALLOWED',
      'INVALID_INPUT',
    ]);
  });

  it('a lost answer is asked for again with the same key: one call', async () => {
    await sim.fault({kind: 'lose-response', path: '/v2/telephony/interactions', times: 1});
    await dial();
    const requests = await asked();
    expect(requests).to.have.lengthOf(2);
    expect(new Set(requests.map(({headers}) => headers['idempotency-key'])).size).to.equal(1);
    expect(await sim.effects()).to.deep.equal(['Dial']);
  });

  it('no answer at all is an unknown outcome; the call shows if there is one', async () => {
    await sim.fault({kind: 'lose-response', path: '/v2/telephony/interactions', times: 99});
    expect(await codeOf(dial())).to.equal('UNKNOWN_OUTCOME');
    await sim.clearFaults();
    await until('the call is shown', () => page.snapshot.interactions.items[0]?.to === NUMBER);
  });

  it('an expired token is renewed, then the call is dialled once', async () => {
    await sim.fault({kind: 'expire-tokens'});
    await dial();
    expect((await asked()).map(({status}) => status)).to.deep.equal([401, 200]);
    expect(await sim.effects()).to.deep.equal(['Dial']);
  });

  it('where the platform has no way to, it is refused and said', async () => {
    hub.die();
    hub = startHub(dialectWith(() => ({dial: undefined})));
    const own = await TestPage.live(hub, configFor(sim));
    expect(await codeOf(dial(NUMBER, own))).to.equal('NOT_ALLOWED');
  });

  it('the next call can be dialled after the first', async () => {
    await dial();
    await until('the call is shown', () => page.snapshot.interactions.items.length === 1);
    const id = page.snapshot.interactions.items[0]!.interactionId;
    await shows(page, id, 'talking');
    await sim.end(id);
    await shows(page, id, 'acw');
    await dial('+12125550111');
    expect(await sim.effects()).to.deep.equal(['Dial', 'Dial']);
  });

  it('one click is one call, however often the hub is told of it', async () => {
    const commandId = crypto.randomUUID();
    await Promise.all([dial(NUMBER, page, {commandId}), dial(NUMBER, page, {commandId})]);
    await until('the call is shown', () => page.snapshot.interactions.items.length === 1);
    const id = page.snapshot.interactions.items[0]!.interactionId;
    await sim.end(id);
    await shows(page, id, 'acw');
    expect(await codeOf(dial(NUMBER, page, {commandId}))).to.equal('COMMAND_PENDING');
    expect(await sim.effects()).to.deep.equal(['Dial']);
  });

  it('a click that comes late is not carried out, and told', async () => {
    expect(await codeOf(dial(NUMBER, page, {clickedAt: Date.now() - 15_001}))).to.equal('TOO_LATE');
    expect(await asked()).to.deep.equal([]);
    expect(await page.log('dial_failed')).to.have.lengthOf(1);
  });

  it('waits until the hub knows the calls: one that goes on is not talked over', async () => {
    await talking(sim, page);
    hub.die();
    await sim.fault({kind: 'delay', path: '/usersessions', ms: 300});
    const next = await TestPage.join(startHub(), configFor(sim));
    expect(await codeOf(dial(NUMBER, next))).to.equal('NOT_ALLOWED');
    expect(await asked()).to.deep.equal([]);
  });

  it('waits until the hub knows the calls: where there is none, it goes then', async () => {
    hub.die();
    await sim.fault({kind: 'delay', path: '/usersessions', ms: 200});
    await dial(NUMBER, await TestPage.join(startHub(), configFor(sim)));
    expect(await sim.effects()).to.deep.equal(['Dial']);
  });

  it('interrupted by the end of its hub, it is told as unknown, and not dialled again', async () => {
    await sim.fault({kind: 'http-status', path: '/v2/telephony/interactions', method: 'POST', status: 503, times: 99});
    void dial().catch(() => undefined);
    await until('it has left', async () => (await asked()).length > 0);
    hub.die();
    await sim.clearFaults();
    const before = (await asked()).length;
    const next = await TestPage.live(startHub(), configFor(sim));
    await until('it is told', () => next.notices().includes('UNKNOWN_OUTCOME'));
    expect((await asked()).length).to.equal(before);
    // The key of the next one is another, though the former hub used its counter.
    await dial(NUMBER, next);
    const keys = (await asked()).map(({headers}) => headers['idempotency-key']);
    expect(keys.at(-1)).not.to.equal(keys[0]);
  });
});
