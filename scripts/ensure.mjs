/** What `npm start`, `npm test` and `.ci/run` share to work on a bare clone. Node's own modules only. */
import {spawn} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** The package's folder, without a slash at the end. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/**
 * Runs a command with its output shown, in a process group of its own where there are such, so that a time limit ends
 * its children too.
 * @returns {Promise<{code: number, timedOut: boolean}>}
 */
export function run(command, args, {env = process.env, timeoutMs, stdio = 'inherit'} = {}) {
  return new Promise((resolve) => {
    const group = timeoutMs !== undefined && process.platform !== 'win32';
    const child = spawn(command, args, {cwd: root, env, stdio, detached: group, shell: command.endsWith('.cmd')});
    let timedOut = false;
    const end = (signal) => {
      try {
        if (group) process.kill(-child.pid, signal);
        else child.kill(signal);
      } catch {
        // It has ended by itself.
      }
    };
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            end('SIGTERM');
            setTimeout(() => end('SIGKILL'), 3_000).unref();
          }, timeoutMs);
    const interrupted = () => {
      end('SIGTERM');
      // Others that run beside it hear of it first.
      setTimeout(() => process.exit(130));
    };
    if (group) process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    const finish = (code) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      resolve({code: timedOut ? 1 : code, timedOut});
    };
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`);
      finish(1);
    });
    child.once('exit', (code) => finish(code ?? 1));
  });
}

/** Whether `node_modules` holds what the lock file names; what npm leaves out on this platform does not count. */
export function isInstalled() {
  const installed = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      // What is no library is a package of ours.
      !path.includes('node_modules/') ||
      entry.optional ||
      (entry.link ? existsSync(join(root, path)) : present[path]?.version === entry.version),
  );
}

/** Runs `npm ci` where `node_modules` is missing or not what the lock file says. Install scripts are not needed. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  console.log('Installing the libraries (npm ci --ignore-scripts) …');
  const {code} = await run(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) throw new Error('npm ci failed; see above.');
}

/** What a build makes, and from what. The stamp of a part is as old as the start of its last good build. */
const PARTS = {
  js: {
    sources: [
      'src',
      'simulator',
      'hosts',
      'demo/console',
      'test/conformance/kit',
      'rollup.config.mjs',
      'scripts/package-dynamics.mjs',
      'scripts/package-salesforce.mjs',
      'scripts/zip.mjs',
    ],
    result: 'dist/index.js',
  },
  types: {
    sources: ['src', 'simulator', 'test/conformance/kit', 'tsconfig.build.json'],
    result: 'dist/types/src/index.d.ts',
  },
  manifest: {sources: ['src/components', 'custom-elements-manifest.config.mjs'], result: 'custom-elements.json'},
  storybook: {
    sources: ['src', 'stories', '.storybook', 'custom-elements-manifest.config.mjs'],
    result: 'storybook-static/index.json',
  },
};
const COMMON_SOURCES = ['package-lock.json', 'tsconfig.json'];
const stamp = (part) => join(root, 'node_modules/.cache/cxone-crm-widgets', `${part}.built`);

function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const names = readdirSync(path).filter((name) => name !== 'dist' && name !== 'node_modules');
  // A folder's own time tells of files that were removed; in a package of ours, of its build as well.
  const own = names.includes('package.json') ? 0 : stat.mtimeMs;
  return names.reduce((latest, name) => Math.max(latest, newest(join(path, name))), own);
}

/** Whether a part is missing or older than one of its sources. */
export function isStale(part) {
  const {sources, result} = PARTS[part];
  if (!existsSync(join(root, result)) || !existsSync(stamp(part))) return true;
  const built = statSync(stamp(part)).mtimeMs;
  return [...sources, ...COMMON_SOURCES].some((source) => newest(join(root, source)) > built);
}

/** Notes that a part was built from the sources as they were at `startedAt` (epoch ms). */
export function markBuilt(part, startedAt) {
  mkdirSync(join(stamp(part), '..'), {recursive: true});
  writeFileSync(stamp(part), '');
  utimesSync(stamp(part), startedAt / 1_000, startedAt / 1_000);
}

/** Forgets that a part was built. */
export function markStale(part) {
  rmSync(stamp(part), {force: true});
}

/** Builds the parts that are missing or stale. */
export async function ensureBuilt(...parts) {
  const stale = parts.filter(isStale);
  if (stale.length === 0) return;
  console.log(`Building (${stale.join(', ')}) …`);
  const {code} = await run(process.execPath, [join(root, 'scripts/build.mjs'), ...stale]);
  if (code !== 0) throw new Error(`The build failed (${stale.join(', ')}); see above.`);
}
