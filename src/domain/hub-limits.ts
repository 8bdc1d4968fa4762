import type {HubSettings} from './settings.js';

type Timing = Pick<HubSettings, 'commandRetryWindowMs' | 'requestTimeoutMs'>;

/** The last try that may leave, and two looks at what became of it. Source: contract §3. */
const REQUESTS_AFTER_WINDOW = 3;
/** For the store and the hub's other work. Our choice. */
const HUB_OVERHEAD_MS = 1_000;
/** For the way between page and hub, and for a page whose timers are late. Our choice. */
const WIRE_MS = 4_000;
/** A longer timer overflows, and fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * How long the hub takes over a call at most, in ms: until then it has answered, if only that the outcome is unknown. A
 * click may leave until its window ends; what follows is bounded by the time limit of a request.
 */
export function hubAnswerMs({commandRetryWindowMs, requestTimeoutMs}: Timing): number {
  const worstMs = commandRetryWindowMs + REQUESTS_AFTER_WINDOW * requestTimeoutMs + HUB_OVERHEAD_MS;
  return Math.min(worstMs, LONGEST_MS - WIRE_MS);
}

/** How long a page waits for the hub's answer, in ms: always longer than the hub may take, so that it hears the outcome. */
export function pageWaitMs(timing: Timing): number {
  return hubAnswerMs(timing) + WIRE_MS;
}
