import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from '../support/fast-check.js';
import {AGENT_STATES, sameState, stateKey, toAgentState, type AgentState} from '../../src/domain/agent-state.js';
import {
  INTERACTION_STATES,
  MEDIA_TYPES,
  toDirection,
  toInteractionState,
  toMediaType,
  type Direction,
  type InteractionState,
  type MediaType,
} from '../../src/domain/interaction.js';

const TIMEOUT = {timeout: 10_000};

/** Every name that a dialect uses, as contract §4 "Names" lists them. */
const AGENT_NAMES: readonly (readonly [string, AgentState])[] = [
  ['Available', 'available'],
  ['Unavailable', 'notReady'],
  ['Busy', 'busy'],
  ['Lunch', 'lunch'],
  ['Meeting', 'meeting'],
  ['Offline', 'offline'],
  ['Ringing', 'ringing'],
  ['OnCall', 'onCall'],
  ['OnHold', 'onHold'],
  ['WrapUp', 'acw'],
  ['READY', 'ready'],
  ['NOT_READY', 'notReady'],
  ['CALL', 'onCall'],
  ['AFTER_CALL_WORK', 'acw'],
  ['WRAP_UP', 'acw'],
  ['available', 'available'],
  ['busy', 'busy'],
  ['offline', 'offline'],
  ['lunch', 'lunch'],
  ['meeting', 'meeting'],
];
const MEDIA_NAMES: readonly (readonly [string, MediaType])[] = [
  ['voice', 'voice'],
  ['webchat', 'webchat'],
  ['chat', 'webchat'],
  ['email', 'email'],
  ['workitem', 'workitem'],
  ['other', 'other'],
];
const DIRECTION_NAMES: readonly (readonly [string, Direction])[] = [
  ['inbound', 'inbound'],
  ['outbound', 'outbound'],
  ['internal', 'internal'],
];
const INTERACTION_NAMES: readonly (readonly [string, InteractionState])[] = [
  ['queued', 'queued'],
  ['ringing', 'ringing'],
  ['talking', 'talking'],
  ['hold', 'hold'],
  ['acw', 'acw'],
  ['ended', 'ended'],
];

/** The same name as another dialect, or a careless admin, may write it. */
const spelling = (name: string) =>
  fc
    .array(fc.tuple(fc.boolean(), fc.constantFrom('', '_', '-', ' ')), {minLength: name.length, maxLength: name.length})
    .map((marks) =>
      [...name]
        .map((letter, i) => {
          const [upper, separator] = marks[i] ?? [false, ''];
          return (upper ? letter.toUpperCase() : letter.toLowerCase()) + separator;
        })
        .join(''),
    );

/** Names that an object has without being asked; a careless look-up finds them. */
const INHERITED = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'];
const anything = fc.oneof(
  fc.string({unit: 'binary'}),
  fc.constantFrom(...INHERITED),
  fc.constantFrom('', ' ', '_', '-'),
);

describe('names of every dialect', () => {
  test('of agent states, however they are spelled', TIMEOUT, () => {
    for (const [wire, state] of AGENT_NAMES) {
      assert.deepEqual(toAgentState(wire), {state}, wire);
      fc.assert(
        fc.property(spelling(wire), (name) => {
          assert.deepEqual(toAgentState(`  ${name} `), {state});
        }),
        {numRuns: 30},
      );
    }
  });

  test('of media, directions and interaction states, however they are spelled', TIMEOUT, () => {
    const check = <T>(names: readonly (readonly [string, T])[], read: (name: string) => T | undefined) => {
      for (const [wire, meant] of names) {
        fc.assert(
          fc.property(spelling(wire), (name) => {
            assert.equal(read(name), meant, name);
          }),
          {numRuns: 30},
        );
      }
    };
    check(MEDIA_NAMES, toMediaType);
    check(DIRECTION_NAMES, toDirection);
    check(INTERACTION_NAMES, toInteractionState);
  });

  test('our own names are read as themselves', TIMEOUT, () => {
    for (const state of AGENT_STATES.filter((s) => s !== 'custom')) assert.deepEqual(toAgentState(state), {state});
    for (const state of INTERACTION_STATES) assert.equal(toInteractionState(state), state);
    for (const media of MEDIA_TYPES) assert.equal(toMediaType(media), media);
  });

  test('a state that nobody knows is custom, with its own label', TIMEOUT, () => {
    assert.deepEqual(toAgentState(' Team Training '), {state: 'custom', label: 'Team Training'});
    for (const name of INHERITED) assert.deepEqual(toAgentState(name), {state: 'custom', label: name});
  });

  test('absent and unknown media, directions and states', TIMEOUT, () => {
    assert.equal(toMediaType(undefined), 'voice');
    assert.equal(toMediaType('fax'), 'other');
    assert.equal(toDirection(undefined), 'inbound');
    assert.equal(toDirection('sideways'), 'inbound');
    assert.equal(toInteractionState(undefined), undefined);
    assert.equal(toInteractionState('dreaming'), undefined);
  });

  test('any text gives an answer of the closed list, never an exception', TIMEOUT, () => {
    fc.assert(
      fc.property(anything, (text) => {
        const {state, label} = toAgentState(text);
        assert.ok(AGENT_STATES.includes(state));
        assert.equal(label, state === 'custom' ? text.trim() : undefined);
        assert.ok(MEDIA_TYPES.includes(toMediaType(text)));
        assert.ok(['inbound', 'outbound', 'internal'].includes(toDirection(text)));
        const interaction = toInteractionState(text);
        assert.ok(interaction === undefined || INTERACTION_STATES.includes(interaction));
      }),
      {numRuns: 500},
    );
  });
});

describe('choices', () => {
  test('are the same by state and label, without case', TIMEOUT, () => {
    assert.equal(sameState({state: 'lunch'}, {state: 'lunch'}), true);
    assert.equal(sameState({state: 'lunch'}, {state: 'busy'}), false);
    assert.equal(sameState({state: 'custom', label: 'Training'}, {state: 'custom', label: 'training'}), true);
    assert.equal(sameState({state: 'custom', label: 'Training'}, {state: 'custom', label: 'Coaching'}), false);
    assert.equal(sameState(undefined, {state: 'lunch'}), false);
    assert.equal(sameState(undefined, undefined), true);
  });

  test('have a key for attributes', TIMEOUT, () => {
    assert.equal(stateKey({state: 'lunch'}), 'lunch');
    assert.equal(stateKey({state: 'custom', label: 'Training'}), 'custom:Training');
  });
});
