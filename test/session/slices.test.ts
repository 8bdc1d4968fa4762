import {expect} from '@open-wc/testing';
import {Signal} from 'signal-polyfill';
import {steadyNow} from '../../src/domain/monotonic.js';
import {EMPTY_SNAPSHOT, type AgentSlice} from '../../src/domain/snapshot.js';
import type {CxoneInteractionChangeEvent} from '../../src/session/events.js';
import {SessionEvents} from '../../src/session/session-events.js';
import {SliceSignals} from '../../src/session/hub/slice-signals.js';
import {scriptedAcw} from '../support/scripted-session.js';

const agent = (version: number, state: 'available' | 'lunch') => ({
  ...EMPTY_SNAPSHOT.agent,
  version,
  asOf: 1_000 + version,
  presence: {state},
});

const noHub = (): Promise<void> => Promise.resolve();

/** What is reported to the page while something is done. */
function reportsOf(act: () => void): Error[] {
  const reported: Error[] = [];
  const {reportError} = window;
  window.reportError = (error: Error) => reported.push(error);
  try {
    act();
  } finally {
    window.reportError = reportError;
  }
  return reported;
}

describe('SliceSignals', () => {
  it('shows a newer slice and ignores a late one', () => {
    const slices = new SliceSignals(noHub);
    slices.apply('agent', agent(2, 'lunch'));
    slices.apply('agent', agent(1, 'available'));
    expect(slices.signals.agent.get().presence?.state).to.equal('lunch');
  });

  it('takes a new hub’s snapshot, though it counts anew', () => {
    const slices = new SliceSignals(noHub);
    slices.apply('agent', agent(9, 'lunch'));
    slices.join({...EMPTY_SNAPSHOT, agent: agent(1, 'available')});
    expect(slices.get('agent').presence?.state).to.equal('available');
  });

  it('keeps what was known, with its age, until the new hub has read it', () => {
    const slices = new SliceSignals(noHub);
    slices.apply('agent', agent(9, 'lunch'));
    slices.apply('connection', {...EMPTY_SNAPSHOT.connection, version: 9, asOf: 1_009, mode: 'live'});
    slices.join(EMPTY_SNAPSHOT);
    expect(slices.get('agent')).to.deep.include({presence: {state: 'lunch'}, asOf: 1_009});
    expect(slices.get('connection')).to.include({mode: 'connecting', asOf: 1_009});
    slices.apply('connection', {...EMPTY_SNAPSHOT.connection, version: 1, mode: 'degraded'});
    expect(slices.get('connection')).to.include({mode: 'degraded', asOf: 1_009});
    slices.apply('agent', agent(1, 'available'));
    expect(slices.get('agent')).to.deep.include({presence: {state: 'available'}, asOf: 1_001, version: 1});
  });

  it('tells instants by this page’s time, where the hub began to count before the clock was set', () => {
    const slices = new SliceSignals(noHub);
    const endsAt = 5_000_000;
    const item = {...scriptedAcw({endsAt}), durationSeconds: 30};
    const acw = {...EMPTY_SNAPSHOT.acw, version: 1, asOf: 4_000_000, items: [item]};
    slices.join({...EMPTY_SNAPSHOT, acw}, steadyNow() + 600_000);
    expect(slices.get('acw').items[0]!.endsAt).to.be.closeTo(endsAt - 600_000, 500);
    slices.apply('acw', {...acw, version: 2, asOf: 0});
    expect(slices.get('acw').items[0]!.durationSeconds).to.equal(30);
    slices.join({...EMPTY_SNAPSHOT, acw}, steadyNow() - 300);
    expect(slices.get('acw').items[0]!.endsAt, 'what is only the way between them').to.equal(endsAt);
  });

  it('calls back at once and at each change, until told to stop', () => {
    const slices = new SliceSignals(noHub);
    const seen: number[] = [];
    const stop = slices.subscribe('agent', ({version}) => seen.push(version));
    slices.apply('agent', agent(1, 'lunch'));
    stop();
    slices.apply('agent', agent(2, 'lunch'));
    expect(seen).to.deep.equal([0, 1]);
  });

  it('takes back a warning of the page that is over', () => {
    const slices = new SliceSignals(noHub);
    slices.warn({code: 'ringToneBlocked'});
    slices.warn({code: 'adapterFailed'});
    slices.warn({code: 'ringToneBlocked'}, false);
    expect(slices.get('connection').warnings).to.deep.equal([{code: 'adapterFailed'}]);
  });

  it('keeps the page’s own warnings beside the hub’s, one a code', () => {
    const slices = new SliceSignals(noHub);
    slices.warn({code: 'adapterFailed', detail: 'a'});
    slices.warn({code: 'adapterFailed', detail: 'b'});
    slices.apply('connection', {...EMPTY_SNAPSHOT.connection, version: 3, warnings: [{code: 'missingScope'}]});
    expect(slices.get('connection').warnings).to.deep.equal([
      {code: 'missingScope'},
      {code: 'adapterFailed', detail: 'b'},
    ]);
  });

  it('takes the agent’s choice of a tone over the page’s setting, also while there is no hub', () => {
    const slices = new SliceSignals(noHub);
    slices.ringTone = true;
    slices.apply('connection', {...EMPTY_SNAPSHOT.connection, version: 3});
    expect(slices.get('connection').ringTone).to.equal(true);
    slices.apply('connection', {...EMPTY_SNAPSHOT.connection, version: 4, ringTone: false});
    slices.forget({code: 'hubSilent'});
    expect(slices.get('connection').ringTone).to.equal(false);
  });

  it('knows nothing any more when there is no hub, and says why', () => {
    const slices = new SliceSignals(noHub);
    slices.apply('agent', agent(4, 'lunch'));
    slices.forget({code: 'hubSilent'});
    expect(slices.get('agent').presence).to.equal(undefined);
    expect(slices.get('connection')).to.include({mode: 'error'});
    expect(slices.get('connection').problem).to.deep.equal({code: 'hubSilent'});
  });

  it('goes on when a callback throws, at once or later, and reports it by the slice’s name', () => {
    const slices = new SliceSignals(noHub);
    const fault = new Error('a host’s fault');
    const reported = reportsOf(() => {
      slices.subscribe('agent', () => {
        throw fault;
      });
      const watcher = new Signal.subtle.Watcher(() => {
        throw fault;
      });
      watcher.watch(slices.signals.agent as Signal.State<AgentSlice>);
      const seen: number[] = [];
      slices.subscribe('agent', ({version}) => seen.push(version));
      slices.apply('agent', agent(1, 'lunch'));
      expect(seen).to.deep.equal([0, 1]);
    });
    const report = ['cxone: a handler of agent failed', fault];
    // The first word, the watcher, the change.
    expect(reported.map(({message, cause}) => [message, cause])).to.deep.equal([report, report, report]);
  });
});

describe('SessionEvents', () => {
  const interaction = (interactionId: string, state: 'ringing' | 'talking') => ({
    ...EMPTY_SNAPSHOT.interactions.items[0]!,
    interactionId,
    state,
    mediaType: 'voice' as const,
  });

  function watch(): {slices: SliceSignals; told: Record<string, unknown>[]; events: SessionEvents} {
    const slices = new SliceSignals(noHub);
    const told: Record<string, unknown>[] = [];
    const events = new SessionEvents(slices, (event) => {
      const fields = Object.fromEntries(Object.entries(event).filter(([key]) => key !== 'isTrusted'));
      told.push({type: event.type, ...fields});
    });
    return {slices, told, events};
  }

  it('tells a change of state once, with the state before', () => {
    const {slices, told} = watch();
    slices.apply('agent', agent(1, 'available'));
    slices.apply('agent', agent(2, 'available'));
    slices.apply('agent', agent(3, 'lunch'));
    expect(told).to.deep.equal([
      {type: 'cxone-state-change', state: 'available', label: undefined, previous: undefined},
      {type: 'cxone-state-change', state: 'lunch', label: undefined, previous: 'available'},
    ]);
  });

  it('tells of interactions that arrive, change and end', () => {
    const {slices, told} = watch();
    const put = (version: number, items: ReturnType<typeof interaction>[]): void =>
      slices.apply('interactions', {...EMPTY_SNAPSHOT.interactions, version, asOf: version, items});
    put(1, [interaction('i1', 'ringing')]);
    put(2, [interaction('i1', 'talking')]);
    put(3, []);
    expect(told.map(({state, previous}) => [previous, state])).to.deep.equal([
      [undefined, 'ringing'],
      ['ringing', 'talking'],
      ['talking', 'ended'],
    ]);
  });

  it('tells the next event when one cannot be told, and reports it by its name', () => {
    const slices = new SliceSignals(noHub);
    const told: string[] = [];
    new SessionEvents(slices, (event) => {
      const {interactionId} = event as CxoneInteractionChangeEvent;
      if (interactionId === 'I-1') throw new Error('no target');
      told.push(interactionId);
    });
    const items = [interaction('I-1', 'ringing'), interaction('I-2', 'talking')];
    const reported = reportsOf(() =>
      slices.apply('interactions', {...EMPTY_SNAPSHOT.interactions, version: 1, asOf: 1, items}),
    );
    expect(told).to.deep.equal(['I-2']);
    expect(reported.map(({message}) => message)).to.deep.equal(['cxone: a handler of cxone-interaction-change failed']);
  });

  it('tells of no end when nothing is known any more', () => {
    const {slices, told} = watch();
    const slice = {...EMPTY_SNAPSHOT.interactions, version: 1, asOf: 1, items: [interaction('i1', 'talking')]};
    slices.apply('interactions', slice);
    slices.join(EMPTY_SNAPSHOT);
    slices.forget();
    slices.join({...EMPTY_SNAPSHOT, interactions: slice});
    expect(told.map(({state, previous}) => [previous, state])).to.deep.equal([[undefined, 'talking']]);
    slices.apply('interactions', {...slice, version: 2, items: []});
    expect(told.at(-1)).to.include({previous: 'talking', state: 'ended'});
  });

  it('tells an error as a warning too, once, and again when it comes back', () => {
    const {slices, told} = watch();
    slices.forget({code: 'hubSilent'});
    slices.forget({code: 'hubSilent'});
    slices.forget();
    slices.forget({code: 'hubSilent'});
    expect(told.map(({type}) => type)).to.deep.equal([
      'cxone-connection-change',
      'cxone-warning',
      'cxone-connection-change',
      'cxone-connection-change',
      'cxone-warning',
    ]);
  });

  it('does not repeat as an event of the slice what a notice told', () => {
    const {slices, told, events} = watch();
    events.notice({type: 'warning', problem: {code: 'missingScope', detail: 'x'}});
    slices.apply('connection', {
      ...EMPTY_SNAPSHOT.connection,
      version: 1,
      warnings: [{code: 'missingScope', detail: 'x'}],
    });
    expect(told).to.deep.equal([{type: 'cxone-warning', code: 'missingScope', detail: 'x'}]);
  });
});
