/** Runs `bench/bench.ts` on the built demo, or `bench/recovery.ts` with `--recovery`; passes the arguments on. */
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {ensureBuilt, ensureInstalled, root, run} from './ensure.mjs';

try {
  const file = process.argv.includes('--recovery') ? 'bench/recovery.ts' : 'bench/bench.ts';
  if (!existsSync(join(root, file))) throw new Error(`There is no ${file}.`);
  await ensureInstalled();
  await ensureBuilt('js');
  const {browserPath} = await import('./browser-path.mjs');
  process.env.CHROME_PATH = await browserPath();
  const {code} = await run(process.execPath, ['--import=tsx', file, ...process.argv.slice(2)]);
  process.exitCode = code;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
