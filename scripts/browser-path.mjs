/**
 * Finds a Chrome or Chromium, or installs one if npm, or apt as root on Debian, can do it.
 * The browser, end-to-end and stories tests use it. `node scripts/browser-path.mjs` prints the path.
 */
import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {root} from './ensure.mjs';

/** The last version that runs on Node 20. Not a dependency of the package, because it is 66 MB and works on Linux x64 only. */
const NPM_CHROMIUM = '@sparticuz/chromium@147.0.0';

/** Returns `path` if it is a Chrome or Chromium that starts. */
function works(path) {
  if (!path || !existsSync(path)) return undefined;
  // On a Mac we do not check the version, because `--version` may open a window.
  if (process.platform === 'darwin') return path;
  try {
    const version = execFileSync(path, ['--version'], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']});
    return /chrom/i.test(version) ? path : undefined;
  } catch {
    return undefined;
  }
}

async function installed() {
  try {
    const {Launcher} = await import('chrome-launcher');
    return Launcher.getInstallations().find(works);
  } catch {
    return undefined; // It throws if it finds none.
  }
}

async function fromNpm() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  try {
    if (!existsSync(`${root}/node_modules/@sparticuz/chromium`)) {
      console.error(`No Chrome or Chromium found: getting ${NPM_CHROMIUM} from npm (66 MB) …`);
      const args = ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', NPM_CHROMIUM];
      execFileSync('npm', args, {cwd: root, stdio: 'ignore', timeout: 180_000});
    }
    // This makes the package also unpack the system libraries that a bare machine lacks, and set LD_LIBRARY_PATH.
    process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs20.x';
    const {default: chromium} = await import('@sparticuz/chromium');
    return works(await chromium.executablePath());
  } catch {
    return undefined;
  }
}

function fromApt() {
  const debian = process.platform === 'linux' && process.getuid() === 0 && existsSync('/etc/debian_version');
  if (!debian || !existsSync('/usr/bin/apt-get')) return undefined;
  console.error('No Chrome or Chromium found: installing chromium with apt-get (700 MB) …');
  const options = {stdio: 'ignore', timeout: 300_000, env: {...process.env, DEBIAN_FRONTEND: 'noninteractive'}};
  try {
    execFileSync('apt-get', ['update', '-qq'], options);
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], options);
    return works('/usr/bin/chromium');
  } catch {
    return undefined;
  }
}

let found;

/**
 * The path of a working Chrome or Chromium: from `CHROME_PATH`, installed, from npm, or from apt.
 * @throws {Error} with instructions if there is none.
 */
export async function browserPath() {
  found ??= works(process.env.CHROME_PATH) ?? (await installed()) ?? (await fromNpm()) ?? fromApt();
  if (!found) {
    throw new Error(
      'No Chrome or Chromium found. Install one, or name one in CHROME_PATH, or get one with: ' +
        'npx @puppeteer/browsers@2.13.2 install chrome@stable',
    );
  }
  return found;
}

/** Arguments that the browser needs to start as this user. Chromium does not run its sandbox as root. */
export const sandboxArgs = () => (process.platform === 'linux' && process.getuid() === 0 ? ['--no-sandbox'] : []);

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await browserPath());
