import type {Direction, MediaType} from './interaction.js';
import type {RecordRef} from './screen-pop.js';

/** A contact that is over, after its after-call work, for the CRM's activity history. */
export interface ContactLog {
  readonly interactionId: string;
  readonly mediaType: MediaType;
  readonly direction: Direction;
  /** The other side's number or address. Customer data. */
  readonly from?: string;
  readonly to?: string;
  readonly skillId?: string;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Absent: it was never answered. */
  readonly answeredAt?: number;
  /** When the agent's part of the contact ended, before after-call work; epoch ms. */
  readonly endedAt: number;
  /** In seconds, after-call work not counted. */
  readonly talkSeconds: number;
  readonly acwSeconds?: number;
  /** The reason code of after-call work: the disposition, where the platform has one. */
  readonly disposition?: string;
  /** The record that the contact's screen pop opened, or that the agent chose. */
  readonly record?: RecordRef;
}

/** The result of writing a log, as the page reports it. `code`: the adapter's error code, for the diagnostics log. */
export type ContactLogResult = {readonly ok: true} | {readonly ok: false; readonly code: string};
