import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {setImmediate} from 'node:timers/promises';
import {CxoneError} from '../../src/domain/errors.js';
import {DEFAULT_HUB_SETTINGS} from '../../src/domain/settings.js';
import {EMPTY_SNAPSHOT, type SliceName} from '../../src/domain/snapshot.js';
import {EventEntry, type EventTakers} from '../../src/worker/connection/event-entry.js';
import type {HubContext} from '../../src/worker/hub-context.js';
import {eachIsolated, isolated} from '../../src/worker/isolated.js';
import {HubLog} from '../../src/worker/log.js';
import type {PlatformEvent} from '../../src/platform/port/platform.js';
import {Slices} from '../../src/worker/slices.js';

/** Never to be found in a log. */
const CUSTOMER = '+14155550119';
const fault = (): never => {
  throw new TypeError(`cannot read ${CUSTOMER}`);
};

const failures = (log: HubLog): unknown[] =>
  log.entries().flatMap(({event, data}) => (event === 'handler_failed' ? [data] : []));

describe('what must keep nothing else from being done', () => {
  it('is logged by names and codes alone, and the next is done', () => {
    const log = new HubLog(10, Date.now);
    let done = 0;
    eachIsolated(log, 'ring', {
      first: fault,
      second: () => {
        throw new CxoneError('NOT_FOUND', CUSTOMER);
      },
      third: () => done++,
    });
    assert.equal(
      isolated(log, 'one', () => 7),
      7,
    );
    assert.equal(done, 1);
    assert.deepEqual(failures(log), [
      {handler: 'ring: first', error: 'TypeError', code: null},
      {handler: 'ring: second', error: 'CxoneError', code: 'NOT_FOUND'},
    ]);
    assert.doesNotMatch(JSON.stringify(log.entries()), /4155550119/);
  });
});

describe('slices', () => {
  it('go to the pages though one cannot be built and another cannot be sent', async () => {
    const log = new HubLog(10, Date.now);
    const sent: SliceName[] = [];
    let isBroken = true;
    const slices = new Slices('agent-1', 0, log, ({name}) => (name === 'acw' ? fault() : sent.push(name)));
    const {asOf: _, ...acw} = EMPTY_SNAPSHOT.acw;
    slices.define('agent', () => (isBroken ? fault() : {...EMPTY_SNAPSHOT.agent, asOf: 1}));
    slices.define('acw', () => ({...acw, asOf: 1}));
    slices.define('interactions', () => ({...EMPTY_SNAPSHOT.interactions, asOf: 1}));
    slices.mark('agent', 'acw', 'interactions');
    await setImmediate();
    assert.deepEqual(sent, ['interactions']);
    assert.equal(slices.current().agent.version, 0);
    assert.deepEqual(
      failures(log).map((data) => (data as {handler: string}).handler),
      ['slice agent', 'send acw'],
    );
    isBroken = false;
    slices.mark('agent');
    await setImmediate();
    assert.deepEqual(sent, ['interactions', 'agent']);
  });
});

describe('the entry of events', () => {
  const head = (digest: string) => ({eventType: 'test', timestamp: 1_000, digest});

  function entry(broken: 'interactions' | 'status') {
    const log = new HubLog(10, Date.now);
    const applied: string[] = [];
    const takers = {
      interactions: {
        apply: ({interactionId}: {interactionId: string}) => {
          applied.push(interactionId);
          if (broken === 'interactions' && interactionId === 'I-1') fault();
        },
        views: () => [],
      },
      status: {onPresenceEvent: () => (broken === 'status' ? fault() : true)},
    };
    const hub = {log, settings: DEFAULT_HUB_SETTINGS} as unknown as HubContext;
    return {log, applied, entry: new EventEntry(hub, takers as unknown as EventTakers)};
  }
  const about = (interactionId: string): PlatformEvent => ({
    type: 'interaction',
    event: {...head(interactionId), kind: 'changed', facts: {interactionId, state: 'talking'}},
  });

  it('goes on with the next one where one cannot be worked in', () => {
    const {log, applied, entry: events} = entry('interactions');
    events.onEvent(about('I-1'));
    events.onEvent(about('I-2'));
    assert.deepEqual(applied, ['I-1', 'I-2']);
    assert.deepEqual(failures(log), [{handler: 'event interaction', error: 'TypeError', code: null}]);
  });

  it('takes the call of a change of status, though the status itself cannot be worked in', () => {
    const {log, applied, entry: events} = entry('status');
    const interaction = {interactionId: 'I-3', state: 'ringing' as const};
    events.onEvent({type: 'presence', event: {...head('x'), current: {state: 'ringing'}, interaction}});
    assert.deepEqual(applied, ['I-3']);
    assert.deepEqual(failures(log), [{handler: 'event presence: status', error: 'TypeError', code: null}]);
  });
});
