/**
 * The fault campaign: `npm run chaos -- --steps=10000 --seed=1 --mode=shared`. Without a seed it takes a new one and
 * says which; without a mode it plays all three; `--script=file` replays one. A failure prints the seed and the shortest script that still fails.
 */
import {randomInt} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {parseArgs} from 'node:util';
import {campaign} from './run.js';
import {scriptOf, type Step} from './script.js';
import type {Mode} from './stage.js';

const {values} = parseArgs({
  options: {
    steps: {type: 'string', default: '10000'},
    seed: {type: 'string'},
    mode: {type: 'string'},
    script: {type: 'string'},
    'shrink-seconds': {type: 'string', default: '120'},
  },
});
const seed = Number(values.seed ?? randomInt(2 ** 31));
const steps = Number(values.steps);
/** A file of steps, one a line, as a failure prints them; else the seed's. */
const script: readonly Step[] = values.script
  ? readFileSync(values.script, 'utf8')
      .split('\n')
      .filter((line) => line.trim().startsWith('{'))
      .map((line) => JSON.parse(line) as Step)
  : scriptOf(seed, steps);
const modes: readonly Mode[] = values.mode ? [values.mode as Mode] : ['shared', 'elected', 'page'];
let failed = 0;
for (const mode of modes) {
  const began = Date.now();
  const failure = await campaign(mode, script, Number(values['shrink-seconds']) * 1_000);
  const seconds = ((Date.now() - began) / 1_000).toFixed(0);
  if (!failure) {
    console.log(`ok      ${mode}, seed ${seed}: ${script.length} steps in ${seconds} s`);
    continue;
  }
  failed++;
  console.log(`FAILED  ${mode}, seed ${seed}: ${failure.what}`);
  for (const step of failure.script) console.log(`        ${JSON.stringify(step)}`);
  console.log('        the end of the hub’s log:');
  for (const {at, level, event, data} of failure.log) {
    console.log(`        ${new Date(at).toISOString()} ${level} ${event} ${JSON.stringify(data ?? {})}`);
  }
}
console.log(`${modes.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
