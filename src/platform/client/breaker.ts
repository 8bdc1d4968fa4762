import {CxoneError} from '../../domain/errors.js';
import type {HubSettings} from '../../domain/settings.js';

/**
 * Groups of writes that are paused together. Telephony commands and dialling belong to no group: the failure of another
 * write must never delay a call. Source: contract §1 "429, 408, 5xx".
 */
export type WriteFamily = 'status' | 'afterCall' | 'availability' | 'publish';

interface Health {
  failuresInARow: number;
  /** Epoch ms. */
  pausedUntil: number;
}

/** Pauses one family of writes for `writeBreakerPauseMs` after repeated server errors. The other families continue. */
export class WriteBreakers {
  readonly #settings: Pick<HubSettings, 'writeBreakerFailures' | 'writeBreakerPauseMs'>;
  readonly #families = new Map<WriteFamily, Health>();

  constructor(settings: Pick<HubSettings, 'writeBreakerFailures' | 'writeBreakerPauseMs'>) {
    this.#settings = settings;
  }

  /** @throws {CxoneError} `UNAVAILABLE`, without a status: the write must not be sent now. */
  check(family: WriteFamily | undefined): void {
    if (!family) return;
    const leftMs = (this.#families.get(family)?.pausedUntil ?? 0) - Date.now();
    // More time left than a whole pause means that the clock was set back.
    if (leftMs <= 0 || leftMs > this.#settings.writeBreakerPauseMs) return;
    throw new CxoneError('UNAVAILABLE', `${family} writes are paused after repeated server errors`, {
      retryAfterMs: leftMs,
    });
  }

  /** Records the HTTP status of the platform's answer. */
  note(family: WriteFamily | undefined, status: number): void {
    if (!family) return;
    if (status < 500) {
      this.#families.delete(family);
      return;
    }
    const failuresInARow = (this.#families.get(family)?.failuresInARow ?? 0) + 1;
    const isBroken = failuresInARow >= this.#settings.writeBreakerFailures;
    this.#families.set(family, {
      failuresInARow: isBroken ? 0 : failuresInARow,
      pausedUntil: isBroken ? Date.now() + this.#settings.writeBreakerPauseMs : 0,
    });
  }
}
