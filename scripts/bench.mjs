/** Runs the benchmarks of `bench/bench.ts` over the built demo; arguments go through. */
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {ensureBuilt, ensureInstalled, root, run} from './ensure.mjs';

try {
  if (!existsSync(join(root, 'bench/bench.ts'))) throw new Error('There is no bench/bench.ts.');
  await ensureInstalled();
  await ensureBuilt('js');
  const {browserPath} = await import('./browser-path.mjs');
  process.env.CHROME_PATH = await browserPath();
  const {code} = await run(process.execPath, ['--import=tsx', 'bench/bench.ts', ...process.argv.slice(2)]);
  process.exitCode = code;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
