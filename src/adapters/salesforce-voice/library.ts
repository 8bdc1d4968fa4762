import type * as ConnectorBase from '@salesforce/scv-connector-base';
import {AdapterError} from '../crm-adapter.js';
import {withTimeLimit} from '../common/time-limit.js';

/** Salesforce's connector library, 3.6. It checks its classes by `instanceof`, so a page must have only one copy. */
export type Library = typeof ConnectorBase;

/** How long the library may take to load, in ms. Source: our choice; it comes with the adapter. */
const LOAD_LIMIT_MS = 15_000;

let loading: Promise<Library> | undefined;

/**
 * Loads the library once per page, by `import()`, so that a page without Service Cloud Voice needs no copy of it.
 * @throws {AdapterError} `refused` if it is not installed, `timeout`.
 */
export function loadLibrary(): Promise<Library> {
  loading ??= withTimeLimit<Library>(
    'salesforce-voice: the connector library',
    LOAD_LIMIT_MS,
    undefined,
    (done, fail) => {
      // We import the source, because the built file is not a module.
      import('@salesforce/scv-connector-base/src/main/index.js').then(done, (cause: unknown) =>
        fail(new AdapterError('refused', 'salesforce-voice: the connector library could not be loaded', {cause})),
      );
    },
  );
  // After a failure the next caller may try again.
  loading.catch(() => (loading = undefined));
  return loading;
}
