import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {root} from './ensure.mjs';

/** What the simulator serves beside its API: the demo, and what was built. */
export function staticRoots() {
  return [
    {prefix: '/demo/', dir: join(root, 'demo')},
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
