import type {FastifyRequest} from 'fastify';
import {Refusal} from './model/refusal.js';
import type {Simulation} from './simulation.js';
import {bearerOf, type TokenClaims} from './tokens.js';

/** Checks that the token has a scope; the error names the missing scope. @throws {Refusal} `MISSING_SCOPE` */
export function needScope(claims: TokenClaims, scope: string): void {
  if (claims.has(scope)) return;
  throw new Refusal('MISSING_SCOPE', `the access token lacks the scope ${scope}`);
}

/** Checks that the token may act for this agent. @throws {Refusal} `FORBIDDEN` if it is for another agent. */
export function needAgent(claims: TokenClaims, agentId: string): void {
  if (claims.agentId === undefined || claims.agentId === agentId) return;
  throw new Refusal('FORBIDDEN', 'the access token is for another agent');
}

/**
 * Checks a request's bearer token.
 * @throws {Refusal} `TOKEN_EXPIRED`, `MISSING_SCOPE`
 */
export async function authorize(simulation: Simulation, request: FastifyRequest, scope?: string): Promise<TokenClaims> {
  const claims = await simulation.tokens.verify(bearerOf(request.headers.authorization));
  if (scope !== undefined) needScope(claims, scope);
  return claims;
}
