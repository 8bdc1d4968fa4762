import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {cifMounts} from '../demo/hosts/cif-mounts.mjs';
import {root} from './ensure.mjs';

/** Every name that the simulator answers on, with any port. */
const LOCAL_HOSTS = 'http://localhost:* http://*.localhost:*';

/**
 * What the simulator serves beside its API: the demo, and what was built.
 * @param strictCsp the simulator's own policy for what it serves.
 */
export function staticRoots(strictCsp) {
  return [
    {prefix: '/demo/', dir: join(root, 'demo')},
    {
      prefix: '/demo/hosts/',
      dir: join(root, 'demo/hosts'),
      // The phone's pages load the library of the CRM around them, which is another origin; their own policies say which.
      headers: {
        'content-security-policy': strictCsp.replace(/(script-src|frame-src)[^;]*/g, `$1 'self' ${LOCAL_HOSTS}`),
      },
    },
    ...cifMounts(root),
    // Where an org of Salesforce serves its library.
    {prefix: '/support/api/66.0/lightning/opencti_min.js', dir: join(root, 'demo/hosts/opencti_min.js')},
    {prefix: '/dist/', dir: join(root, 'dist')},
    {
      prefix: '/storybook/',
      dir: join(root, 'storybook-static'),
      // Storybook's own pages have inline scripts and styles, which the demo pages' policy forbids.
      headers: {'content-security-policy': "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: ws: http:"},
    },
    {prefix: '/', dir: join(root, 'demo')},
  ].filter(({dir}) => existsSync(dir));
}
