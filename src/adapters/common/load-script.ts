import {trustedScriptUrl} from '../../domain/trusted-url.js';
import {AdapterError} from '../crm-adapter.js';
import {withTimeLimit} from './time-limit.js';

/**
 * Loads a CRM's own library from the org's host, the one third-party script allowed at run time. The caller has checked
 * the address.
 * @param what host, for the error.
 * @throws {AdapterError} `timeout`, or `refused` when it cannot be loaded: wrong address, or blocked by a policy.
 */
export function loadScript(
  what: string,
  url: URL,
  limitMs: number,
  signal?: AbortSignal,
  attributes: Readonly<Record<string, string>> = {},
): Promise<void> {
  return withTimeLimit(`${what}: ${url.host}`, limitMs, signal, (resolve, reject) => {
    const script = document.createElement('script');
    for (const [name, value] of Object.entries(attributes)) script.setAttribute(name, value);
    script.async = true;
    script.onload = () => resolve(undefined);
    script.onerror = () => {
      script.remove();
      reject(new AdapterError('refused', `${what}: the library at ${url.host} could not be loaded`));
    };
    script.src = trustedScriptUrl(url.href);
    document.head.append(script);
  });
}
