import type {CrmAdapter} from '../adapters/crm-adapter.js';
import {isAdapterError} from '../adapters/crm-adapter.js';
import {CxoneError} from '../domain/errors.js';
import type {MediaType} from '../domain/interaction.js';
import type {SessionCommands} from '../domain/session-commands.js';
import type {ListSliceName, LogEntry, Problem, SliceName, Snapshot} from '../domain/snapshot.js';
import type {HubMessage, HubNotice} from '../worker/hub-api.js';
import {chooseAdapter} from './host/adapters.js';
import type {Attention, AttentionReach, AttentionSettings} from './host/attention.js';
import {createCommands} from './create-commands.js';
import {documentSession, setDocumentSession} from './document-session.js';
import {CxoneClickToDialEvent} from './events.js';
import type * as HostWork from './host/host-work.js';
import {hubTransports} from './hub/hub-transports.js';
import {reported} from './reported.js';
import {LateAttention} from './host/late-attention.js';
import {Liveness} from './hub/liveness.js';
import {PagePresenceWatch} from './hub/page-presence.js';
import {resolveConfig, type ResolvedConfig} from './config/resolve-config.js';
import {PopRunner} from './host/pop-runner.js';
import {SessionEvents} from './session-events.js';
import {SESSION_PROTOCOL, type CxoneSession, type SessionConfig, type SnapshotSignals} from './session.js';
import {SliceSignals} from './hub/slice-signals.js';
import {askTokenSource} from './hub/token-source.js';

export interface SessionOptions {
  /** Where events are dispatched: an element, as long as it is in the page. Default: the document. */
  readonly target?: () => EventTarget;
  /** What rings, in the agent's language and without customer data: for the title and the notification. */
  readonly ringText?: (mediaType: MediaType) => string;
}

/** A page's connection: passes the hub's messages to slices, events, host and attention. */
class PageSession implements CxoneSession {
  readonly protocol = SESSION_PROTOCOL;
  readonly snapshot: SnapshotSignals;
  readonly commands: SessionCommands;
  readonly hostReady: Promise<string>;

  #hostIsReady: (name: string) => void = () => undefined;
  #config: SessionConfig;
  #resolved: ResolvedConfig | undefined;
  /** What is wrong with the settings. */
  #failed: Problem | undefined;
  readonly #target: () => EventTarget;
  readonly #ringText: (mediaType: MediaType) => string;
  readonly #slices = new SliceSignals((name) => this.#follow(name));
  readonly #events: SessionEvents;
  readonly #notices = new Set<(notice: HubNotice) => void>();
  readonly #ending = new AbortController();
  readonly #pops: PopRunner;
  readonly #presence: PagePresenceWatch;
  /** Both go by the settings, for which a host may have to be asked first. */
  #attention: LateAttention | undefined;
  #liveness: Liveness | undefined;
  #adapter: CrmAdapter | undefined;

  constructor(config: SessionConfig, options: SessionOptions) {
    this.#config = config;
    this.#target = options.target ?? (() => document);
    this.#ringText = options.ringText ?? (() => 'Incoming contact');
    this.snapshot = this.#slices.signals;
    this.hostReady = new Promise((resolve) => (this.#hostIsReady = resolve));
    this.#events = new SessionEvents(this.#slices, (event) => this.#dispatch(event));
    this.#presence = new PagePresenceWatch((presence) => {
      const hub = this.#liveness;
      if (hub?.joined) this.#tell('setPresence', hub.call('setPresence', hub.pageId, presence));
    });
    this.#pops = new PopRunner({
      liveness: () => this.#hub(),
      dispatch: (event) => this.#dispatch(event),
      adapter: () => this.#adapter,
      able: () => this.#presence.current.adapter !== 'none',
      note: (entry) => this.#note(entry),
    });
    this.commands = createCommands({
      hub: () => this.#hub(),
      pops: this.#pops,
      notice: (notice) => this.#notice(notice),
    });
    if (config.settingsFrom !== 'host') this.#setUp(config);
    // Later, so that listeners added right after the call hear of the first problem.
    queueMicrotask(() => void this.#begin());
  }

  get agentId(): string {
    return this.#resolved?.hub.agentId ?? '';
  }

  subscribe<Name extends SliceName>(name: Name, callback: (slice: Snapshot[Name]) => void): () => void {
    return this.#slices.subscribe(name, callback);
  }

  onNotice(callback: (notice: HubNotice) => void): () => void {
    const own = (notice: HubNotice): void => callback(notice);
    this.#notices.add(own);
    return () => void this.#notices.delete(own);
  }

  async log(): Promise<readonly LogEntry[]> {
    return this.#hub().call('log');
  }

  async allowNotifications(): Promise<boolean> {
    const {askForNotifications} = await import('./host/attention.js');
    return askForNotifications();
  }

  async reach(): Promise<AttentionReach> {
    const {reachOf} = await import('./host/attention.js');
    return reachOf(this.#resolved?.page);
  }

  async signOut(): Promise<void> {
    return this.#hub().call('signOut');
  }

  close(): void {
    if (this.#ending.signal.aborted) return;
    this.#ending.abort();
    this.#attention?.close();
    this.#presence.stop();
    this.#liveness?.close();
    this.#adapter?.disconnect();
    this.#adapter = undefined;
    if (documentSession() === this) setDocumentSession(undefined);
    this.#slices.forget();
  }

  /** The hub, for whoever may ask it now. */
  #hub(): Liveness {
    if (this.#ending.signal.aborted) throw new CxoneError('CANCELLED', 'the session was closed');
    if (this.#failed) throw new CxoneError('CONFIG_INVALID', `this session cannot connect: ${this.#failed.code}`);
    if (!this.#liveness) throw new CxoneError('HUB_UNREACHABLE', 'the settings are still being read from the CRM');
    return this.#liveness;
  }

  #setUp(config: SessionConfig): void {
    const resolved = resolveConfig(config);
    if ('problem' in resolved) return void (this.#failed = resolved.problem);
    this.#config = config;
    this.#resolved = resolved;
    this.#attention = this.#lateAttention(resolved.page);
    this.#liveness = new Liveness(hubTransports(resolved), resolved.page, {
      request: () => ({
        config: resolved.hub,
        canGiveTokens: config.tokenSource !== undefined,
        presence: this.#presence.joining(),
        follows: this.#slices.followed,
      }),
      joined: ({snapshot, now}) => {
        this.#slices.join(snapshot, now);
        this.#presence.joined();
      },
      message: (message) => this.#take(message),
      problem: (problem) => {
        this.#attention?.stop();
        this.#slices.forget(problem);
      },
    });
  }

  #lateAttention(settings: AttentionSettings): LateAttention {
    const load = async (): Promise<Attention> => {
      const part = await import('./host/attention.js');
      return new part.Attention({...settings, ringTone: this.#slices.ringTone}, (code, isRefused) =>
        this.#slices.warn({code}, isRefused),
      );
    };
    const attention = new LateAttention(load, (error) => {
      this.#slices.warn({code: 'partMissing', detail: 'attention'});
      this.#note({level: 'error', event: 'part_missing', data: {part: 'attention', error: loadFailure(error)}});
    });
    this.#slices.ringTone = settings.ringTone;
    if (settings.titleFlash || settings.desktopNotifications) void attention.prepare();
    this.#slices.subscribe('connection', () => attention.setTone(this.#slices.ringTone));
    return attention;
  }

  async #begin(): Promise<void> {
    const {signal} = this.#ending;
    if (signal.aborted) return;
    if (!this.#resolved && !this.#failed) await this.#readHostSettings();
    if (signal.aborted) return;
    if (this.#failed) return this.#slices.forget(this.#failed);
    const choice = chooseAdapter(this.#config);
    if (choice.kind === 'event') this.#presence.setAdapter('event');
    else void this.#connectAdapter(choice.load);
    this.#liveness!.start();
  }

  /** The page's own settings win over the host's. */
  async #readHostSettings(): Promise<void> {
    const {crm} = this.#config;
    try {
      const choice = chooseAdapter(this.#config);
      if (choice.kind === 'event') return void (this.#failed = {code: 'hostSettings', detail: crm});
      const adapter = await choice.load();
      const {signal} = this.#ending;
      if (signal.aborted) return;
      const given = await adapter.settings?.(signal);
      if (signal.aborted) return;
      this.#setUp({...given, ...this.#config});
    } catch (error) {
      const wrong = isAdapterError(error) && error.code === 'badConfig';
      this.#failed = wrong ? {code: 'badConfig', detail: error.message} : {code: 'hostSettings', detail: crm};
    }
  }

  async #connectAdapter(load: () => Promise<CrmAdapter>): Promise<void> {
    const {signal} = this.#ending;
    let adapter: CrmAdapter;
    let work: typeof HostWork;
    try {
      // Load what carries pops out before the hub is told that this page can do it.
      [adapter, work] = await Promise.all([load(), import('./host/host-work.js')]);
    } catch (error) {
      if (!signal.aborted) this.#adapterFailed(loadFailure(error));
      return;
    }
    if (signal.aborted) return;
    try {
      await adapter.connect({
        onHostActivity: () => this.#presence.touch(),
        onClickToDial: (request) => {
          this.#presence.touch();
          this.#dispatch(new CxoneClickToDialEvent(request));
          if (this.#resolved?.page.dialOnClick) void this.commands.dial(request.number);
        },
        phone: this,
        note: (entry) => this.#note(entry),
        signal,
      });
    } catch (error) {
      if (signal.aborted) return;
      return this.#adapterFailed(`${adapter.name}: ${isAdapterError(error) ? error.code : 'failed'}`);
    }
    if (signal.aborted) return adapter.disconnect();
    this.#adapter = adapter;
    this.#hostIsReady(adapter.name);
    this.#presence.setAdapter('host', adapter.saveLog !== undefined);
    if (adapter.onCallState) {
      work.followCalls(this, (change) => reported('call state', () => adapter.onCallState?.(change)));
    }
  }

  #adapterFailed(detail: string): void {
    const problem: Problem = {code: 'adapterFailed', detail};
    this.#slices.warn(problem);
    this.#note({level: 'error', event: 'adapter_failed', data: {adapter: detail}});
  }

  #take(message: HubMessage): void {
    switch (message.kind) {
      case 'slice':
        return this.#slices.apply(message.name, message.slice);
      case 'list-change':
        return this.#slices.change(message);
      case 'offer':
        return this.#pops.offered(message.offerId);
      case 'go':
        return this.#pops.go(message.go);
      case 'look-up':
        return this.#tell('lookUp', this.#pops.lookUp(message.lookUp));
      case 'ring':
        return this.#ring(message.interactionId);
      case 'log-offer':
        return this.#tell('saveContactLog', this.#saveLog(message.contactId));
      case 'token-please':
        return void this.#giveToken(message.requestId);
      case 'notice':
        return this.#notice(message.notice);
      case 'retired':
        return;
    }
  }

  /** Before the page has joined there is nobody to ask: it says at its joining what it follows. */
  #follow(name: ListSliceName): Promise<unknown> {
    const hub = this.#liveness;
    if (!hub?.joined) return Promise.resolve();
    const call = hub.call('follow', hub.pageId, name);
    this.#tell('follow', call);
    return call;
  }

  async #saveLog(contactId: string): Promise<void> {
    const adapter = this.#adapter;
    if (!adapter?.saveLog) return;
    const hub = this.#hub();
    const {saveContactLog} = await import('./host/host-work.js');
    await saveContactLog(hub, adapter, contactId);
  }

  #ring(interactionId: string | undefined): void {
    if (interactionId === undefined) return this.#attention?.stop();
    const items = this.#slices.get('interactions').items;
    const media = items.find((item) => item.interactionId === interactionId)?.mediaType ?? 'voice';
    this.#attention?.ring(this.#ringText(media));
  }

  async #giveToken(requestId: string): Promise<void> {
    const {tokenSource} = this.#config;
    if (!tokenSource) return;
    const gift = await askTokenSource(tokenSource);
    if (this.#ending.signal.aborted) return;
    this.#tell('giveToken', this.#hub().call('giveToken', requestId, gift));
  }

  #note(entry: Omit<LogEntry, 'at'>): void {
    if (this.#liveness) this.#tell('note', this.#liveness.call('note', entry));
  }

  /** For calls that nobody waits for: without a hub they have no addressee, anything else is a fault of ours. */
  #tell(what: string, call: Promise<void>): void {
    call.catch((error: unknown) => {
      if (!(error instanceof CxoneError && error.code === 'HUB_UNREACHABLE'))
        reportError(new Error(what, {cause: error}));
    });
  }

  #notice(notice: HubNotice): void {
    this.#events.notice(notice);
    for (const callback of [...this.#notices]) reported('notice', () => callback(notice));
  }

  #dispatch(event: Event): boolean {
    // A closed session dispatches nothing.
    return this.#ending.signal.aborted || this.#target().dispatchEvent(event);
  }
}

function loadFailure(error: unknown): string {
  return error instanceof Error ? error.name : 'load';
}

/**
 * Connects this page as an agent. Never throws: a mistake in the settings puts the connection into `error`, and the banner
 * says what is wrong. Becomes the document's session if there is none, so that widgets anywhere in the page find it.
 */
export function createSession(config: SessionConfig, options: SessionOptions = {}): CxoneSession {
  const session = new PageSession(config, options);
  if (!documentSession()) setDocumentSession(session);
  return session;
}
