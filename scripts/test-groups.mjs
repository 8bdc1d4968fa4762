import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {root} from './ensure.mjs';

/** All files below these folders with this ending. */
function filesIn(folders, ending) {
  const below = (path) =>
    !existsSync(join(root, path))
      ? []
      : readdirSync(join(root, path), {withFileTypes: true}).flatMap((entry) =>
          entry.isDirectory() ? below(`${path}/${entry.name}`) : [`${path}/${entry.name}`],
        );
  return folders
    .flatMap(below)
    .filter((path) => path.endsWith(ending))
    .sort();
}

const inTest = (...folders) =>
  filesIn(
    folders.map((folder) => `test/${folder}`),
    '.test.ts',
  );

const nodeTests = (files, countsFile, ...options) => [
  '--import=tsx',
  '--test',
  ...options,
  '--test-reporter=spec',
  '--test-reporter-destination=stdout',
  '--test-reporter=./scripts/node-test-counts.mjs',
  `--test-reporter-destination=${countsFile}`,
  ...files,
];

/**
 * The groups of tests, the slowest first. `limitMs` is the group's total limit. Source: our choice; several times what it
 * takes on two busy cores, so that only a hanging test reaches it; `long` is the limit of the long run. `args` returns
 * Node's arguments for the files, the file for the counts, and whether the run is the long one.
 */
export const GROUPS = {
  browser: {
    files: inTest('components', 'session', 'worker', 'adapters'),
    limitMs: 1_200_000,
    long: 1_800_000,
    needs: [],
    args: (files) => ['node_modules/@web/test-runner/dist/bin.js', '--files', ...files],
  },
  e2e: {
    files: inTest('e2e'),
    limitMs: 1_200_000,
    long: 3_600_000,
    needs: ['js'],
    args: (files, countsFile, isLong) =>
      nodeTests(files, countsFile, '--test-concurrency=2', `--test-timeout=${isLong ? 1_800_000 : 240_000}`),
  },
  conformance: {
    files: inTest('conformance'),
    limitMs: 1_200_000,
    long: 3_600_000,
    needs: ['js'],
    // This limit is for a whole file; each scenario also has its own.
    args: (files, countsFile, isLong) => nodeTests(files, countsFile, `--test-timeout=${isLong ? 1_800_000 : 400_000}`),
  },
  node: {
    files: inTest('domain', 'hub', 'machines', 'worker-node', 'simulator', 'package', 'fuzz'),
    limitMs: 900_000,
    long: 7_200_000,
    needs: ['js', 'types', 'manifest'],
    // Most of the hub's tests wait more than they compute, so more of them can run at once.
    args: (files, countsFile, isLong) =>
      nodeTests(files, countsFile, '--test-concurrency=3', `--test-timeout=${isLong ? 3_600_000 : 120_000}`),
  },
  stories: {
    files: filesIn(['stories'], '.stories.ts'),
    limitMs: 900_000,
    long: 900_000,
    needs: ['storybook'],
    args: () => ['scripts/stories-test.mjs'],
  },
};
