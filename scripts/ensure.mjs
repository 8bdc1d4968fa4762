/** Lets `npm start`, `npm test` and `.ci/run` work on a bare clone. It uses only Node's own modules. */
import {spawn} from 'node:child_process';
import {existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** The package's folder, without a slash at the end. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/**
 * Runs a command and shows its output. With a time limit the command gets its own process group (except on Windows), so
 * that the limit ends its child processes too.
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
        // The process has already ended.
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
      // Later, so that the handlers of other running commands also get the signal.
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

/** Whether `node_modules` matches the lock file. Optional packages, which npm may leave out on this platform, do not count. */
export function isInstalled() {
  const installed = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      // A path outside `node_modules` is one of our own packages.
      !path.includes('node_modules/') ||
      entry.optional ||
      (entry.link ? existsSync(join(root, path)) : present[path]?.version === entry.version),
  );
}

/** Runs `npm ci` if `node_modules` does not match the lock file. Install scripts are not needed. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  console.log('Installing the libraries (npm ci --ignore-scripts) …');
  const {code} = await run(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code !== 0) throw new Error('npm ci failed; see above.');
}

/** The parts of the build with their sources. The time of a part's stamp file is the start of its last successful build. */
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
  // A folder's own time shows removed files. In one of our packages a build changes it too, so there we ignore it.
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

/** Records that a part was built from its sources as of `startedAt` (epoch ms). */
export function markBuilt(part, startedAt) {
  mkdirSync(join(stamp(part), '..'), {recursive: true});
  writeFileSync(stamp(part), '');
  utimesSync(stamp(part), startedAt / 1_000, startedAt / 1_000);
}

/** Removes the record of a part's last build. */
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
