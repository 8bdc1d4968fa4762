import {CxoneError} from '../../domain/errors.js';
import type {HubSettings} from '../../domain/settings.js';

/**
 * Writes that fail together. Telephony commands and dialling are in none: what an agent does with a caller never waits
 * for what some other write met. Source: contract §1 "429, 408, 5xx".
 */
export type WriteFamily = 'status' | 'afterCall' | 'availability' | 'publish';

interface Health {
  failuresInARow: number;
  /** Epoch ms. */
  pausedUntil: number;
}

/** Pauses a family of writes after repeated server errors, for `writeBreakerPauseMs`. The other families go on. */
export class WriteBreakers {
  readonly #settings: Pick<HubSettings, 'writeBreakerFailures' | 'writeBreakerPauseMs'>;
  readonly #families = new Map<WriteFamily, Health>();

  constructor(settings: Pick<HubSettings, 'writeBreakerFailures' | 'writeBreakerPauseMs'>) {
    this.#settings = settings;
  }

  /** @throws {CxoneError} `UNAVAILABLE`, without a status: the write must not leave now. */
  check(family: WriteFamily | undefined): void {
    if (!family) return;
    const leftMs = (this.#families.get(family)?.pausedUntil ?? 0) - Date.now();
    // The clock may have been set back meanwhile: no pause is longer than a pause.
    if (leftMs <= 0 || leftMs > this.#settings.writeBreakerPauseMs) return;
    throw new CxoneError('UNAVAILABLE', `${family} writes are paused after repeated server errors`, {
      retryAfterMs: leftMs,
    });
  }

  /** Takes in how the platform answered, by HTTP status. */
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
