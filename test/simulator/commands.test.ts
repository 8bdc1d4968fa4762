import assert from 'node:assert/strict';
import {before, test} from 'node:test';
import {CONTROL_ACTIONS, type ControlAction} from '../../src/domain/wire/v2.js';
import {AGENT, Bench, LIMIT} from './support.js';

let bench: Bench;
before(async () => void (bench = await Bench.start()));

type Setup = 'ringing' | 'talking' | 'muted' | 'hold' | 'consult' | 'acw' | 'ended';

const PARAMETERS: Partial<Record<ControlAction, object>> = {
  Transfer: {target: '+15550001', type: 'blind'},
  Conference: {target: '+15550002'},
  SendDtmf: {digits: '12#'},
};

async function prepared(setup: Setup): Promise<string> {
  await bench.sim('POST', '/reset');
  const {interactionId: id} = await bench.ring({acwSeconds: setup === 'ended' ? 0 : 30});
  const steps: Record<Setup, [string, object?][]> = {
    ringing: [],
    talking: [['Answer']],
    muted: [['Answer'], ['Mute']],
    hold: [['Answer'], ['Hold', {holdMusic: 'default', notifyOnResume: true}]],
    consult: [['Answer'], ['Transfer', {target: '+15550001', type: 'consult'}]],
    acw: [['Answer'], ['Release']],
    ended: [['Answer'], ['Release']],
  };
  for (const [action, parameters] of steps[setup]) {
    const {status, body} = await bench.command(id, action, parameters);
    assert.equal(status, 200, `${action}: ${JSON.stringify(body)}`);
  }
  return id;
}

/** Action → state after it; what is not named is refused. */
const TABLE: Record<Setup, Partial<Record<ControlAction, string>>> = {
  ringing: {Answer: 'talking', Reject: 'ended', Release: 'ended'},
  talking: {Hold: 'hold', Mute: 'talking', Transfer: 'acw', Conference: 'talking', SendDtmf: 'talking', Release: 'acw'},
  muted: {Hold: 'hold', Unmute: 'talking', Transfer: 'acw', Conference: 'talking', SendDtmf: 'talking', Release: 'acw'},
  hold: {Resume: 'talking', Transfer: 'acw', Conference: 'talking', Release: 'acw'},
  consult: {CompleteTransfer: 'acw', CancelTransfer: 'talking', Conference: 'talking', Release: 'acw'},
  acw: {},
  ended: {},
};

for (const setup of Object.keys(TABLE) as Setup[]) {
  test(`a voice call that is ${setup} takes only what the table allows`, LIMIT, async () => {
    for (const action of CONTROL_ACTIONS) {
      const id = await prepared(setup);
      const effectsBefore = (await bench.effects()).length;
      const stateBefore = await bench.stateOf(id);
      const {status, body} = await bench.command(id, action, PARAMETERS[action]);
      const after = TABLE[setup][action];
      const done = (await bench.effects()).length - effectsBefore;
      if (after === undefined) {
        assert.equal(status, 400, `${action} while ${setup}`);
        assert.equal(body.errorCode, 'INVALID_TRANSITION');
        assert.equal(body.currentState, stateBefore);
        assert.match(body.message, new RegExp(action));
        assert.equal(done, 0);
        assert.equal(await bench.stateOf(id), stateBefore);
      } else {
        assert.equal(status, 200, `${action} while ${setup}: ${JSON.stringify(body)}`);
        assert.equal(body.interaction.state, after, `${action} while ${setup}`);
        assert.equal(done, 1);
        assert.equal(await bench.stateOf(id), after);
      }
    }
  });
}

test('a chat takes Answer, Reject, Transfer and Release only', LIMIT, async () => {
  for (const action of CONTROL_ACTIONS) {
    await bench.sim('POST', '/reset');
    const {interactionId: id} = await bench.ring({mediaType: 'webchat'});
    if (action !== 'Answer' && action !== 'Reject') await bench.command(id, 'Answer');
    const {status} = await bench.command(id, action, PARAMETERS[action]);
    const isAllowed = ['Answer', 'Reject', 'Transfer', 'Release'].includes(action);
    assert.equal(status, isAllowed ? 200 : 400, action);
  }
  const {interactionId: id} = await bench.ring({mediaType: 'webchat'});
  await bench.command(id, 'Answer');
  assert.equal((await bench.command(id, 'Transfer', {target: 'x', type: 'consult'})).status, 400);
});

test('mute, consult and conference show in the interaction', LIMIT, async () => {
  let id = await prepared('muted');
  assert.equal((await bench.api('GET', `/v2/telephony/interactions/${id}`)).body.muted, true);
  id = await prepared('consult');
  const consult = (await bench.api('GET', `/v2/telephony/interactions/${id}`)).body;
  assert.equal(consult.state, 'hold');
  assert.deepEqual(consult.participants, [{role: 'consult', target: '+15550001', state: 'talking'}]);
  const joined = (await bench.command(id, 'Conference', {target: '+15550001'})).body.interaction;
  assert.deepEqual(joined.participants, [{role: 'conference', target: '+15550001', state: 'talking'}]);
  id = await prepared('consult');
  const cancelled = (await bench.command(id, 'CancelTransfer')).body.interaction;
  assert.deepEqual([cancelled.state, cancelled.participants], ['talking', []]);
});

test('bodies that do not fit are refused in words', LIMIT, async () => {
  const id = await prepared('talking');
  const path = `/v2/telephony/interactions/${id}/control`;
  const good = {agentId: AGENT, interactionId: id, action: 'Hold', parameters: {}};
  const bad: [unknown, RegExp][] = [
    [{...good, action: 'Explode'}, /action: expected one of "Answer"/],
    [{...good, parameters: {volume: 11}}, /parameters/],
    [{...good, action: 'SendDtmf', parameters: {digits: '12; DROP'}}, /digits/],
    [{...good, action: 'Transfer', parameters: {}}, /target/],
    [{...good, interactionId: 'other'}, /path/],
    [{...good, agentId: undefined}, /agentId/],
    [{...good, extra: 1}, /extra/],
    ['{not json', /not JSON/],
  ];
  for (const [body, words] of bad) {
    const answer = await bench.api('POST', path, body);
    assert.equal(answer.status, 400, JSON.stringify(body));
    assert.equal(answer.body.errorCode, 'BAD_REQUEST');
    assert.match(answer.body.message, words);
  }
  assert.equal(await bench.stateOf(id), 'talking');
  assert.equal((await bench.api('POST', path, {...good, interactionId: undefined})).status, 200, 'id only in the path');
});

test("unknown interactions and another agent's are refused", LIMIT, async () => {
  const unknown = await bench.command('nobody', 'Answer');
  assert.deepEqual([unknown.status, unknown.body.errorCode], [404, 'NOT_FOUND']);
  const other = bench.simulator.simulation.world.agents[1]?.id ?? '';
  const {interactionId: id} = await bench.ring({agentId: other});
  assert.equal((await bench.command(id, 'Answer')).status, 403);
  assert.equal((await bench.api('GET', `/v2/telephony/interactions/${id}`)).status, 403);
});

test('a repeated key replays the first answer and does nothing twice', LIMIT, async () => {
  const id = await prepared('talking');
  const first = await bench.command(id, 'Hold', {}, 'k1');
  await bench.command(id, 'Resume', {}, 'k2');
  const again = await bench.command(id, 'Hold', {}, 'k1');
  assert.deepEqual([again.status, again.body], [first.status, first.body]);
  assert.equal(await bench.stateOf(id), 'talking');
  assert.equal((await bench.effects()).filter(({action}) => action === 'Hold').length, 1);
  assert.deepEqual((await bench.log('/control')).map(({replayed}) => replayed).slice(-3), [false, false, true]);
  // A refusal is an answer as well.
  await bench.command(id, 'Answer', {}, 'k3');
  assert.equal((await bench.command(id, 'Answer', {}, 'k3')).status, 400);
  assert.equal((await bench.log('/control')).at(-1)?.replayed, true);
  assert.match((await bench.command(id, 'Mute', {}, 'k1')).body.message, /another request/);
});
