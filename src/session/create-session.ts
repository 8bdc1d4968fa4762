import type {CallStateChange, CrmAdapter} from '../adapters/crm-adapter.js';
import {isAdapterError} from '../adapters/crm-adapter.js';
import {CxoneError} from '../domain/errors.js';
import type {MediaType} from '../domain/interaction.js';
import {EMPTY_SNAPSHOT, type LogEntry, type Problem, type SliceName, type Snapshot} from '../domain/snapshot.js';
import type {HubMessage, HubNotice} from '../worker/hub-api.js';
import {chooseAdapter} from './adapters.js';
import {askForNotifications, Attention} from './attention.js';
import {createCommands} from './commands.js';
import {documentSession, setDocumentSession} from './document-session.js';
import {CxoneClickToDialEvent} from './events.js';
import {hubTransports} from './hub-transports.js';
import {Liveness} from './liveness.js';
import {PagePresenceWatch} from './page-presence.js';
import {resolveConfig, type ResolvedConfig} from './resolve-config.js';
import {ScreenPops} from './screen-pops.js';
import {SessionEvents} from './session-events.js';
import type {CxoneSession, SessionCommands, SessionConfig, SnapshotSignals} from './session.js';
import {Slices} from './slices.js';
import {askTokenSource} from './token-source.js';

export interface SessionOptions {
  /** Where events are dispatched: an element, as long as it is in the page. Default: the document. */
  readonly target?: () => EventTarget;
  /** What rings, in the agent's language and without customer data: for the title and the notification. */
  readonly ringText?: (mediaType: MediaType) => string;
}

/** A page's connection: wires the hub's messages to slices, events, host and attention. */
class PageSession implements CxoneSession {
  readonly agentId: string;
  readonly snapshot: SnapshotSignals;
  readonly commands: SessionCommands;

  readonly #config: SessionConfig;
  readonly #resolved: ResolvedConfig | undefined;
  readonly #target: () => EventTarget;
  readonly #ringText: (mediaType: MediaType) => string;
  readonly #slices = new Slices();
  readonly #events: SessionEvents;
  readonly #notices = new Set<(notice: HubNotice) => void>();
  readonly #ending = new AbortController();
  readonly #pops: ScreenPops;
  readonly #attention: Attention;
  readonly #presence: PagePresenceWatch;
  readonly #liveness: Liveness;
  #adapter: CrmAdapter | undefined;

  constructor(config: SessionConfig, options: SessionOptions) {
    const resolved = resolveConfig(config, document.baseURI);
    const failed = 'problem' in resolved ? resolved.problem : undefined;
    this.#config = config;
    this.#resolved = 'problem' in resolved ? undefined : resolved;
    this.#target = options.target ?? (() => document);
    this.#ringText = options.ringText ?? (() => 'Incoming contact');
    this.agentId = this.#resolved?.hub.agentId ?? '';
    this.snapshot = this.#slices.signals;
    this.#events = new SessionEvents(this.#slices, (event) => this.#dispatch(event));
    const settings = this.#resolved?.page;
    this.#attention = new Attention(settings ?? {ringTone: false, titleFlash: false, desktopNotifications: false});
    this.#presence = new PagePresenceWatch((presence) => {
      if (this.#liveness.joined)
        this.#tell('setPresence', this.#liveness.call('setPresence', this.#liveness.pageId, presence));
    });
    this.#liveness = new Liveness(
      this.#resolved ? hubTransports(this.#resolved) : [],
      settings ?? {hubCallTimeoutMs: 0, hubJoinTimeoutMs: 0},
      {
        request: () => ({
          config: this.#resolved!.hub,
          canGiveTokens: config.tokenSource !== undefined,
          presence: this.#presence.current,
        }),
        joined: ({snapshot}) => this.#slices.reset(snapshot),
        message: (message) => this.#take(message),
        problem: (problem) => {
          this.#attention.stop();
          this.#slices.fail(problem);
        },
      },
    );
    this.#pops = new ScreenPops({
      liveness: this.#liveness,
      dispatch: (event) => this.#dispatch(event),
      adapter: () => this.#adapter,
      able: () => this.#presence.current.adapter !== 'none',
      note: (entry) => this.#note(entry),
    });
    this.commands = createCommands({
      liveness: this.#liveness,
      pops: this.#pops,
      blocked: () => {
        if (failed) return new CxoneError('CONFIG_INVALID', `this session cannot connect: ${failed.code}`);
        return this.#ending.signal.aborted ? new CxoneError('CANCELLED', 'the session was closed') : undefined;
      },
      notice: (notice) => this.#notice(notice),
    });
    // Listeners that are added right after the call still hear of the first problem.
    queueMicrotask(() => this.#begin(failed));
  }

  subscribe<Name extends SliceName>(name: Name, callback: (slice: Snapshot[Name]) => void): () => void {
    return this.#slices.subscribe(name, callback);
  }

  onNotice(callback: (notice: HubNotice) => void): () => void {
    const own = (notice: HubNotice): void => callback(notice);
    this.#notices.add(own);
    return () => void this.#notices.delete(own);
  }

  log(): Promise<readonly LogEntry[]> {
    return this.#liveness.call('log');
  }

  allowNotifications(): Promise<boolean> {
    return askForNotifications();
  }

  signOut(): Promise<void> {
    return this.#liveness.call('signOut');
  }

  close(): void {
    if (this.#ending.signal.aborted) return;
    this.#ending.abort();
    this.#attention.stop();
    this.#presence.stop();
    this.#liveness.close();
    this.#adapter?.disconnect();
    this.#adapter = undefined;
    if (documentSession() === this) setDocumentSession(undefined);
    this.#slices.reset(EMPTY_SNAPSHOT);
  }

  #begin(failed: Problem | undefined): void {
    if (this.#ending.signal.aborted) return;
    if (failed) return this.#slices.fail(failed);
    this.#startAdapter(this.#resolved!);
    this.#liveness.start();
  }

  #startAdapter(resolved: ResolvedConfig): void {
    const choice = chooseAdapter(this.#config, resolved.crm);
    if (choice.kind === 'event') return this.#presence.setAdapter('event');
    if (choice.kind === 'missing') return this.#adapterFailed(`${choice.name}: not in this version`);
    choice.load().then(
      (adapter) => this.#connectAdapter(adapter),
      (error: unknown) => this.#adapterFailed(error instanceof Error ? error.name : 'load'),
    );
  }

  async #connectAdapter(adapter: CrmAdapter): Promise<void> {
    const {signal} = this.#ending;
    if (signal.aborted) return;
    try {
      await adapter.connect({
        onHostActivity: () => this.#presence.touch(),
        onClickToDial: (request) => {
          this.#presence.touch();
          this.#dispatch(new CxoneClickToDialEvent(request));
        },
        signal,
      });
    } catch (error) {
      if (signal.aborted) return;
      return this.#adapterFailed(`${adapter.name}: ${isAdapterError(error) ? error.code : 'failed'}`);
    }
    if (signal.aborted) return adapter.disconnect();
    this.#adapter = adapter;
    this.#presence.setAdapter('host');
    if (adapter.onCallState) this.#followCalls((change) => adapter.onCallState?.(change));
  }

  /** Lets the host's panel, label and icon follow the calls. */
  #followCalls(tell: (change: CallStateChange) => void): void {
    let known = new Map<string, string>();
    this.#slices.subscribe('interactions', ({items}) => {
      const before = known;
      known = new Map(items.map(({interactionId, state}) => [interactionId, state]));
      for (const {interactionId, state} of items) {
        if (state !== 'queued' && state !== before.get(interactionId)) tell({interactionId, state});
      }
      for (const interactionId of before.keys()) if (!known.has(interactionId)) tell({interactionId, state: 'ended'});
    });
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
      case 'offer':
        return this.#pops.offered(message.offerId);
      case 'go':
        return this.#pops.go(message.go);
      case 'ring':
        return this.#ring(message.interactionId);
      case 'token-please':
        return void this.#giveToken(message.requestId);
      case 'notice':
        return this.#notice(message.notice);
      case 'retired':
        return;
    }
  }

  #ring(interactionId: string | undefined): void {
    if (interactionId === undefined) return this.#attention.stop();
    const items = this.#slices.get('interactions').items;
    const media = items.find((item) => item.interactionId === interactionId)?.mediaType ?? 'voice';
    this.#attention.ring(this.#ringText(media));
  }

  async #giveToken(requestId: string): Promise<void> {
    const {tokenSource} = this.#config;
    if (!tokenSource) return;
    const gift = await askTokenSource(tokenSource);
    this.#tell('giveToken', this.#liveness.call('giveToken', requestId, gift));
  }

  #note(entry: Omit<LogEntry, 'at'>): void {
    this.#tell('note', this.#liveness.call('note', entry));
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
    for (const callback of [...this.#notices]) callback(notice);
  }

  #dispatch(event: Event): boolean {
    // A session that was closed has nobody left to tell.
    return this.#ending.signal.aborted || this.#target().dispatchEvent(event);
  }
}

/**
 * Connects this page as an agent. Never throws: a mistake in the settings is the connection's `error`, in words in the
 * banner. Becomes the document's session if there is none, so that widgets find it wherever they stand.
 */
export function createSession(config: SessionConfig, options: SessionOptions = {}): CxoneSession {
  const session = new PageSession(config, options);
  if (!documentSession()) setDocumentSession(session);
  return session;
}
