/**
 * Builds `dist/salesforce`, the project that an admin deploys to an org: the sources in `hosts/salesforce`, and the
 * bundles of `dist/static` as static resources.
 */
import {cpSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {root} from './ensure.mjs';

const RESOURCES = 'force-app/main/default/staticresources';

/** The project's built files: bundle in `dist/static` → path in the project. */
const BUILT = {
  'cxone-salesforce.iife.js': `${RESOURCES}/cxone_widgets.js`,
  'cxone-salesforce-worker.js': `${RESOURCES}/cxone_worker.js`,
  'third-party-notices.txt': 'third-party-notices.txt',
};

/** @param folder the output folder; existing files are overwritten. */
export function packageSalesforce(folder = join(root, 'dist/salesforce')) {
  cpSync(join(root, 'hosts/salesforce'), folder, {recursive: true});
  for (const [from, to] of Object.entries(BUILT)) {
    const text = readFileSync(join(root, 'dist/static', from), 'utf8');
    // The source maps are not deployed to the org.
    writeFileSync(join(folder, to), text.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n'));
  }
}
