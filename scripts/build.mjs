/**
 * Builds the package: `node scripts/build.mjs [js] [types] [manifest] [storybook]`; without arguments, all but Storybook.
 * Files of an earlier build stay until the new ones exist, so that a running server never misses one.
 */
import {existsSync, readdirSync, rmSync, statSync} from 'node:fs';
import {join, relative} from 'node:path';
import {markBuilt, markStale, root, run} from './ensure.mjs';
import {packageDynamics} from './package-dynamics.mjs';
import {packageSalesforce} from './package-salesforce.mjs';

const bin = (path) => join(root, 'node_modules', path);
const node = (path, ...args) => run(process.execPath, [bin(path), ...args]);

/** Where the packages' builds go. */
const DISTS = ['dist', join('simulator', 'dist')];

/** Removes files of an earlier build that this build did not write. */
function prune(folder, startedAt, keep) {
  for (const entry of existsSync(folder) ? readdirSync(folder, {withFileTypes: true}) : []) {
    const path = join(folder, entry.name);
    if (keep.includes(relative(root, path))) continue;
    if (!entry.isDirectory()) {
      // File systems round times, so we allow a second; every build takes longer.
      if (statSync(path).mtimeMs < startedAt - 1_000) rmSync(path, {force: true});
      continue;
    }
    prune(path, startedAt, keep);
    if (readdirSync(path).length === 0) rmSync(path, {recursive: true});
  }
}

const steps = {
  async js(startedAt) {
    const {code} = await node('rollup/dist/bin/rollup', '-c', '--silent');
    if (code !== 0) return code;
    packageDynamics();
    packageSalesforce();
    for (const dist of DISTS) prune(join(root, dist), startedAt, [join(dist, 'types')]);
    return code;
  },
  async types(startedAt) {
    const codes = await Promise.all(
      ['tsconfig.build.json', 'simulator/tsconfig.build.json'].map((config) =>
        node('typescript/bin/tsc', '-p', config),
      ),
    );
    const failed = codes.find(({code}) => code !== 0);
    if (failed) return failed.code;
    for (const dist of DISTS) prune(join(root, dist, 'types'), startedAt, []);
    return 0;
  },
  async manifest() {
    return (
      await node(
        '@custom-elements-manifest/analyzer/cem.js',
        'analyze',
        '--config',
        'custom-elements-manifest.config.mjs',
        '--quiet',
      )
    ).code;
  },
  async storybook() {
    // `custom-elements.json` comes first, because the docs pages are built from it.
    const made = await steps.manifest();
    if (made !== 0) return made;
    return (
      await node(
        'storybook/dist/bin/dispatcher.js',
        'build',
        '--disable-telemetry',
        '--quiet',
        '-o',
        'storybook-static',
      )
    ).code;
  },
};

const parts = process.argv.slice(2);
const wanted = parts.length > 0 ? parts : ['js', 'types', 'manifest'];
for (const part of wanted) {
  if (!(part in steps)) {
    console.error(`Unknown part "${part}". Parts: ${Object.keys(steps).join(', ')}`);
    process.exit(2);
  }
}
const startedAt = Date.now();
const codes = await Promise.all(
  wanted.map(async (part) => {
    const code = await steps[part](startedAt);
    if (code === 0) markBuilt(part, startedAt);
    else markStale(part);
    return code;
  }),
);
const failed = wanted.filter((_, i) => codes[i] !== 0);
if (failed.length > 0) console.error(`Build failed: ${failed.join(', ')}`);
else console.log(`Built ${wanted.join(', ')} in ${((Date.now() - startedAt) / 1_000).toFixed(1)} s`);
process.exitCode = failed.length > 0 ? 1 : 0;
