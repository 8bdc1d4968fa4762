import type {MediaType} from './interaction.js';

/** When a pop opens by itself. Source: contract §6 "When". */
export type PopMoment = 'ring' | 'answer' | 'manual';

/** What became of a pop; the panel's `data-outcome`. Source: architecture.md "Public surface". */
export type PopOutcome = 'waiting' | 'opened' | 'several' | 'none' | 'failed' | 'unknown' | 'expired' | 'dropped';

/** Payload values are kept as the platform sent them, but only plain scalars are ever matched or shown. */
export type PopPayload = Readonly<Record<string, unknown>>;

/** A record of the CRM. `entity` is the host's own type name: `account`, `contact`, `Case` … */
export interface RecordRef {
  readonly entity: string;
  readonly id: string;
  /** The record's name as the host gave it. Customer data. */
  readonly name?: string;
}

/**
 * One thing to try. The first step that finds something ends the plan.
 * Templates take `{field}` from the payload; also `{ani}`, `{dnis}` and `{interactionId}`.
 */
export type PopStep =
  | {readonly kind: 'open'; readonly entity: string; readonly idField: string}
  | {readonly kind: 'search'; readonly entity: string; readonly field: string; readonly by: 'email' | 'phone' | 'text'}
  | {readonly kind: 'create'; readonly entity: string; readonly fill: Readonly<Record<string, string>>};

/** A rule: which payloads it is for, and what to try in order. The first rule that matches is used. */
export interface PopRule {
  /** Field → value or list of values, compared as text without case. Every field must match; absent = always. */
  readonly when?: Readonly<Record<string, string | readonly string[]>>;
  readonly media?: readonly MediaType[];
  readonly steps: readonly PopStep[];
}

/** A step with the payload's values filled in, as the page and the adapter get it. */
export type PlannedStep =
  | {readonly kind: 'open'; readonly record: RecordRef}
  | {readonly kind: 'search'; readonly query: SearchQuery}
  | {readonly kind: 'create'; readonly draft: RecordDraft};

export interface SearchQuery {
  readonly entity: string;
  readonly by: 'email' | 'phone' | 'text';
  /** Customer data. The adapter escapes it for its host. A phone number is in E.164 form if that is known. */
  readonly value: string;
  /** For a search by phone: the forms in which a record may hold the number, if they are known. */
  readonly numbers?: readonly string[];
}

export interface RecordDraft {
  readonly entity: string;
  /** Host field name → value. Customer data. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The result of a plan, as the page reports it. */
export interface PopResult {
  readonly outcome: Extract<PopOutcome, 'opened' | 'several' | 'none' | 'failed'>;
  /** After `several` the choices, after `opened` the record. */
  readonly records?: readonly RecordRef[];
  /** After `none`: what a new record would hold. */
  readonly draft?: RecordDraft;
  /** The host did not answer in time and an earlier answer was used. */
  readonly cached?: boolean;
  /** Answers worth keeping, for `CachedAnswer`. */
  readonly learned?: readonly CachedAnswer[];
  /** After `failed`: why, as an error code. */
  readonly error?: 'ADAPTER_FAILED' | 'ADAPTER_TIMEOUT';
}

/** An earlier answer of the host to a search. */
export interface CachedAnswer {
  readonly query: SearchQuery;
  readonly records: readonly RecordRef[];
  /** Epoch ms. */
  readonly at: number;
}

/** The rules used where the host configures none: exact account id, then e-mail, then the caller's number, then a new contact. */
export const DEFAULT_POP_RULES: readonly PopRule[] = [
  {
    steps: [
      {kind: 'open', entity: 'account', idField: 'crm_account_id'},
      {kind: 'open', entity: 'contact', idField: 'crm_contact_id'},
      {kind: 'search', entity: 'contact', field: 'customer_email', by: 'email'},
      {kind: 'search', entity: 'contact', field: 'ani', by: 'phone'},
      {kind: 'create', entity: 'contact', fill: {email: '{customer_email}', phone: '{ani}'}},
    ],
  },
];
