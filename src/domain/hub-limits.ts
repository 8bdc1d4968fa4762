import type {HubSettings} from './settings.js';

type Timing = Pick<HubSettings, 'commandRetryWindowMs' | 'requestTimeoutMs'>;

/** The last try that may still be sent, and two reads to find out what came of it. Source: contract §3. */
const REQUESTS_AFTER_WINDOW = 3;
/** Time for the store and the hub's other work. Our choice. */
const HUB_OVERHEAD_MS = 1_000;
/** Time for messages between page and hub, and for timers that fire late. Our choice. */
const WIRE_MS = 4_000;
/** A longer timer overflows and fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * The longest that the hub takes for a call, in ms. By then it has answered, even if only that the outcome is unknown. A
 * click may be sent until its window ends; what comes after that is limited by the time limit of a request.
 */
export function hubAnswerMs({commandRetryWindowMs, requestTimeoutMs}: Timing): number {
  const worstMs = commandRetryWindowMs + REQUESTS_AFTER_WINDOW * requestTimeoutMs + HUB_OVERHEAD_MS;
  return Math.min(worstMs, LONGEST_MS - WIRE_MS);
}

/** How long a page waits for the hub's answer, in ms: always longer than the hub takes, so that the page hears the outcome. */
export function pageWaitMs(timing: Timing): number {
  return hubAnswerMs(timing) + WIRE_MS;
}
