import assert from 'node:assert/strict';
import {AGENT_STATES, type AgentStateName} from '../../src/domain/agent-state.js';
import {isCxoneError} from '../../src/domain/errors.js';
import {INTERACTION_STATES, MEDIA_TYPES, type InteractionFacts} from '../../src/domain/interaction.js';
import {CANARY} from './arbitraries.js';

/** How long one input may take, in ms. Source: our choice: a hundred times what the largest one needs on a busy machine. */
const SLOW_MS = 2_000;
/** The longest message of an error and the longest name in a log. Source: our choice: what fits a log line. */
const MAX_MESSAGE = 400;
/** The last moment that a `Date` can tell, in ms. */
const MAX_TIME = 8.64e15;

/** Nothing that is read may change what every object inherits. */
export function assertUnpolluted(): void {
  assert.deepEqual(Object.keys(Object.prototype), []);
  assert.equal(({} as {polluted?: unknown}).polluted, undefined, 'every object has a new field');
}

/** Runs a parser on one input: in time, and without a trace on the prototypes. */
export function inTime<Result>(parse: () => Result): Result {
  const began = performance.now();
  const result = parse();
  const took = performance.now() - began;
  assert.ok(took < SLOW_MS, `one input took ${took} ms`);
  assertUnpolluted();
  return result;
}

/**
 * Only plain data, as deep as it goes: nothing that a payload could inherit, and nothing that cannot be posted.
 * @param options.anyNumber a free payload may hold 1e400.
 */
export function assertPlain(root: unknown, {anyNumber = false} = {}): void {
  const work: unknown[] = [root];
  while (work.length > 0) {
    const item = work.pop();
    assert.ok(typeof item !== 'function' && typeof item !== 'symbol', `a ${typeof item} among data`);
    if (typeof item === 'number' && !anyNumber) assert.ok(Number.isFinite(item), 'a number that is none');
    if (typeof item !== 'object' || item === null) continue;
    const prototype: unknown = Object.getPrototypeOf(item);
    assert.ok(prototype === Object.prototype || prototype === Array.prototype, 'an object that inherits');
    assert.ok(!Object.hasOwn(item, '__proto__'), 'a key that would change a prototype when it is copied');
    work.push(...(Object.values(item) as unknown[]));
  }
}

/** What crosses to a page or into the store must survive the crossing. */
export function assertClonable(value: unknown): void {
  assert.deepEqual(structuredClone(value), value);
}

export function assertStateName({state, label}: AgentStateName): void {
  assert.ok(AGENT_STATES.includes(state), 'an unknown state');
  assert.equal(typeof label, state === 'custom' ? 'string' : 'undefined', 'a label of a custom state only');
  if (label !== undefined) assert.ok(label.length <= MAX_MESSAGE, 'an endless label');
}

export function assertTime(at: number | undefined): void {
  if (at !== undefined) assert.ok(Number.isFinite(at) && Math.abs(at) <= MAX_TIME, `no time: ${at}`);
}

/** A length of time that can be added to a moment. */
function assertSeconds(seconds: number): void {
  assert.ok(seconds >= 0, `a time of ${seconds} s`);
  assertTime(Date.now() + seconds * 1_000);
}

const optional = (value: unknown, type: string, what: string): void => {
  if (value !== undefined) assert.equal(typeof value, type, what);
};

export function assertFacts(facts: InteractionFacts): void {
  const {interactionId, sessionId, state, mediaType, direction, muted, from, to, skillId, participants, acw} = facts;
  assert.ok(typeof interactionId === 'string' && interactionId !== '', 'no id');
  assert.ok(INTERACTION_STATES.includes(state), 'an unknown state');
  assert.ok(mediaType === undefined || MEDIA_TYPES.includes(mediaType), 'an unknown medium');
  assert.ok(direction === undefined || ['inbound', 'outbound', 'internal'].includes(direction), 'an unknown direction');
  optional(sessionId, 'string', 'sessionId');
  optional(muted, 'boolean', 'muted');
  for (const [what, value] of Object.entries({from, to, skillId})) optional(value, 'string', what);
  for (const {role, target, state: partyState} of participants ?? []) {
    assert.ok(['consult', 'conference', 'other'].includes(role), 'an unknown role');
    assert.ok(typeof target === 'string' && target !== '', 'nobody');
    optional(partyState, 'string', 'participant.state');
  }
  if (acw) {
    assertSeconds(acw.durationSeconds);
    assertSeconds(acw.remainingSeconds);
    assert.ok(['manual', 'system', 'compliance'].includes(acw.type), 'an unknown kind of after-call work');
    assert.equal(typeof acw.enforced, 'boolean');
    optional(acw.reasonCode, 'string', 'reasonCode');
  }
  assertTime(facts.startedAt);
  assertTime(facts.updatedAt);
  assertPlain(facts);
  assertClonable(facts);
}

export function assertRemaining(seconds: number | undefined): void {
  if (seconds !== undefined) assertSeconds(seconds);
}

/** Text of ours: short, and without anything that came in. */
export function assertTellsNothing(text: string): void {
  assert.ok(text.length <= MAX_MESSAGE, `a message of ${text.length} characters`);
  assert.ok(!text.includes(CANARY), `the message quotes what came in: ${text}`);
}

/** The one kind of error that is documented, telling nothing of the input. */
export function assertTyped(error: unknown): void {
  assert.ok(isCxoneError(error), `not a CxoneError: ${String(error)}`);
  assertTellsNothing(error.message);
  assert.ok((error.currentState?.length ?? 0) <= MAX_MESSAGE, 'an endless state');
  const {retryAfterMs} = error;
  if (retryAfterMs !== undefined)
    assert.ok(retryAfterMs >= 0 && retryAfterMs <= 3_600_000, `a wait of ${retryAfterMs} ms`);
}
