/** Every wire shape of the contract's API (`v2`), as zod schemas and as types. */
export * from './primitives.js';
export * from './rest.js';
export * from './stream.js';
