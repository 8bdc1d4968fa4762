import * as z from 'zod/mini';

/** Bodies of the simulator's control API, `/_sim/…`. Strict: a misspelled field is an error, not ignored. Times in epoch ms. */

/** The largest frame that `emit` accepts, in characters. Source: architecture.md "The simulator and the demo". */
export const MAX_EMIT_CHARS = 1_048_576;

const text = z.string().check(z.minLength(1));
const wholeMs = z.int().check(z.gte(0));
const times = z.int().check(z.gte(1), z.lte(1_000_000));

/**
 * Any object, unchanged, even with `__proto__` keys: the simulator must be able to send hostile payloads. `z.record` would
 * drop those keys.
 */
const asItIs = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  {error: 'expected an object'},
);

/** Names as people write them: any case, and `chat` for `webchat`. Source: contract §4 "Names". */
const named = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.pipe(
    z.pipe(
      z.string(),
      z.transform((name: string) => (name.toLowerCase() === 'chat' ? 'webchat' : name.toLowerCase())),
    ),
    z.enum(names),
  );

/** Body of `POST /_sim/interactions`. */
export const ringBody = z.strictObject({
  mediaType: z._default(named(['voice', 'webchat', 'email', 'workitem']), 'voice'),
  direction: z._default(named(['inbound', 'outbound', 'internal']), 'inbound'),
  from: z.optional(text),
  to: z.optional(text),
  skillId: z.optional(text),
  screenPop: z.optional(asItIs),
  /** 0 = none. */
  acwSeconds: z._default(z.number().check(z.gte(0), z.lte(86_400)), 30),
  enforceAcw: z._default(z.boolean(), false),
  agentId: z.optional(text),
});
export type RingBody = z.input<typeof ringBody>;
export type RingOrder = z.output<typeof ringBody>;

/** Body of `POST /_sim/emit`. */
export const emitBody = z.strictObject({
  frame: z.union([z.string().check(z.maxLength(MAX_EMIT_CHARS)), asItIs]),
  times: z._default(times, 1),
  intervalMs: z._default(wholeMs, 0),
  apply: z._default(z.boolean(), false),
  agentId: z.optional(text),
});
export type EmitBody = z.input<typeof emitBody>;
export type EmitOrder = z.output<typeof emitBody>;

const onAgent = {agentId: z.optional(text)};
const forMs = wholeMs;
/** An HTTP status for the handshake, or one of the platform's close codes (4400 to 4599) after it. Source: contract §2. */
const refusal = z.int().check(
  z.refine((code) => (code >= 400 && code <= 599) || (code >= 4_400 && code <= 4_599), {
    error: 'an HTTP status (400 to 599) or a close code (4400 to 4599)',
  }),
);
const anyStatus = z.int().check(z.gte(200), z.lte(599));

/** Body of `POST /_sim/faults`, by `kind`. A `path` matches if the request's path contains it. */
export const faultBody = z.discriminatedUnion('kind', [
  z.strictObject({kind: z.literal('drop-stream'), forMs: z._default(forMs, 0), ...onAgent}),
  z.strictObject({
    kind: z.literal('refuse-stream'),
    status: z._default(refusal, 503),
    forMs,
    /** How long the client should wait. */
    retryAfterSeconds: z.optional(z.int().check(z.gte(0))),
    ...onAgent,
  }),
  z.strictObject({kind: z.literal('freeze-stream'), forMs, ...onAgent}),
  z.strictObject({
    kind: z.literal('http-status'),
    method: z.optional(text),
    path: text,
    status: anyStatus,
    body: z.optional(z.unknown()),
    headers: z.optional(z.record(z.string(), z.string())),
    times: z._default(times, 1),
  }),
  z.strictObject({
    kind: z.literal('lose-response'),
    path: text,
    times: z._default(times, 1),
    how: z._default(z.enum(['silent', 'cut']), 'silent'),
  }),
  z.strictObject({kind: z.literal('delay'), path: text, ms: wholeMs, times: z._default(times, 1)}),
  z.strictObject({kind: z.literal('expire-tokens')}),
  z.strictObject({kind: z.literal('token-lifetime'), seconds: z.number().check(z.gt(0))}),
  z.strictObject({kind: z.literal('clock-skew'), ms: z.int()}),
  /** `copyAfterMs`: the delay between an event and its copy. */
  z.strictObject({kind: z.literal('failover'), forMs, copyAfterMs: z._default(wholeMs, 0)}),
]);
export type FaultBody = z.input<typeof faultBody>;
export type FaultOrder = z.output<typeof faultBody>;

/** Every fault kind, in the console's order. */
export const FAULT_KINDS = [
  'drop-stream',
  'refuse-stream',
  'freeze-stream',
  'http-status',
  'lose-response',
  'delay',
  'expire-tokens',
  'token-lifetime',
  'clock-skew',
  'failover',
] as const satisfies readonly FaultOrder['kind'][];

/** Body of `POST /_sim/scopes`: the scopes of new tokens. Without `scopes` they are reset. */
export const scopesBody = z.strictObject({scopes: z.optional(z.array(text))});
export type ScopesBody = z.infer<typeof scopesBody>;
