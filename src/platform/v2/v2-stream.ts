import * as z from 'zod/mini';
import {toAgentState} from '../../domain/agent-state.js';
import type {HubSettings} from '../../domain/settings.js';
import {frameEnvelope, isStreamEventType, parseJson, PING, streamFrame, type StreamFrame} from './wire/index.js';
import {parseRetryAfterMs} from '../client/backoff.js';
import {digestOf} from '../client/digest.js';
import {watchPolicy} from '../client/policy-watch.js';
import type {CloseReason, EndReason, EventHead, EventSourceHandle, PlatformEvent} from '../port/platform.js';
import {interactionOfStatus, toInteractionFacts} from './mapping.js';

/** Close codes of the platform. Source: contract §2 "Losing the connection" 3. */
const CLOSE_UNAUTHORIZED = 4401;
const CLOSE_FORBIDDEN = 4403;
const CLOSE_RATE_LIMITED = 4429;
/** `WebSocket.OPEN`. The host's socket may be a different class than the global one. */
const OPEN = 1;
/** A UTF-16 unit takes at most three bytes in UTF-8, so short texts need no byte count. */
const MAX_BYTES_PER_UNIT = 3;
/** The most characters to keep of an unknown event's name. Source: our choice; it is for a log line. */
const MAX_NAME = 80;

/**
 * One WebSocket of the agent: it sends pings, notices a dead connection, and turns frames into events. It reports an unusable
 * frame, drops it and continues. Source: contract §2.
 */
export class V2Stream implements EventSourceHandle {
  readonly #socket: WebSocket | undefined;
  readonly #settings: HubSettings;
  readonly #isOwn: (agentId: string) => boolean;
  readonly #onEvent: (event: PlatformEvent) => void;
  readonly #refusedByPolicy: () => Promise<string | undefined>;
  #live = false;
  #closed = false;
  #answersPings = false;
  #pingTimer: ReturnType<typeof setInterval> | undefined;
  #deadTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param isOwn whether an id is this agent's. Frames about other agents are dropped.
   * @param socket opens a WebSocket.
   */
  constructor(
    url: string,
    settings: HubSettings,
    isOwn: (agentId: string) => boolean,
    onEvent: (event: PlatformEvent) => void,
    socket: (url: string) => WebSocket = (address) => new WebSocket(address),
  ) {
    this.#settings = settings;
    this.#isOwn = isOwn;
    this.#onEvent = onEvent;
    this.#refusedByPolicy = watchPolicy(url);
    try {
      this.#socket = socket(url);
    } catch {
      // Some browsers throw here; others fire an event later.
      void this.#onRefused();
      return;
    }
    this.#socket.addEventListener('open', () => {
      // Ping at once, not only after the first interval: the answer also proves that the stream is alive.
      this.#ping();
      this.#pingTimer = setInterval(() => this.#ping(), settings.pingIntervalMs);
    });
    this.#socket.addEventListener('message', ({data}) => this.#onMessage(data));
    this.#socket.addEventListener('close', ({code, reason}) => this.#onClose(closeReason(code, reason)));
    // If a security policy blocks the address, Chromium fires only `error`, not `close`.
    this.#socket.addEventListener('error', () => void this.#onRefused());
    this.#deadTimer = setTimeout(() => this.#end({kind: 'lost'}), settings.requestTimeoutMs + settings.streamConfirmMs);
  }

  check(): void {
    this.#ping();
  }

  /** The platform keeps no session for a stream, so closing the socket is enough. */
  end(_why: EndReason): Promise<void> {
    this.#end({kind: 'asked'});
    return Promise.resolve();
  }

  #ping(): void {
    if (this.#socket?.readyState !== OPEN) return;
    this.#socket.send(JSON.stringify(PING));
    if (!this.#answersPings || this.#deadTimer !== undefined) return;
    this.#deadTimer = setTimeout(() => this.#end({kind: 'lost'}), this.#settings.pongTimeoutMs);
  }

  #onMessage(data: unknown): void {
    if (this.#closed) return;
    this.#heard();
    if (typeof data !== 'string') return this.#onEvent({type: 'unusable', reason: 'notJson'});
    if (this.#tooLarge(data)) return this.#onEvent({type: 'unusable', reason: 'tooLarge'});
    let json: unknown;
    try {
      json = parseJson(data);
    } catch {
      return this.#onEvent({type: 'unusable', reason: 'notJson'});
    }
    const envelope = z.safeParse(frameEnvelope, json);
    if (!envelope.success) return this.#onEvent({type: 'unusable', reason: 'wrongShape'});
    const {eventType} = envelope.data;
    if (!isStreamEventType(eventType)) {
      this.#valid();
      return this.#onEvent({type: 'unknown', name: eventType.slice(0, MAX_NAME)});
    }
    const frame = z.safeParse(streamFrame, json);
    if (!frame.success) return this.#onEvent({type: 'unusable', reason: 'wrongShape', name: eventType});
    if (!this.#isMine(frame.data)) return this.#onEvent({type: 'unusable', reason: 'otherAgent', name: eventType});
    const event = toEvent(frame.data);
    if (!event) return this.#onEvent({type: 'unusable', reason: 'wrongShape', name: eventType});
    if (eventType === 'heartbeat') {
      this.#answersPings = true;
      clearTimeout(this.#silenceTimer);
    }
    this.#valid();
    this.#onEvent(event);
  }

  /** A platform may send other agents' frames over this stream, for example for teams or supervisors. */
  #isMine({data}: StreamFrame): boolean {
    return !data || !('agentId' in data) || typeof data.agentId !== 'string' || this.#isOwn(data.agentId);
  }

  #tooLarge(data: string): boolean {
    const {maxFrameBytes} = this.#settings;
    if (data.length * MAX_BYTES_PER_UNIT <= maxFrameBytes) return false;
    return data.length > maxFrameBytes || new TextEncoder().encode(data).byteLength > maxFrameBytes;
  }

  /** Any message proves that the connection is alive. */
  #heard(): void {
    this.#watchSilence();
    if (!this.#live) return;
    clearTimeout(this.#deadTimer);
    this.#deadTimer = undefined;
  }

  /** If the platform does not answer pings, silence proves nothing, and only a read shows whether we missed something. */
  #watchSilence(): void {
    clearTimeout(this.#silenceTimer);
    if (this.#answersPings || this.#closed) return;
    this.#silenceTimer = setTimeout(() => {
      this.#onEvent({type: 'silent'});
      this.#watchSilence();
    }, this.#settings.silenceReadMs);
  }

  /** The first usable frame makes the stream live, even if it is not the confirmation. */
  #valid(): void {
    if (this.#live) return;
    this.#live = true;
    clearTimeout(this.#deadTimer);
    this.#deadTimer = undefined;
    this.#onEvent({type: 'live'});
  }

  #onClose(reason: CloseReason): void {
    if (this.#live || reason.kind !== 'lost') this.#end(reason);
    else void this.#onRefused();
  }

  /** The stream did not open, and the browser gave no reason. The only cause we can find is a security policy. */
  async #onRefused(): Promise<void> {
    if (this.#live) return;
    const by = await this.#refusedByPolicy();
    this.#end(by === undefined ? {kind: 'lost'} : {kind: 'blocked', by});
  }

  #end(reason: CloseReason): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#pingTimer);
    clearTimeout(this.#deadTimer);
    clearTimeout(this.#silenceTimer);
    this.#socket?.close();
    this.#onEvent({type: 'closed', reason});
  }
}

function closeReason(code: number, reason: string): CloseReason {
  switch (code) {
    case CLOSE_UNAUTHORIZED:
      return {kind: 'unauthorized'};
    case CLOSE_FORBIDDEN:
      return {kind: 'forbidden'};
    case CLOSE_RATE_LIMITED: {
      const retryAfterMs = parseRetryAfterMs(/retry-after=([^;]+)/i.exec(reason)?.[1] ?? null, Date.now());
      return {kind: 'rateLimited', ...(retryAfterMs === undefined ? {} : {retryAfterMs})};
    }
    default:
      return {kind: 'lost'};
  }
}

/** Turns a frame into an event; `undefined` if it names an unknown state. */
function toEvent(frame: StreamFrame): PlatformEvent | undefined {
  const head: EventHead = {
    eventType: frame.eventType,
    timestamp: Date.parse(frame.timestamp),
    digest: digestOf(frame.data),
  };
  switch (frame.eventType) {
    case 'subscription.confirmed':
    case 'heartbeat':
      return {type: 'alive'};
    case 'agent.status.changed': {
      const {data} = frame;
      const interaction = interactionOfStatus(data);
      return {
        type: 'presence',
        event: {
          ...head,
          current: toAgentState(data.currentStatus),
          ...(data.previousStatus ? {previous: toAgentState(data.previousStatus)} : {}),
          ...(interaction ? {interaction} : {}),
        },
      };
    }
    case 'interaction.screenpop': {
      const {interactionId, source, payload} = frame.data;
      return {type: 'screenPop', event: {...head, interactionId, source: source ?? '', payload}};
    }
    case 'interaction.assigned':
    case 'interaction.state.changed': {
      const facts = toInteractionFacts(frame.data);
      const kind = frame.eventType === 'interaction.assigned' ? 'assigned' : 'changed';
      return facts && {type: 'interaction', event: {...head, kind, facts}};
    }
  }
}
