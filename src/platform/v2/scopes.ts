/** Scopes for calls, status and after-call work. Source: contract §14, rows 1 and 4 (the gateway handles adherence). */
const NEEDED = [
  'agent:status:update',
  'telephony:control',
  'interactions:read',
  'work:read',
  'agent:read',
  'agent:write',
  'user:read',
  'telephony:write',
  'session:manage',
];

/** Scope names that differ only by order or plural count as one. Source: contract §14. */
const canonical = (scope: string): string =>
  scope
    .toLowerCase()
    .split(':')
    .map((part) => part.replace(/s$/, ''))
    .sort()
    .join(':');

/** Scopes that the features need and the token lacks; empty if the token does not list its scopes. */
export function missingScopes(scope: string | undefined): string[] {
  if (!scope?.trim()) return [];
  const granted = new Set(scope.trim().split(/\s+/).map(canonical));
  return NEEDED.filter((needed) => !granted.has(canonical(needed)));
}
