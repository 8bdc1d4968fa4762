import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));
const maybeText = z.nullish(z.string());

export const tokenReply = z.looseObject({
  access_token: text,
  token_type: maybeText,
  expires_in: z.nullish(z.union([z.number(), z.pipe(z.string(), z.transform(Number))])),
  scope: maybeText,
});
export type TokenReply = z.infer<typeof tokenReply>;

/** A refused token request, as OAuth 2 words it. Source: RFC 6749 §5.2. */
export const tokenErrorReply = z.looseObject({
  error: maybeText,
  error_description: maybeText,
  errorCode: maybeText,
  message: maybeText,
});
export type TokenErrorReply = z.infer<typeof tokenErrorReply>;
