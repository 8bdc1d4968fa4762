import type {HubSettings} from '../../src/domain/settings.js';

/** Every interval of the contract divided by 20, so that an hour of trouble passes in minutes. */
export const FAST: Partial<HubSettings> = {
  pingIntervalMs: 1_250,
  pongTimeoutMs: 500,
  silenceReadMs: 3_000,
  versionTrustMs: 1_500,
  streamConfirmMs: 500,
  pollIntervalMs: 250,
  reconnectDelaysMs: [100, 200, 400, 750],
  reconnectJitterMs: 50,
  reconnectBreakerMs: 1_500,
  reconnectSlowMs: 3_000,
  reconcileIntervalMs: 3_000,
  requestTimeoutMs: 500,
  retryBaseMs: 50,
  retryCapMs: 1_500,
  commandRetryBaseMs: 50,
  commandRetryWindowMs: 1_500,
  writeBreakerPauseMs: 1_500,
  tokenSourceTimeoutMs: 500,
  tokenRetryBaseMs: 50,
  tokenRetryCapMs: 1_500,
  presenceFollowMs: 500,
  acwPollIntervalMs: 250,
  acwDoneShownMs: 100,
  lastPageGraceMs: 500,
};
