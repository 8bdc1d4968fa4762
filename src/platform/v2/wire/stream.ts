import * as z from 'zod/mini';
import {freeRecord, id, isoTime, maybe, seconds, text, textOrNumber} from './primitives.js';

/**
 * Incoming frames of the agent stream. The schemas are tolerant: unknown keys pass, and names stay strings (the tables in
 * `agent-state.ts` and `interaction.ts` map them from any dialect and case). Source: contract §2.
 */

/** The largest frame, in bytes; we drop a larger one unread. Source: contract §2. */
export const MAX_FRAME_BYTES = 262_144;

/** What the client sends to keep the stream alive. Source: contract §2 "heartbeat". */
export const PING = {type: 'ping'} as const;

/** Event types with a known shape; any other type is an unknown event. */
export const STREAM_EVENT_TYPES = [
  'subscription.confirmed',
  'agent.status.changed',
  'interaction.screenpop',
  'interaction.assigned',
  'interaction.state.changed',
  'heartbeat',
] as const;

export type StreamEventType = (typeof STREAM_EVENT_TYPES)[number];

/** The fields of every frame, whatever its type. */
export const frameEnvelope = z.looseObject({
  eventType: text,
  timestamp: isoTime,
  data: maybe(z.unknown()),
});
export type FrameEnvelope = z.infer<typeof frameEnvelope>;

export const subscriptionConfirmedData = z.looseObject({agentId: id});
export type SubscriptionConfirmedData = z.infer<typeof subscriptionConfirmedData>;

export const agentStatusChangedData = z.looseObject({
  agentId: id,
  previousStatus: maybe(z.string()),
  currentStatus: text,
  interactionId: maybe(id),
  channelType: maybe(z.string()),
  direction: maybe(z.string()),
});
export type AgentStatusChangedData = z.infer<typeof agentStatusChangedData>;

export const screenPopData = z.looseObject({
  interactionId: id,
  agentId: id,
  source: maybe(z.string()),
  payload: freeRecord,
});
export type ScreenPopData = z.infer<typeof screenPopData>;

/** After-call work in an event or a reply; times in seconds. */
export const acwData = z.looseObject({
  duration: seconds,
  remaining: seconds,
  type: maybe(z.string()),
  reasonCode: maybe(z.string()),
  enforceUntilComplete: maybe(z.boolean()),
});
export type AcwData = z.infer<typeof acwData>;

/** The other end of a consult, or a conference member. */
export const participantData = z.looseObject({
  role: maybe(z.string()),
  target: id,
  state: maybe(z.string()),
});
export type ParticipantData = z.infer<typeof participantData>;

/** `data` of `interaction.assigned` and `interaction.state.changed`; also in the replies to reads and commands of an interaction. */
export const interactionData = z.looseObject({
  interactionId: id,
  sessionId: maybe(id),
  agentId: maybe(id),
  mediaType: maybe(z.string()),
  direction: maybe(z.string()),
  state: text,
  muted: maybe(z.boolean()),
  from: maybe(textOrNumber),
  to: maybe(textOrNumber),
  skillId: maybe(textOrNumber),
  participants: maybe(z.array(participantData)),
  acw: maybe(acwData),
  startedAt: maybe(isoTime),
  updatedAt: maybe(isoTime),
});
export type InteractionData = z.infer<typeof interactionData>;

export const heartbeatData = maybe(z.looseObject({}));

const frame = <Name extends StreamEventType, Data extends z.core.$ZodType>(eventType: Name, data: Data) =>
  z.looseObject({eventType: z.literal(eventType), timestamp: isoTime, data});

export const subscriptionConfirmedFrame = frame('subscription.confirmed', subscriptionConfirmedData);
export const agentStatusChangedFrame = frame('agent.status.changed', agentStatusChangedData);
export const screenPopFrame = frame('interaction.screenpop', screenPopData);
export const interactionAssignedFrame = frame('interaction.assigned', interactionData);
export const interactionStateChangedFrame = frame('interaction.state.changed', interactionData);
export const heartbeatFrame = frame('heartbeat', heartbeatData);

/**
 * Every frame with a known shape. Parse {@link frameEnvelope} first: an `eventType` outside {@link STREAM_EVENT_TYPES} is an
 * unknown event; a frame with a known type that fails here has the wrong shape.
 */
export const streamFrame = z.discriminatedUnion('eventType', [
  subscriptionConfirmedFrame,
  agentStatusChangedFrame,
  screenPopFrame,
  interactionAssignedFrame,
  interactionStateChangedFrame,
  heartbeatFrame,
]);
export type StreamFrame = z.infer<typeof streamFrame>;

const KNOWN: ReadonlySet<string> = new Set(STREAM_EVENT_TYPES);

/** Whether an event type has a known shape. */
export function isStreamEventType(eventType: string): eventType is StreamEventType {
  return KNOWN.has(eventType);
}

/** What the client may send over the stream. */
export const clientFrame = z.looseObject({type: z.literal('ping')});
