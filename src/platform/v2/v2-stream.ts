import * as z from 'zod/mini';
import {toAgentState} from '../../domain/agent-state.js';
import type {HubSettings} from '../../domain/settings.js';
import {frameEnvelope, isStreamEventType, parseJson, PING, streamFrame, type StreamFrame} from './wire/index.js';
import {parseRetryAfterMs} from '../client/backoff.js';
import {digestOf} from '../client/digest.js';
import {watchPolicy} from '../client/policy-watch.js';
import type {CloseReason, EndReason, EventHead, EventSourceHandle, PlatformEvent} from '../port/platform.js';
import {interactionOfStatus, toInteractionFacts} from './mapping.js';

/** Codes with which the platform says why it closes. Source: contract §2 "Losing the connection" 3. */
const CLOSE_UNAUTHORIZED = 4401;
const CLOSE_FORBIDDEN = 4403;
const CLOSE_RATE_LIMITED = 4429;
/** `WebSocket.OPEN`; a socket from outside need not be the global class. */
const OPEN = 1;
/** UTF-16 units are at most three bytes each in UTF-8: shorter texts need no counting. */
const MAX_BYTES_PER_UNIT = 3;
/** Characters kept of the name of an event that nobody knows. Source: our choice; it is for a log line. */
const MAX_NAME = 80;

/**
 * The agent's WebSocket, once: pings it, notices when it is dead, and turns frames into events. A frame that cannot be
 * used is told and dropped; the read loop goes on. Source: contract §2.
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
   * @param isOwn whether an id is this agent's: what is told of another agent changes nothing.
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
      // Some browsers refuse at once what others refuse with an event.
      void this.#onRefused();
      return;
    }
    this.#socket.addEventListener('open', () => {
      // At once, not after the first interval: its answer also proves that the stream is alive.
      this.#ping();
      this.#pingTimer = setInterval(() => this.#ping(), settings.pingIntervalMs);
    });
    this.#socket.addEventListener('message', ({data}) => this.#onMessage(data));
    this.#socket.addEventListener('close', ({code, reason}) => this.#onClose(closeReason(code, reason)));
    // Where a security policy refuses the address, Chromium tells nothing else: no `close` follows.
    this.#socket.addEventListener('error', () => void this.#onRefused());
    this.#deadTimer = setTimeout(() => this.#end({kind: 'lost'}), settings.requestTimeoutMs + settings.streamConfirmMs);
  }

  check(): void {
    this.#ping();
  }

  /** The platform keeps no session for a stream: to close it says all. */
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

  /** Teams, supervisors and platforms that do not filter send what is another agent's over this agent's stream. */
  #isMine({data}: StreamFrame): boolean {
    return !data || !('agentId' in data) || typeof data.agentId !== 'string' || this.#isOwn(data.agentId);
  }

  #tooLarge(data: string): boolean {
    const {maxFrameBytes} = this.#settings;
    if (data.length * MAX_BYTES_PER_UNIT <= maxFrameBytes) return false;
    return data.length > maxFrameBytes || new TextEncoder().encode(data).byteLength > maxFrameBytes;
  }

  /** Anything at all proves that the line is not dead. */
  #heard(): void {
    this.#watchSilence();
    if (!this.#live) return;
    clearTimeout(this.#deadTimer);
    this.#deadTimer = undefined;
  }

  /** Where pings are not answered, silence says nothing: whether something was missed, only a read tells. */
  #watchSilence(): void {
    clearTimeout(this.#silenceTimer);
    if (this.#answersPings || this.#closed) return;
    this.#silenceTimer = setTimeout(() => {
      this.#onEvent({type: 'silent'});
      this.#watchSilence();
    }, this.#settings.silenceReadMs);
  }

  /** The first usable frame makes it live, confirmation or not. */
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

  /** It did not open, without a word why: only the browser's own policy may be known as the cause. */
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

/** A frame as an event; `undefined` where it says something that nobody understands. */
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
