import {join} from 'node:path';

/**
 * What a server of the demo needs for CIF: the library where every org has it; and for the panel's page no policy but
 * the one in the page, which lets one script more in than others do: the org's library.
 * @param {string} root the package's folder
 */
export function cifMounts(root) {
  const hosts = join(root, 'demo/hosts');
  const headers = {'content-security-policy': "object-src 'none'"};
  return [
    {prefix: '/webresources/Widget/', dir: hosts},
    ...['cif-phone.html', 'cif-port.html'].map((page) => ({
      prefix: `/demo/hosts/${page}`,
      dir: join(hosts, page),
      headers,
    })),
  ];
}
