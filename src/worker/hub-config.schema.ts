import * as z from 'zod/mini';

const ms = z.number().check(z.gte(0));
const text = z.string().check(z.minLength(1));
const media = z.enum(['voice', 'webchat', 'email', 'workitem', 'other']);
const state = z.looseObject({state: text, label: z.optional(z.string())});

const step = z.discriminatedUnion('kind', [
  z.looseObject({kind: z.literal('open'), entity: text, idField: text}),
  z.looseObject({kind: z.literal('search'), entity: text, field: text, by: z.enum(['email', 'phone', 'text'])}),
  z.looseObject({kind: z.literal('create'), entity: text, fill: z.record(z.string(), z.string())}),
]);

const rule = z.looseObject({
  when: z.optional(z.record(z.string(), z.union([z.string(), z.array(z.string())]))),
  media: z.optional(z.array(media)),
  steps: z.array(step),
});

const acwRule = z.looseObject({
  mediaType: z.optional(media),
  skillId: z.optional(z.string()),
  durationSeconds: ms,
  reasonCode: text,
  enforceUntilComplete: z.optional(z.boolean()),
});

/** What a page may ask of a hub: settings come from attributes, JSON and scripts of the page. */
export const hubConfigSchema = z.looseObject({
  agentId: text,
  userId: text,
  apiBase: z.string().check(z.regex(/^https?:\/\//)),
  streamBase: z.string().check(z.regex(/^wss?:\/\//)),
  tokenSource: z.enum(['broker', 'host']),
  tokenUrl: z.string().check(z.regex(/^https?:\/\//)),
  settings: z.catchall(
    z.object({
      reconnectDelaysMs: z.array(ms).check(z.minLength(1)),
      statusChoices: z.array(state),
      skillGroupChannels: z.record(z.string(), media),
      acwRules: z.array(acwRule),
      popMoment: z.partialRecord(media, z.enum(['ring', 'answer', 'manual'])),
      popRules: z.array(rule),
    }),
    // Every other setting is a number of ms, seconds or tries, or a switch.
    z.union([ms, z.boolean()]),
  ),
});
