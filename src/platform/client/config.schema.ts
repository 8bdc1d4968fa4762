import * as z from 'zod/mini';
import {DEFAULT_HUB_SETTINGS, DIALECTS, type HubConfigRequest} from '../../domain/settings.js';

/** The longest timer, in ms; a longer one overflows and fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

const ms = z.number().check(z.gte(0), z.lte(LONGEST_MS));
const text = z.string().check(z.minLength(1));
const media = z.enum(['voice', 'webchat', 'email', 'workitem', 'other']);
const state = z.looseObject({state: text, label: z.optional(z.string())});

/** We check the values ourselves, because zod's record parser skips a `__proto__` key. */
const valuesAre = (isOne: (value: unknown) => boolean) =>
  z.custom<object>((given) => typeof given === 'object' && given !== null && Object.values(given).every(isOne));
const isText = (value: unknown): boolean => typeof value === 'string';

const step = z.discriminatedUnion('kind', [
  z.looseObject({kind: z.literal('open'), entity: text, idField: text}),
  z.looseObject({kind: z.literal('search'), entity: text, field: text, by: z.enum(['email', 'phone', 'text'])}),
  z.looseObject({kind: z.literal('create'), entity: text, fill: valuesAre(isText)}),
]);

const rule = z.looseObject({
  when: z.optional(valuesAre((value) => isText(value) || (Array.isArray(value) && value.every(isText)))),
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

/** Intervals, limits and switches: each has the type of its default. */
const plain = Object.fromEntries(
  Object.entries(DEFAULT_HUB_SETTINGS)
    .filter(([, value]) => typeof value !== 'object')
    .map(([key, value]) => [key, z.optional(typeof value === 'number' ? ms : z.boolean())]),
);

/** The configuration that a page may send to a hub. Its settings come from the page's attributes, JSON and scripts. */
export const hubConfigRequestSchema = z.looseObject({
  dialect: z.optional(z.enum(DIALECTS)),
  agentId: text,
  userId: text,
  apiBase: z.string().check(z.regex(/^https?:\/\//)),
  streamBase: z.string().check(z.regex(/^wss?:\/\//)),
  tokenSource: z.enum(['broker', 'host']),
  tokenUrl: z.optional(z.string().check(z.regex(/^https?:\/\//))),
  settings: z.strictObject({
    ...plain,
    reconnectDelaysMs: z.optional(z.array(ms).check(z.minLength(1))),
    statusChoices: z.optional(z.array(state)),
    skillGroupChannels: z.optional(z.record(z.string(), media)),
    acwRules: z.optional(z.array(acwRule)),
    popMoment: z.optional(z.partialRecord(media, z.enum(['ring', 'answer', 'manual']))),
    popWhileBusy: z.optional(z.enum(['wait', 'open'])),
    popRules: z.optional(z.array(rule)),
    defaultCountry: z.optional(z.string().check(z.regex(/^[A-Z]{2}$/))),
  }),
});

/** What the setting should be, in words. We do not repeat the value, because it may be anything. */
function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'no such setting';
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return 'open, search or create';
    case 'invalid_type':
      return issue.expected === 'array' ? 'a list' : issue.expected === 'string' ? 'a text' : `a ${issue.expected}`;
    case 'too_small':
      return issue.origin === 'number' ? `${issue.minimum.toString()} or more` : 'not empty';
    case 'too_big':
      return `${issue.maximum.toString()} at most`;
    case 'custom':
      return 'an object of texts';
    default:
      return 'not valid';
  }
}

/**
 * The path of the first invalid setting, as a page's author would write it, and what it should be:
 * `popRules[0].steps[1].by: one of email, phone, text`. `undefined` if all settings are valid.
 * A dialect with settings of its own passes a schema that extends this one.
 */
export function wrongSetting(
  config: HubConfigRequest,
  schema: z.core.$ZodType = hubConfigRequestSchema,
): string | undefined {
  const {error} = z.safeParse(schema, config);
  if (!error) return undefined;
  const issue = error.issues[0]!;
  const keys = [...issue.path, ...(issue.code === 'unrecognized_keys' ? [issue.keys[0]!] : [])];
  // `popRules` is written beside `settings` as well as inside it.
  const path = keys[1] === 'popRules' ? keys.slice(1) : keys;
  const written = path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i > 0 ? '.' : ''}${String(key)}`));
  return `${written.join('').slice(0, 80)}: ${wanted(issue)}`;
}
