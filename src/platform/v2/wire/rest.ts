import * as z from 'zod/mini';
import {freeRecord, id, isoTime, maybe, seconds, text, textOrNumber} from './primitives.js';
import {interactionData} from './stream.js';

/**
 * Bodies of the contract's REST calls. Requests are strict: we check them before sending, because the platform refuses what
 * does not fit. Replies are tolerant, as in `stream.ts`. Source: contract §1, §3, §4, §5, §7.
 */

// ---- Tokens (§1) ----

/** A token's lifetime if the reply does not state one, in seconds. Source: contract §1. */
export const DEFAULT_TOKEN_LIFETIME_SECONDS = 3_600;

/** Fields of a token request, in a form body, in a query, or (client id and secret) in a Basic header. */
export const tokenRequest = z.looseObject({
  grant_type: z.literal('client_credentials'),
  client_id: text,
  client_secret: text,
  scope: z.optional(z.string()),
});
export type TokenRequest = z.infer<typeof tokenRequest>;

/** Body of a request to the token broker. */
export const brokerRequest = z.looseObject({agentId: z.optional(text)});
export type BrokerRequest = z.infer<typeof brokerRequest>;

// ---- Errors (§3) ----

/** Error codes in the platform's bodies. Source: contract §3; `BAD_REQUEST` is ours, for a body that does not fit its schema. */
export const PLATFORM_ERROR_CODES = [
  'BAD_REQUEST',
  'INVALID_TRANSITION',
  'STATE_CONFLICT',
  'TOKEN_EXPIRED',
  'FORBIDDEN',
  'MISSING_SCOPE',
  'FORCE_BLOCKED_ACTIVE_SESSION',
  'NOT_FOUND',
  'PRECONDITION_FAILED',
  'RATE_LIMITED',
  'UNAVAILABLE',
] as const;
export type PlatformErrorCode = (typeof PLATFORM_ERROR_CODES)[number];

export const errorBody = z.looseObject({
  errorCode: maybe(z.string()),
  message: maybe(z.string()),
  currentState: maybe(z.string()),
});
export type ErrorBody = z.infer<typeof errorBody>;

// ---- Telephony commands (§3) ----

/** The longest dialled target or DTMF string. Source: our choice; longer than any dial string, short enough for a log line. */
const MAX_TARGET_LENGTH = 256;
const MAX_DIGITS = 64;

const target = text.check(z.maxLength(MAX_TARGET_LENGTH));
const digits = z
  .string()
  .check(z.regex(/^[0-9A-D*#]+$/i, {error: 'digits are 0-9, A-D, * and #'}), z.maxLength(MAX_DIGITS));
const none = z.strictObject({});

const commandOf = <Name extends string, Parameters extends z.core.$ZodType>(action: Name, parameters: Parameters) =>
  z.strictObject({agentId: text, interactionId: z.optional(text), action: z.literal(action), parameters});

const bare = <Name extends string>(action: Name) => commandOf(action, z.optional(none));

/** The wire's action names. Source: contract §3. */
export const CONTROL_ACTIONS = [
  'Answer',
  'Reject',
  'Hold',
  'Resume',
  'Mute',
  'Unmute',
  'Transfer',
  'Conference',
  'SendDtmf',
  'CompleteTransfer',
  'CancelTransfer',
  'Release',
] as const;
export type ControlAction = (typeof CONTROL_ACTIONS)[number];

/** Body of `POST /v2/telephony/interactions/{interactionId}/control`. A transfer without `type` is blind. */
export const controlCommand = z.discriminatedUnion('action', [
  bare('Answer'),
  bare('Reject'),
  commandOf(
    'Hold',
    z.optional(z.strictObject({holdMusic: z.optional(z.string()), notifyOnResume: z.optional(z.boolean())})),
  ),
  bare('Resume'),
  bare('Mute'),
  bare('Unmute'),
  commandOf('Transfer', z.strictObject({target, type: z.optional(z.enum(['blind', 'consult']))})),
  commandOf('Conference', z.strictObject({target})),
  commandOf('SendDtmf', z.strictObject({digits})),
  bare('CompleteTransfer'),
  bare('CancelTransfer'),
  bare('Release'),
]);
export type ControlCommand = z.infer<typeof controlCommand>;

/**
 * Body of `POST /v2/telephony/interactions`: the agent makes an outbound call. The reply is that of a command. The contract
 * defines no way to dial; this one is ours, modelled on its commands.
 */
export const dialOrder = z.strictObject({agentId: text, target});
export type DialOrder = z.infer<typeof dialOrder>;

/** The reply to a command that was carried out. */
export const controlReply = z.looseObject({interaction: interactionData});
export type ControlReply = z.infer<typeof controlReply>;

// ---- Presence and routing (§4) ----

/** Reply of `GET /v2/agents/{agentId}/status`: presence, the state that others see. */
export const agentPresence = z.looseObject({
  agentId: maybe(id),
  currentStatus: text,
  interactionId: maybe(id),
  updatedTimestamp: maybe(isoTime),
});
export type AgentPresence = z.infer<typeof agentPresence>;

export const groupState = z.looseObject({id, state: text, mediaType: maybe(z.string())});
export type GroupStateData = z.infer<typeof groupState>;

/** Reply of `GET /api/v2/users/{userId}/agentStatus`: routing, which decides whether calls are offered. */
export const agentRouting = z.looseObject({
  state: text,
  skillGroups: maybe(z.array(groupState)),
  routingGroups: maybe(z.array(groupState)),
  activeSessions: maybe(z.number()),
  updatedTimestamp: maybe(isoTime),
});
export type AgentRouting = z.infer<typeof agentRouting>;

const groupWrite = z.strictObject({id: text, state: text});

/** Body of `PUT /api/v2/users/{userId}/agentStatus`. */
export const agentRoutingWrite = z.strictObject({
  state: text,
  skillGroups: z.optional(z.array(groupWrite)),
  routingGroups: z.optional(z.array(groupWrite)),
  force: z.optional(z.boolean()),
  overrideReason: text,
});
export type AgentRoutingWrite = z.infer<typeof agentRoutingWrite>;

export const agentRoutingWritten = z.looseObject({state: text, updatedTimestamp: isoTime});
export type AgentRoutingWritten = z.infer<typeof agentRoutingWritten>;

// ---- Sessions (§4) ----

export const userSession = z.looseObject({
  id,
  userId: maybe(id),
  interactionId: maybe(id),
  state: text,
  /** Seconds. */
  acwRemaining: maybe(seconds),
  mediaType: maybe(z.string()),
  direction: maybe(z.string()),
  /** Seconds: of the after-call work while in acw, otherwise of the session. */
  duration: maybe(seconds),
  from: maybe(textOrNumber),
  to: maybe(textOrNumber),
  skillId: maybe(textOrNumber),
  muted: maybe(z.boolean()),
  startedAt: maybe(isoTime),
  updatedAt: maybe(isoTime),
});
export type UserSession = z.infer<typeof userSession>;

/** Reply of `GET /api/v2/telephony/usersessions`; pages are counted from 1. */
export const userSessionPage = z.looseObject({
  pageSize: maybe(z.number()),
  page: maybe(z.number()),
  pageCount: maybe(z.number()),
  total: maybe(z.number()),
  asOf: maybe(isoTime),
  entities: z.array(userSession),
});
export type UserSessionPage = z.infer<typeof userSessionPage>;

// ---- After-call work (§5) ----

/** Body of `POST /api/v2/telephony/usersessions/{sessionId}/acw`; `duration` in seconds. */
export const acwStart = z.strictObject({
  duration: z.number().check(z.positive()),
  type: z.enum(['manual', 'system', 'compliance']),
  reasonCode: z.string(),
  enforceUntilComplete: z._default(z.boolean(), true),
});
export type AcwStartBody = z.input<typeof acwStart>;

const acwExtend = z.strictObject({extendBySeconds: z.number().check(z.positive()), reasonCode: z.string()});
const acwComplete = z.strictObject({complete: z.literal(true), reasonCode: z.string()});

/** Body of `PATCH` on the same path: one extension, or an early end. */
export const acwChange = z.union([acwExtend, acwComplete]);
export type AcwChangeBody = z.infer<typeof acwChange>;

// ---- Events from outside (§5, §7) ----

/** Body of `POST /api/v2/events/publish`. */
export const publishBody = z.strictObject({eventType: text, data: freeRecord});
export type PublishBody = z.infer<typeof publishBody>;

/** `data` of an `agent.availability.changed` publish. */
export const availabilityChange = z.looseObject({
  agentId: text,
  previousState: z.unknown(),
  newState: z.unknown(),
  syncTimestamp: isoTime,
});
export type AvailabilityChangeData = z.infer<typeof availabilityChange>;

// ---- Users (§1 scope probe) ----

/** Reply of `GET /api/v2/users`. It is also empty if the token lacks `users:read`. */
export const userPage = z.looseObject({entities: z.array(z.looseObject({id: text, name: maybe(z.string())}))});
export type UserPage = z.infer<typeof userPage>;
