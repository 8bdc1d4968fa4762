import {AdapterError} from '../crm-adapter.js';

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** Half a surrogate pair cannot be encoded: it becomes the replacement character, as in browsers. */
function encode(value: string): string {
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\ufffd'));
}

/** Where an address leads, and as whom. */
function destination({protocol, username, password, host}: URL): string {
  return JSON.stringify([protocol, username, password, host]);
}

/** The address of a template if every value were `value`; `undefined` if that is no address. */
function leadsTo(template: string, value: string, base: string): string | undefined {
  const filled = template.replace(PLACEHOLDER, value);
  return URL.canParse(filled, base) ? destination(new URL(filled, base)) : undefined;
}

/**
 * Fills an address. Values are encoded, so that they stay inside their place; they can never choose scheme or host.
 * @param base What relative addresses are resolved against.
 * @throws {AdapterError} `badConfig` for a template that leaves scheme or host to a value; `unsafeUrl` for anything
 * but http and https after resolving, and for values that would lead elsewhere.
 */
export function fillUrl(template: string, values: Readonly<Record<string, string | undefined>>, base: string): URL {
  // Let the browser decide: it drops tabs, line breaks and extra slashes, so a later part may turn out to be the host.
  const place = leadsTo(template, 'a', base);
  if (place === undefined || place !== leadsTo(template, 'b', base) || /^\s*\{/.test(template)) {
    throw new AdapterError('badConfig', 'a URL template must name its host itself');
  }
  const filled = template.replace(PLACEHOLDER, (_, name: string) =>
    encode(Object.hasOwn(values, name) ? (values[name] ?? '') : ''),
  );
  if (!URL.canParse(filled, base)) throw new AdapterError('badConfig', 'a URL template gives no URL');
  const url = new URL(filled, base);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new AdapterError('unsafeUrl', `a URL template gives the scheme ${url.protocol}`);
  }
  // With an empty value "/{id}/x" becomes "//x", which is another host.
  if (destination(url) !== place) throw new AdapterError('unsafeUrl', 'a value leads to another host');
  // encodeURIComponent keeps "." and "..", which would change the path.
  if (Object.values(values).some((value) => value === '.' || value === '..')) {
    throw new AdapterError('unsafeUrl', 'a value is a path of its own');
  }
  return url;
}
