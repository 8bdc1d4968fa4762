import * as z from 'zod/mini';
import {CxoneError} from '../../domain/errors.js';
import type {HubConfig} from '../../domain/settings.js';
import {Http} from '../client/http.js';
import type {KeyedTry, PlatformHost} from '../port/platform.js';
import {explain} from './refusal.js';

/** What all groups of this dialect share. */
export interface V2Api {
  readonly config: HubConfig;
  readonly host: PlatformHost;
  readonly http: Http;
  /** The agent's and the user's id, encoded as path segments. */
  readonly agent: string;
  readonly user: string;
  read<Schema extends z.core.$ZodType>(
    path: string,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.core.output<Schema>>;
}

export function v2Api(config: HubConfig, host: PlatformHost): V2Api {
  const http = new Http(config.apiBase, config.settings, host, explain);
  return {
    config,
    host,
    http,
    agent: pathPart(config.agentId),
    user: pathPart(config.userId),
    read: (path, schema, signal) => http.send({method: 'GET', path, purpose: 'read', signal}, schema),
  };
}

/** The parts of a request that come from its key. */
export const keyed = ({key, signal, mayLeave}: KeyedTry) => ({headers: {'idempotency-key': key}, signal, mayLeave});

/**
 * An id encoded as one path segment.
 * @throws {CxoneError} `INVALID_INPUT` for an id that would lead to another path or cannot be part of an address.
 */
export function pathPart(id: string): string {
  if (id === '.' || id === '..' || /\p{Surrogate}/u.test(id)) {
    throw new CxoneError('INVALID_INPUT', 'an id that no address can carry');
  }
  return encodeURIComponent(id);
}

/**
 * Checks an outgoing body with its schema.
 * @throws {CxoneError} `INVALID_INPUT`, naming the field only.
 */
export function outgoing<Schema extends z.core.$ZodType>(schema: Schema, body: unknown): z.core.output<Schema> {
  const {success, data, error} = z.safeParse(schema, body);
  if (success) return data;
  throw new CxoneError('INVALID_INPUT', `cannot be sent: ${error.issues[0]?.path.map(String).join('.') ?? 'body'}`);
}

/** @throws {CxoneError} `BAD_REPLY` if the answer has an unknown state. */
export function usable<T>(facts: T | undefined): T {
  if (!facts) throw new CxoneError('BAD_REPLY', 'an interaction in a state that nobody knows');
  return facts;
}
