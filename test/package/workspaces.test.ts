import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {posix, join} from 'node:path';
import {describe, it} from 'node:test';
import {fileURLToPath} from 'node:url';

type Versions = Readonly<Record<string, string>>;

interface PackageJson {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly bin?: Versions;
  readonly dependencies: Versions;
  readonly devDependencies?: Versions;
}

interface Locked {
  readonly resolved?: string;
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = <T>(path: string): T => JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
const widgets = read<PackageJson>('package.json');
const simulator = read<PackageJson>('simulator/package.json');
const {packages: lock} = read<{packages: Record<string, Locked>}>('package-lock.json');

/** Every library that comes with these, as the lock file has them. */
function installedWith(names: readonly string[], found = new Set<string>()): Set<string> {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    const locked = lock[`node_modules/${name}`];
    assert.ok(locked, `${name} is not in the lock file`);
    installedWith(Object.keys(locked.dependencies ?? {}), found);
  }
  return found;
}

/** What `npm pack` would put into the package of a folder. */
function packed(folder: string): string[] {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: join(root, folder),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  return [...output.matchAll(/"path": "([^"]+)"/g)].map((match) => match[1] ?? '');
}

/** What a script or a declaration names in its imports. */
const importsOf = (code: string): string[] =>
  [...code.matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"\s]+)['"]/g)].map((match) => match[1] ?? '');

describe('the package of the widgets', () => {
  it('installs nothing that only a server needs', () => {
    const ours = installedWith(Object.keys(widgets.dependencies));
    const servers = [...installedWith(Object.keys(simulator.dependencies))].filter((name) => ours.has(name));
    assert.deepEqual(servers, ['zod']);
  });

  it('names its libraries by range, so that a page which has them does not get a second copy', () => {
    assert.deepEqual(
      Object.entries(widgets.dependencies).filter(([, range]) => !/^\^\d+\.\d+\.\d+$/.test(range)),
      [],
    );
  });
});

describe('the package of the simulator', () => {
  const files = packed('simulator');

  it('has its command, its console and its texts', () => {
    const wanted = ['dist/index.js', 'dist/cli.js', 'dist/console/console.html', 'README.md', 'LICENSE'];
    assert.deepEqual(
      [...wanted, ...Object.values(simulator.bin ?? {})].filter((file) => !files.includes(file)),
      [],
    );
  });

  it('has every file that another one imports, and names every library', () => {
    const missing: string[] = [];
    for (const file of files.filter((path) => /\.(m?js|d\.ts)$/.test(path))) {
      for (const name of importsOf(readFileSync(join(root, 'simulator', file), 'utf8'))) {
        const path = posix.join(posix.dirname(file), file.endsWith('.d.ts') ? name.replace(/\.js$/, '.d.ts') : name);
        const known = name.startsWith('.')
          ? files.includes(path)
          : name.startsWith('node:') || (name.split('/')[0] ?? '') in simulator.dependencies;
        if (!known) missing.push(`${file}: ${name}`);
      }
    }
    assert.ok(files.length > 20, 'the simulator is not built');
    assert.deepEqual(missing, []);
  });

  it('has a command that npm can link before anything is built', () => {
    for (const file of Object.values(simulator.bin ?? {})) {
      assert.equal(readFileSync(join(root, 'simulator', file), 'utf8').split('\n')[0], '#!/usr/bin/env node', file);
      assert.ok(!file.startsWith('dist'), `${file} is there after a build only`);
    }
  });
});

describe('the lock file', () => {
  it('names no registry, so that everyone installs from their own', () => {
    const addresses = Object.values(lock).flatMap(({resolved}) => resolved ?? []);
    assert.deepEqual(
      addresses.filter((address) => !widgets.workspaces?.includes(address)),
      [],
    );
  });

  it('knows the same libraries as each package.json', () => {
    for (const folder of ['', ...(widgets.workspaces ?? [])]) {
      const {dependencies, devDependencies} = read<PackageJson>(posix.join(folder, 'package.json'));
      assert.deepEqual(lock[folder]?.dependencies, dependencies, folder);
      assert.deepEqual(lock[folder]?.devDependencies, devDependencies, folder);
    }
  });
});
