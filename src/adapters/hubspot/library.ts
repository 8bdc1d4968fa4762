import type CallingExtensions from '@hubspot/calling-extensions-sdk';
import {withTimeLimit} from '../common/time-limit.js';
import {AdapterError} from '../crm-adapter.js';

/** HubSpot's calling SDK, 0.9. */
export type Sdk = CallingExtensions;
export type SdkClass = typeof CallingExtensions;

/** How long the SDK may take to load, in ms. Source: our choice; it comes with the adapter. */
const LOAD_LIMIT_MS = 15_000;

/**
 * Loads the SDK. By `import()`, so that a page outside of HubSpot needs no copy of it.
 * @throws {AdapterError} `refused` where it is not installed, `timeout`.
 */
export function loadSdk(signal: AbortSignal): Promise<SdkClass> {
  return withTimeLimit<SdkClass>('hubspot: the calling SDK', LOAD_LIMIT_MS, signal, (resolve, reject) => {
    import('@hubspot/calling-extensions-sdk').then(
      (library) => resolve(library.default),
      (cause: unknown) => reject(new AdapterError('refused', 'hubspot: the calling SDK could not be loaded', {cause})),
    );
  });
}
