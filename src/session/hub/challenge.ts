import {isHubLetter, type HubLetter} from '../../domain/hub-channel.js';
import type {PageSettings} from '../../domain/settings.js';

/**
 * Keeps asking a hub in another page whether it still answers. That page's own timers prove nothing, because a hidden page
 * gets one tick a minute. Only one page asks, and only while it is visible. Source: architecture.md "Elected mode".
 * @param onHung called once when several questions in a row got no answer.
 */
export function challenge(
  name: string,
  channel: BroadcastChannel,
  pageId: string,
  {challengeIntervalMs, challengeTries}: Pick<PageSettings, 'challengeIntervalMs' | 'challengeTries'>,
  signal: AbortSignal,
  onHung: () => void,
): void {
  let unanswered = 0;
  channel.addEventListener('message', ({data}) => {
    if (isHubLetter(data) && 'here' in data) unanswered = 0;
  });

  /** Asks until the page is hidden or has gone. */
  const ask = (): Promise<void> =>
    new Promise((resolve) => {
      unanswered = 0;
      let lastWait: ReturnType<typeof setTimeout> | undefined;
      const stop = (): void => {
        clearInterval(timer);
        clearTimeout(lastWait);
        signal.removeEventListener('abort', stop);
        resolve();
      };
      const timer = setInterval(() => {
        if (document.visibilityState !== 'visible' || signal.aborted) return stop();
        channel.postMessage({to: 'hub', from: pageId, ask: 'anybody there'} satisfies HubLetter);
        if (++unanswered < challengeTries) return;
        // The others had the whole interval; a hub that answers does so within milliseconds.
        lastWait = setTimeout(() => {
          if (unanswered < challengeTries) return;
          stop();
          onHung();
        }, challengeIntervalMs / 4);
      }, challengeIntervalMs);
      signal.addEventListener('abort', stop);
    });

  const stand = (): void => {
    if (document.visibilityState !== 'visible' || signal.aborted) return;
    document.removeEventListener('visibilitychange', stand);
    navigator.locks
      .request(`challenge:${name}`, {signal}, ask)
      .then(() => {
        if (!signal.aborted) document.addEventListener('visibilitychange', stand, {signal});
      })
      .catch((error: unknown) => {
        if (!signal.aborted) reportError(error);
      });
  };
  document.addEventListener('visibilitychange', stand, {signal});
  stand();
}
