import {AdapterError} from '../crm-adapter.js';

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** The part of an address that decides where it leads: scheme, user, host and port. */
function authority(template: string): string {
  return /^(?:[a-z][a-z\d+.-]*:)?(?:[\\/]{2}[^/\\?#]*)?/i.exec(template.trim())![0];
}

/**
 * Fills an address. Values are encoded, so that they stay inside their place; they can never choose scheme or host.
 * @param base What relative addresses are resolved against.
 * @throws {AdapterError} `badConfig` for a template that leaves scheme or host to a value; `unsafeUrl` for anything
 * but http and https after resolving.
 */
export function fillUrl(template: string, values: Readonly<Record<string, string | undefined>>, base: string): URL {
  if (authority(template).includes('{') || /^\s*\{/.test(template)) {
    throw new AdapterError('badConfig', 'a URL template must name its host itself');
  }
  const filled = template.replace(PLACEHOLDER, (_, name: string) =>
    encodeURIComponent(Object.hasOwn(values, name) ? (values[name] ?? '') : ''),
  );
  if (!URL.canParse(filled, base)) throw new AdapterError('badConfig', 'a URL template gives no URL');
  const url = new URL(filled, base);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new AdapterError('unsafeUrl', `a URL template gives the scheme ${url.protocol}`);
  }
  // "." and ".." pass encodeURIComponent and would climb out of their place in a path.
  if (Object.values(values).some((value) => value === '.' || value === '..')) {
    throw new AdapterError('unsafeUrl', 'a value is a path of its own');
  }
  return url;
}
