import {expect} from '@open-wc/testing';
import {
  AdapterError,
  type AdapterContext,
  type CallStateChange,
  type ContactLog,
  type CrmAdapter,
} from '../../src/adapters/crm-adapter.js';
import {CxoneError} from '../../src/domain/errors.js';
import {EMPTY_SNAPSHOT} from '../../src/domain/snapshot.js';
import {createSession} from '../../src/session/create-session.js';
import {documentSession} from '../../src/session/document-session.js';
import type {CachedAnswer, PlannedStep, SearchQuery} from '../../src/domain/screen-pop.js';
import type {CxoneClickToDialEvent, CxoneScreenPopEvent} from '../../src/session/events.js';
import type {CxoneSession, SessionConfig} from '../../src/session/session.js';
import type {HubNotice, PopGo} from '../../src/worker/hub-api.js';
import {scriptedHub, type ScriptedHub} from '../support/scripted-hub.js';
import {scriptedPop} from '../support/scripted-session.js';
import {waitUntil} from '../support/wait-until.js';

const go: PopGo = {
  offerId: 'o1',
  popId: 'p1',
  interactionId: 'i1',
  source: 'test',
  payload: {crm_account_id: 'ACC-1'},
  steps: [{kind: 'open', record: {entity: 'account', id: 'ACC-1'}}],
  cached: [],
  holdNewRecord: false,
  lookupTimeoutMs: 300,
};

class RecordingAdapter implements CrmAdapter {
  readonly name = 'recording';
  readonly opened: string[] = [];
  context: AdapterContext | undefined;
  ready: () => void = () => undefined;
  connect(context: AdapterContext): Promise<void> {
    this.context = context;
    return new Promise((resolve) => (this.ready = resolve));
  }
  open({id}: {id: string}): Promise<void> {
    this.opened.push(id);
    return Promise.resolve();
  }
  search = () => Promise.resolve([]);
  create = () => Promise.resolve();
  disconnect = () => undefined;
}

async function code(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => (error instanceof CxoneError ? error.code : String(error)),
  );
}

describe('a page’s session and a hub in a real SharedWorker', () => {
  let hub: ScriptedHub;
  const sessions: CxoneSession[] = [];

  async function start(overrides: Partial<SessionConfig> = {}): Promise<CxoneSession> {
    const session = createSession({...hub.config, ...overrides});
    sessions.push(session);
    await waitUntil(() => session.snapshot.connection.get().mode === 'live', 'the page joins');
    return session;
  }

  beforeEach(() => {
    hub = scriptedHub();
  });

  afterEach(() => {
    for (const session of sessions.splice(0)) session.close();
    hub.close();
  });

  it('joins with its settings, and is the document’s session until it closes', async () => {
    const session = await start();
    const {joins} = await hub.state();
    expect(joins).to.have.lengthOf(1);
    expect(joins[0]!.config.apiBase).to.equal(location.origin);
    expect(joins[0]!.canGiveTokens).to.equal(false);
    expect(documentSession()).to.equal(session);
    session.close();
    expect(documentSession()).to.equal(undefined);
    expect(session.snapshot.connection.get().mode).to.equal('connecting');
    expect(await code(session.commands.hold('i1'))).to.equal('CANCELLED');
  });

  it('leaves on close, and lets its lock go', async () => {
    const session = await start();
    const [{pageId} = {pageId: ''}] = (await hub.state()).joins;
    session.close();
    await waitUntil(async () => (await hub.state()).gone.includes(pageId), 'the page’s lock is free');
    expect(await hub.calls('leave')).to.deep.equal([[pageId]]);
  });

  it('shows what the hub posts', async () => {
    const session = await start();
    await hub.post({
      kind: 'slice',
      name: 'agent',
      slice: {...EMPTY_SNAPSHOT.agent, version: 5, presence: {state: 'lunch'}},
    });
    await waitUntil(() => session.snapshot.agent.get().presence?.state === 'lunch');
  });

  it('asks for a list once somebody uses it, and says so when it joins the next hub', async () => {
    const session = await start();
    expect((await hub.state()).joins[0]!.follows).to.deep.equal([]);
    expect(session.snapshot.pops.get().asOf).to.equal(0);
    const [{pageId} = {pageId: ''}] = (await hub.state()).joins;
    const told: number[] = [];
    session.subscribe('pops', ({items}) => told.push(items.length));
    await waitUntil(async () => (await hub.calls('follow')).length === 1);
    expect(await hub.calls('follow')).to.deep.equal([[pageId, 'pops']]);
    const slice = {...EMPTY_SNAPSHOT.pops, version: 3, asOf: 1};
    await hub.post({kind: 'slice', name: 'pops', slice});
    const {items: _, ...rest} = slice;
    const put = [{item: scriptedPop(), at: 0}];
    await hub.post({kind: 'list-change', name: 'pops', rest: {...rest, version: 4}, change: {put, gone: []}});
    await waitUntil(() => session.snapshot.pops.get().items.length === 1, 'the change is shown');
    expect(told).to.deep.equal([0, 0, 1]);
    await hub.post({kind: 'retired', reason: 'idle'});
    await waitUntil(async () => (await hub.state()).joins.length === 2);
    expect((await hub.state()).joins[1]!.follows).to.deep.equal(['pops']);
  });

  it('ignores a hub that was replaced', async () => {
    const session = await start();
    const slice = {...EMPTY_SNAPSHOT.agent, version: 5, presence: {state: 'lunch' as const}};
    await hub.post({kind: 'slice', name: 'agent', slice}, 1);
    await hub.post({kind: 'slice', name: 'agent', slice: {...slice, presence: {state: 'busy'}}});
    await waitUntil(() => session.snapshot.agent.get().presence?.state === 'busy');
  });

  it('sends a command with an id of its own and the time of the click', async () => {
    const session = await start();
    const before = Date.now();
    await session.commands.transfer('i1', {target: ' 1234 ', type: 'blind'});
    await session.commands.hold('i1');
    const [[transfer], [hold]] = (await hub.calls('command')) as [
      [{commandId: string; clickedAt: number}],
      [{commandId: string}],
    ];
    expect(transfer).to.deep.include({
      interactionId: 'i1',
      action: 'transfer',
      parameters: {target: '1234', type: 'blind'},
    });
    expect(transfer.clickedAt).to.be.within(before, Date.now());
    expect(hold.commandId).to.not.equal(transfer.commandId);
  });

  it('tells a refusal once, whether or not anybody looks at the promise', async () => {
    const session = await start();
    await hub.script('command', {error: 'STATE_CONFLICT', status: 409});
    const notices: HubNotice[] = [];
    session.onNotice((notice) => notices.push(notice));
    const events: Event[] = [];
    const listen = (event: Event): void => void events.push(event);
    document.addEventListener('cxone-command-error', listen);
    const unhandled: unknown[] = [];
    const catchAll = (event: PromiseRejectionEvent): void => void unhandled.push(event.reason);
    addEventListener('unhandledrejection', catchAll);
    void session.commands.hold('i1');
    await waitUntil(() => events.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    removeEventListener('unhandledrejection', catchAll);
    document.removeEventListener('cxone-command-error', listen);
    expect(events).to.have.lengthOf(1);
    expect(events[0]).to.include({code: 'STATE_CONFLICT', action: 'hold', interactionId: 'i1'});
    expect(notices).to.have.lengthOf(1);
    expect(unhandled).to.deep.equal([]);
  });

  it('rings aloud as the agent chose, in the middle of a ring, whatever the page’s setting', async () => {
    const {AudioContext: Real} = window;
    const contexts: AudioContext[] = [];
    window.AudioContext = class extends Real {
      constructor() {
        super();
        contexts.push(this);
      }
    };
    try {
      const session = await start();
      const choose = (ringTone: boolean, version: number): Promise<void> => {
        const connection = {...EMPTY_SNAPSHOT.connection, mode: 'live' as const, version, ringTone};
        return hub.post({kind: 'slice', name: 'connection', slice: connection});
      };
      await hub.post({kind: 'ring', interactionId: 'i1'});
      await session.commands.setRingTone(true);
      expect(await hub.calls('setRingTone')).to.deep.equal([[true]]);
      expect([session.snapshot.connection.get().ringTone, contexts.length]).to.deep.equal([false, 0]);
      await choose(true, 2);
      await waitUntil(() => contexts.length === 1, 'there is a tone');
      await choose(false, 3);
      await waitUntil(() => contexts[0]!.state === 'closed', 'there is none');
      expect(Object.keys((await session.reach?.()) ?? {})).to.deep.equal(['titleFlash', 'desktopNotifications']);
    } finally {
      window.AudioContext = Real;
    }
  });

  it('sends no digits that no keypad has', async () => {
    const session = await start();
    expect(await code(session.commands.sendDtmf('i1', '1x'))).to.equal('INVALID_INPUT');
    expect(await code(session.commands.transfer('i1', {target: ' ', type: 'blind'}))).to.equal('INVALID_INPUT');
    expect(await hub.calls('command')).to.deep.equal([]);
    await session.commands.sendDtmf('i1', '1a#');
    expect(await hub.calls('command')).to.have.nested.property('[0][0].parameters.digits', '1A#');
  });

  it('gives up on a hub that does not answer', async () => {
    await start();
    await hub.script('join', {value: {callLimitMs: 150}});
    const session = await start();
    await hub.script('command', 'silent');
    expect(await code(session.commands.hold('i1'))).to.equal('HUB_UNREACHABLE');
  });

  it('joins the next hub at once when the worker dies, and fails what was under way', async () => {
    const session = await start();
    const {instanceId} = await hub.state();
    await hub.script('command', 'silent');
    const pending = code(session.commands.hold('i1'));
    await waitUntil(async () => (await hub.calls('command')).length === 1);
    await hub.die();
    expect(await pending).to.equal('HUB_UNREACHABLE');
    // Asked between two hubs: it waits for the next one.
    await session.commands.resume('i1');
    expect((await hub.state()).instanceId).to.not.equal(instanceId);
    expect(session.snapshot.connection.get().mode).to.equal('live');
  });

  it('joins anew when the hub retires for a reason of its own', async () => {
    await start();
    await hub.post({kind: 'retired', reason: 'idle'});
    await waitUntil(async () => (await hub.state()).joins.length === 2);
  });

  it('says that the page is out of date when a newer page made the hub retire', async () => {
    const session = await start();
    await hub.post({kind: 'retired', reason: 'newer-page'});
    await waitUntil(() => session.snapshot.connection.get().mode === 'error');
    expect(session.snapshot.connection.get().problem?.code).to.equal('pageOutOfDate');
    expect((await hub.state()).joins).to.have.lengthOf(1);
  });

  it('leaves when the page is put away, and comes back as a new page', async () => {
    const session = await start();
    const [{pageId: first} = {pageId: ''}] = (await hub.state()).joins;
    dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}));
    await waitUntil(async () => (await hub.state()).gone.includes(first), 'the lock is free while the page is away');
    dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}));
    await waitUntil(async () => (await hub.state()).joins.length === 2);
    expect((await hub.state()).joins[1]!.pageId).to.not.equal(first);
    await session.commands.hold('i1');
  });

  it('answers for the page’s own token source, and only in words when that fails', async () => {
    let fails = false;
    const tokenSource = (): Promise<string> => (fails ? Promise.reject(new Error('secret 123')) : Promise.resolve('T'));
    await start({tokenSource});
    await hub.post({kind: 'token-please', requestId: 'r1'});
    await waitUntil(async () => (await hub.calls('giveToken')).length === 1);
    fails = true;
    await hub.post({kind: 'token-please', requestId: 'r2'});
    await waitUntil(async () => (await hub.calls('giveToken')).length === 2);
    const gifts = await hub.calls('giveToken');
    expect(gifts[0]![1]).to.include({ok: true, accessToken: 'T'});
    expect(gifts[1]![1]).to.include({ok: false});
    expect(JSON.stringify(gifts[1])).to.not.contain('secret');
  });

  it('warns where the page is not in the CRM it names', async () => {
    const session = await start({crm: 'salesforce'});
    await waitUntil(() => session.snapshot.connection.get().warnings.length === 1);
    expect(session.snapshot.connection.get().warnings[0]).to.deep.equal({
      code: 'adapterFailed',
      detail: 'salesforce: notHere',
    });
    expect((await hub.state()).joins[0]!.presence.adapter).to.equal('none');
  });

  describe('screen pops', () => {
    const reports = (): Promise<readonly (readonly unknown[])[]> => hub.calls('reportPop');

    it('accepts an offer only once its host is ready', async () => {
      const adapter = new RecordingAdapter();
      await start({adapter});
      await hub.post({kind: 'offer', offerId: 'early'});
      adapter.ready();
      await waitUntil(async () => {
        const presences = (await hub.calls('setPresence')) as [string, {adapter: string}][];
        return presences.some(([, presence]) => presence.adapter === 'host');
      });
      await hub.post({kind: 'offer', offerId: 'late'});
      await waitUntil(async () => (await hub.calls('acceptOffer')).length === 1);
      expect((await hub.calls('acceptOffer'))[0]![1]).to.equal('late');
      expect(adapter.opened).to.deep.equal([]);
    });

    it('tells of a host that got ready while the hub was being joined', async () => {
      await start();
      await hub.script('join', 'held');
      const adapter = new RecordingAdapter();
      const session = createSession({...hub.config, adapter});
      sessions.push(session);
      await waitUntil(async () => (await hub.calls('join')).length === 2);
      adapter.ready();
      await session.hostReady;
      await hub.script('join', {value: {}});
      await waitUntil(async () => {
        const presences = (await hub.calls('setPresence')) as [string, {adapter: string}][];
        return presences.some(([, presence]) => presence.adapter === 'host');
      });
    });

    it('navigates on go, and reports', async () => {
      const adapter = new RecordingAdapter();
      await start({adapter});
      adapter.ready();
      await waitUntil(async () => (await hub.calls('setPresence')).length > 0);
      await hub.post({kind: 'go', go});
      await waitUntil(async () => (await reports()).length === 1);
      expect(adapter.opened).to.deep.equal(['ACC-1']);
      expect((await reports())[0]!.slice(1)).to.deep.equal([
        'o1',
        {outcome: 'opened', records: [{entity: 'account', id: 'ACC-1'}], cached: undefined},
      ]);
    });

    it('looks up what a pop will search for, and navigates nothing', async () => {
      const adapter = new RecordingAdapter();
      const contact = {entity: 'contact', id: 'C-1'};
      const asked: SearchQuery[] = [];
      await start({
        adapter: Object.assign(adapter, {
          search: (query: SearchQuery) => {
            asked.push(query);
            return Promise.resolve(query.by === 'phone' ? [contact] : []);
          },
        }),
      });
      adapter.ready();
      await waitUntil(async () => (await hub.calls('setPresence')).length > 0);
      const search = (by: SearchQuery['by']): PlannedStep => ({
        kind: 'search',
        query: {entity: 'contact', by, value: by},
      });
      const steps = [search('email'), search('phone'), search('text')];
      await hub.post({kind: 'look-up', lookUp: {popId: 'p1', steps, lookupTimeoutMs: 300}});
      await waitUntil(async () => (await hub.calls('reportAnswers')).length === 1);
      const [, answers] = (await hub.calls('reportAnswers'))[0] as [string, CachedAnswer[]];
      expect(answers.map(({query, records}) => [query.by, records])).to.deep.equal([
        ['email', []],
        ['phone', [contact]],
      ]);
      expect(asked).to.have.lengthOf(2);
      expect(adapter.opened).to.deep.equal([]);
      // Where an exact id comes first, nobody knows yet whether there will be a search at all.
      await hub.post({kind: 'look-up', lookUp: {popId: 'p2', steps: [...go.steps, ...steps], lookupTimeoutMs: 300}});
      await hub.post({kind: 'go', go});
      await waitUntil(async () => (await reports()).length === 1);
      expect(asked).to.have.lengthOf(2);
    });

    it('lets the page do it itself', async () => {
      await start({crm: 'none'});
      const popped: CxoneScreenPopEvent[] = [];
      document.addEventListener('cxone-screen-pop', (event) => (event.preventDefault(), popped.push(event)), {
        once: true,
      });
      await hub.post({kind: 'go', go});
      await waitUntil(async () => (await reports()).length === 1);
      expect(popped[0]).to.deep.include({interactionId: 'i1', popId: 'p1', payload: go.payload, steps: go.steps});
      expect((await reports())[0]![2]).to.deep.equal({outcome: 'opened'});
    });

    it('opens again on request, in this page, and fails in words where nobody can', async () => {
      const session = await start({crm: 'none'});
      await hub.script('openPop', {value: go});
      expect(await code(session.commands.openPop('p1'))).to.equal('ADAPTER_FAILED');
      expect((await reports())[0]![2]).to.deep.equal({outcome: 'failed', error: 'ADAPTER_FAILED'});
    });

    it('opens the match the agent chose, and no other', async () => {
      const adapter = new RecordingAdapter();
      const session = await start({adapter});
      adapter.ready();
      await hub.script('openPop', {value: go});
      await waitUntil(async () => (await hub.calls('setPresence')).length > 0);
      await session.commands.openPopRecord('p1', {entity: 'contact', id: 'C-7'});
      expect(adapter.opened).to.deep.equal(['C-7']);
    });

    it('opens no form while a call rings, though asked', async () => {
      const adapter = new RecordingAdapter();
      const session = await start({adapter});
      adapter.ready();
      const draft = {entity: 'contact', fields: {}};
      await hub.script('openPop', {value: {...go, holdNewRecord: true, steps: [{kind: 'create', draft}]}});
      await waitUntil(async () => (await hub.calls('setPresence')).length > 0);
      expect(await code(session.commands.createPopRecord('p1'))).to.equal('NOT_ALLOWED');
      expect((await reports())[0]![2]).to.deep.equal({outcome: 'none', draft});
    });

    it('says which host failed to connect', async () => {
      const adapter = new RecordingAdapter();
      adapter.connect = () => Promise.reject(new AdapterError('notHere', 'secret text'));
      const session = await start({adapter});
      await waitUntil(() => session.snapshot.connection.get().warnings.length === 1);
      expect(session.snapshot.connection.get().warnings[0]!.detail).to.equal('recording: notHere');
    });
  });

  describe('settings that are kept in the CRM', () => {
    /** A host that gives settings once it is told to. */
    class SettingsAdapter extends RecordingAdapter {
      give: (settings: Readonly<Record<string, unknown>>) => void = () => undefined;
      refuse: (error: Error) => void = () => undefined;
      asked = false;
      settings = (): Promise<Readonly<Record<string, unknown>>> =>
        new Promise((resolve, reject) => {
          this.asked = true;
          this.give = resolve;
          this.refuse = reject;
        });
    }
    function begin(adapter: CrmAdapter, overrides: Partial<SessionConfig> = {}): CxoneSession {
      const {settings, workerUrl} = hub.config;
      const session = createSession({
        settingsFrom: 'host',
        adapter,
        settings,
        workerUrl,
        ...overrides,
      } as SessionConfig);
      sessions.push(session);
      return session;
    }

    it('are waited for; the page’s own win', async () => {
      const adapter = new SettingsAdapter();
      const session = begin(adapter, {userId: 'of-the-page'});
      const slow = session.commands.answer('i1');
      expect(await code(slow)).to.equal('HUB_UNREACHABLE');
      expect(session.snapshot.connection.get().mode).to.equal('connecting');
      const popRules = [{steps: [{kind: 'open', entity: 'Case', idField: 'case_id'}]}];
      const {agentId, apiBase, tokenUrl} = hub.config;
      adapter.give({agentId, apiBase, tokenUrl, userId: 'of-the-host', popRules});
      await waitUntil(() => session.snapshot.connection.get().mode === 'live');
      expect(session.agentId).to.equal(hub.agentId);
      const [join] = (await hub.state()).joins;
      expect(join!.config).to.include({agentId: hub.agentId, userId: 'of-the-page'});
      expect(join!.config.settings.popRules).to.deep.equal(popRules);
    });

    it('that do not come, or cannot be read, are a problem in words', async () => {
      const silent = new SettingsAdapter();
      const first = begin(silent);
      await waitUntil(() => silent.asked);
      silent.refuse(new AdapterError('timeout', 'host: settings were not answered'));
      await waitUntil(() => first.snapshot.connection.get().mode === 'error');
      expect(first.snapshot.connection.get().problem).to.include({code: 'hostSettings'});
      expect(await code(first.commands.answer('i1'))).to.equal('CONFIG_INVALID');
      first.close();

      const wrong = new SettingsAdapter();
      const second = begin(wrong);
      await waitUntil(() => wrong.asked);
      wrong.refuse(new AdapterError('badConfig', 'host: popRules is not JSON'));
      await waitUntil(() => second.snapshot.connection.get().mode === 'error');
      expect(second.snapshot.connection.get().problem).to.deep.equal({
        code: 'badConfig',
        detail: 'host: popRules is not JSON',
      });
    });

    it('need a CRM', async () => {
      const session = begin(undefined as unknown as CrmAdapter, {crm: 'none', adapter: undefined});
      await waitUntil(() => session.snapshot.connection.get().mode === 'error');
      expect(session.snapshot.connection.get().problem).to.deep.equal({code: 'hostSettings', detail: 'none'});
    });
  });

  describe('a CRM that does more than to open records', () => {
    const log: ContactLog = {
      interactionId: 'i1',
      mediaType: 'voice',
      direction: 'inbound',
      startedAt: 1,
      endedAt: 2,
      talkSeconds: 1,
    };
    class LoggingAdapter extends RecordingAdapter {
      readonly logs: ContactLog[] = [];
      failure: Error | undefined;
      saveLog = async (given: ContactLog): Promise<undefined> => {
        if (this.failure) throw this.failure;
        this.logs.push(given);
      };
    }
    async function connected<A extends RecordingAdapter>(adapter: A, config: Partial<SessionConfig> = {}): Promise<A> {
      await start({adapter, ...config});
      adapter.ready();
      await waitUntil(async () => (await hub.calls('setPresence')).length > 0);
      return adapter;
    }

    it('writes the logs it is handed, and reports', async () => {
      const adapter = await connected(new LoggingAdapter());
      const presences = (await hub.calls('setPresence')) as [string, {logs: boolean}][];
      expect(presences.at(-1)![1].logs).to.equal(true);
      await hub.script('acceptLog', {value: log});
      await hub.post({kind: 'log-offer', contactId: 'c1'});
      await waitUntil(async () => (await hub.calls('reportLog')).length === 1);
      expect(adapter.logs).to.deep.equal([log]);
      expect((await hub.calls('reportLog'))[0]!.slice(1)).to.deep.equal(['c1', {ok: true}]);
      adapter.failure = new AdapterError('refused', 'secret text');
      await hub.post({kind: 'log-offer', contactId: 'c2'});
      await waitUntil(async () => (await hub.calls('reportLog')).length === 2);
      expect((await hub.calls('reportLog'))[1]!.slice(1)).to.deep.equal(['c2', {ok: false, code: 'refused'}]);
    });

    it('is handed no log that another page has, nor by a hub that asks one that cannot', async () => {
      const adapter = await connected(new LoggingAdapter());
      await hub.script('acceptLog', {value: undefined});
      await hub.post({kind: 'log-offer', contactId: 'c1'});
      await waitUntil(async () => (await hub.calls('acceptLog')).length === 1);
      expect(adapter.logs).to.deep.equal([]);
      expect(await hub.calls('reportLog')).to.deep.equal([]);
    });

    it('tells of numbers that were clicked, and has them dialled only where that is set', async () => {
      const numbers: string[] = [];
      const listen = ({number}: CxoneClickToDialEvent): void => void numbers.push(number);
      document.addEventListener('cxone-click-to-dial', listen);
      try {
        const adapter = await connected(new RecordingAdapter());
        adapter.context!.onClickToDial({number: '1'});
        sessions.pop()!.close();
        const dials = await connected(new RecordingAdapter(), {settings: {...hub.config.settings, dialOnClick: true}});
        dials.context!.onClickToDial({number: '2'});
        await waitUntil(async () => (await hub.calls('dial')).length === 1);
        expect(((await hub.calls('dial'))[0] as [{target: string}])[0].target).to.equal('2');
        expect(numbers).to.deep.equal(['1', '2']);
      } finally {
        document.removeEventListener('cxone-click-to-dial', listen);
      }
    });

    it('may use the telephone itself', async () => {
      const adapter = await connected(new RecordingAdapter());
      await adapter.context!.phone.commands.answer('i1');
      expect(((await hub.calls('command'))[0] as [{action: string}])[0].action).to.equal('answer');
      expect(adapter.context!.phone.agentId).to.equal(hub.agentId);
    });

    it('is told of calls with medium and direction, until they are over', async () => {
      const adapter = new RecordingAdapter();
      const changes: CallStateChange[] = [];
      await connected(Object.assign(adapter, {onCallState: (change: CallStateChange) => void changes.push(change)}));
      const view = {interactionId: 'i1', mediaType: 'webchat', direction: 'inbound'};
      const show = (version: number, items: unknown[]): Promise<void> =>
        hub.post({
          kind: 'slice',
          name: 'interactions',
          slice: {...EMPTY_SNAPSHOT.interactions, version, items} as never,
        });
      await show(101, [{...view, state: 'queued'}]);
      await show(102, [{...view, state: 'ringing'}]);
      await show(103, [{...view, state: 'ringing', muted: true}]);
      await show(104, []);
      await waitUntil(() => changes.length === 2);
      expect(changes).to.deep.equal([
        {...view, state: 'ringing'},
        {...view, state: 'ended'},
      ]);
    });
  });

  describe('hubs that cannot be had', () => {
    const problem = async (overrides: Partial<SessionConfig>): Promise<CxoneSession> => {
      const session = createSession({...hub.config, ...overrides});
      sessions.push(session);
      await waitUntil(() => session.snapshot.connection.get().mode === 'error', 'it says so');
      return session;
    };

    it('runs the hub in the page where no worker can load', async () => {
      const session = createSession({...hub.config, workerUrl: '/no/such/worker.js'});
      sessions.push(session);
      await waitUntil(() => session.snapshot.connection.get().hub.kind === 'page', 'the page has its own');
    });

    it('says that a setting is refused by the hub', async () => {
      const session = createSession(hub.config);
      sessions.push(session);
      await hub.script('join', {error: 'CONFIG_INVALID'});
      // The first joining may have been faster than the script.
      await hub.post({kind: 'retired', reason: 'idle'});
      await waitUntil(() => session.snapshot.connection.get().problem?.code === 'badConfig', 'it says so');
    });

    it('is an error in words, with nothing started, where settings are wrong', async () => {
      const session = await problem({apiBase: 'javascript:alert(1)'});
      expect(session.snapshot.connection.get().problem?.code).to.equal('badApiBase');
      expect(await code(session.commands.hold('i1'))).to.equal('CONFIG_INVALID');
    });
  });
});
