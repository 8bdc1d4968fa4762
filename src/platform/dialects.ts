import {DIALECTS, type DialectName} from '../domain/settings.js';
import type {Dialect} from './port/dialect.js';

/** Every dialect, as a chunk that loads when an agent's configuration asks for it. */
const LOADERS: Readonly<Record<DialectName, () => Promise<Dialect>>> = {
  v2: async () => (await import('./v2/dialect.js')).dialect,
};

/** Loads a dialect; `undefined` if there is none with that name. */
export type DialectLoader = (name: string) => Promise<Dialect> | undefined;

export const loadDialect: DialectLoader = (name) =>
  (DIALECTS as readonly string[]).includes(name) ? LOADERS[name as DialectName]() : undefined;
