import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import fc from '../support/fast-check.js';
import {INTERACTION_STATES, MEDIA_TYPES, PROTECTED_STATES} from '../../src/domain/interaction.js';
import {channelMatrix, type ChannelUse} from '../../src/worker/status/channel-matrix.js';
import type {GroupState, RoutingFacts} from '../../src/platform/port/platform.js';

const group = (id: string, state: GroupState['state']['state'], mediaType?: GroupState['mediaType']): GroupState => ({
  id,
  state: {state},
  wireState: state,
  ...(mediaType ? {mediaType} : {}),
});

const routing = (state: GroupState['state']['state'], ...skillGroups: GroupState[]): RoutingFacts => ({
  state: {state},
  skillGroups,
  routingGroups: [],
});

const available = {state: 'available'} as const;

describe('channel matrix', () => {
  it('is the contract’s example: voice in acw, chat talking', () => {
    const result = channelMatrix(
      [
        {mediaType: 'voice', state: 'acw'},
        {mediaType: 'webchat', state: 'queued'},
      ],
      available,
      routing('available', group('v', 'available', 'voice'), group('e', 'available', 'email')),
      {},
    );
    assert.equal(result.state.state, 'busy');
    assert.deepEqual(
      result.skillGroups.map(({id, state}) => [id, state.state]),
      [
        ['v', 'acw'],
        ['e', 'available'],
      ],
    );
    assert.ok(result.differs);
  });

  it('leaves a group whose medium nobody knows as it was read, and maps one by the setting', () => {
    const facts = routing('available', group('x', 'meeting'), group('y', 'available'));
    const {skillGroups} = channelMatrix([{mediaType: 'voice', state: 'talking'}], available, facts, {y: 'voice'});
    assert.deepEqual(
      skillGroups.map(({state}) => state.state),
      ['meeting', 'busy'],
    );
  });

  it('is the target, and says so once, when nothing is protected', () => {
    const facts = routing('available', group('v', 'available', 'voice'));
    const {differs, state} = channelMatrix([], available, facts, {});
    assert.equal(state.state, 'available');
    assert.equal(differs, false);
  });

  it('is busy exactly while something is protected, whatever the sessions', () => {
    const uses = fc.array(
      fc.record({mediaType: fc.constantFrom(...MEDIA_TYPES), state: fc.constantFrom(...INTERACTION_STATES)}),
      {maxLength: 5},
    );
    fc.assert(
      fc.property(uses, (list: ChannelUse[]) => {
        const facts = routing('available', group('v', 'available', 'voice'), group('c', 'available', 'webchat'));
        const result = channelMatrix(list, {state: 'lunch'}, facts, {});
        const expected = list.some(({state}) => PROTECTED_STATES.has(state)) ? 'busy' : 'lunch';
        assert.equal(result.state.state, expected);
        const applied = channelMatrix(list, {state: 'lunch'}, {...facts, ...result}, {});
        assert.equal(applied.differs, false);
      }),
    );
  });
});
