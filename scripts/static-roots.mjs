import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {cifMounts} from '../demo/hosts/cif-mounts.mjs';
import {root} from './ensure.mjs';

/** All host names of the simulator, with any port. */
const LOCAL_HOSTS = 'http://localhost:* http://*.localhost:*';

/**
 * What the simulator serves besides its API: the demo and the build results.
 * @param strictCsp the simulator's own policy for served files.
 */
export function staticRoots(strictCsp) {
  return [
    {prefix: '/demo/', dir: join(root, 'demo')},
    {
      prefix: '/demo/hosts/',
      dir: join(root, 'demo/hosts'),
      // The phone's pages load the library of the surrounding CRM from another origin. Their own policies name that origin.
      headers: {
        'content-security-policy': strictCsp.replace(/(script-src|frame-src)[^;]*/g, `$1 'self' ${LOCAL_HOSTS}`),
      },
    },
    ...cifMounts(root),
    // The path where a Salesforce org serves its library.
    {prefix: '/support/api/66.0/lightning/opencti_min.js', dir: join(root, 'demo/hosts/opencti_min.js')},
    {prefix: '/dist/', dir: join(root, 'dist')},
    {
      prefix: '/storybook/',
      dir: join(root, 'storybook-static'),
      // Storybook's pages have inline scripts and styles, which the demo pages' policy forbids.
      headers: {'content-security-policy': "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: ws: http:"},
    },
    {prefix: '/', dir: join(root, 'demo')},
  ].filter(({dir}) => existsSync(dir));
}
