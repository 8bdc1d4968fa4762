import * as z from 'zod/mini';
import {CxoneError} from '../../domain/errors.js';
import type {HubConfig} from '../../domain/settings.js';
import {Http} from '../client/http.js';
import type {KeyedTry, PlatformHost} from '../port/platform.js';
import {explain} from './refusal.js';

/** What the groups of the dialect share. */
export interface V2Api {
  readonly config: HubConfig;
  readonly host: PlatformHost;
  readonly http: Http;
  /** The agent's and the user's id as parts of a path. */
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

/** What of a request belongs to its key. */
export const keyed = ({key, signal, mayLeave}: KeyedTry) => ({headers: {'idempotency-key': key}, signal, mayLeave});

/**
 * An id as one part of a path.
 * @throws {CxoneError} `INVALID_INPUT` for an id that would lead elsewhere, or that no address can carry.
 */
export function pathPart(id: string): string {
  if (id === '.' || id === '..' || /\p{Surrogate}/u.test(id)) {
    throw new CxoneError('INVALID_INPUT', 'an id that no address can carry');
  }
  return encodeURIComponent(id);
}

/**
 * A body that leaves, checked by its schema.
 * @throws {CxoneError} `INVALID_INPUT`, naming the field only.
 */
export function outgoing<Schema extends z.core.$ZodType>(schema: Schema, body: unknown): z.core.output<Schema> {
  const {success, data, error} = z.safeParse(schema, body);
  if (success) return data;
  throw new CxoneError('INVALID_INPUT', `cannot be sent: ${error.issues[0]?.path.map(String).join('.') ?? 'body'}`);
}

/** @throws {CxoneError} `BAD_REPLY` where the answer could not be understood. */
export function usable<T>(facts: T | undefined): T {
  if (!facts) throw new CxoneError('BAD_REPLY', 'an interaction in a state that nobody knows');
  return facts;
}
