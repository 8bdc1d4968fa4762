import type {LogEntry} from '../../src/domain/snapshot.js';
import type {Step} from './script.js';
import {Broken, Stage, type Mode} from './stage.js';

export interface Failure {
  readonly what: string;
  /** The script up to the step that broke it. */
  readonly script: readonly Step[];
  /** The end of the hub's log. */
  readonly log: readonly LogEntry[];
}

const LOG_LINES = 60;

/** Takes the steps one by one. @returns what broke, if anything did. */
export async function play(
  stage: Stage,
  script: readonly Step[],
  onStep?: (n: number) => void,
): Promise<Failure | undefined> {
  await stage.reset();
  for (const [n, step] of script.entries()) {
    try {
      await stage.take(step);
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      const log = (await stage.log().catch(() => [])).slice(-LOG_LINES);
      return {what: error.message, script: script.slice(0, n + 1), log};
    }
    if (process.env['CHAOS_VERBOSE']) console.log(new Date().toISOString(), JSON.stringify(step));
    onStep?.(n + 1);
  }
  return undefined;
}

/** Leaves out ever smaller parts, as long as what is left still breaks. Each try is played twice: times vary. */
export async function shrink(stage: Stage, failure: Failure, untilMs: number): Promise<Failure> {
  let least = failure;
  for (let size = Math.ceil(least.script.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < least.script.length - 1;) {
      if (Date.now() > untilMs) return least;
      const rest = least.script.filter((_, n) => n < at || n >= at + size || n === least.script.length - 1);
      const broken = (await play(stage, rest)) ?? (await play(stage, rest));
      if (broken) least = broken;
      else at += size;
    }
  }
  return least;
}

/** Plays a seed's script in a browser of its own. */
export async function campaign(mode: Mode, script: readonly Step[], shrinkForMs: number): Promise<Failure | undefined> {
  const stage = await Stage.open(mode);
  try {
    const failure = await play(stage, script, (n) => {
      if (n % 500 === 0) console.log(`${mode}: ${n} steps`);
    });
    return failure && (await shrink(stage, failure, Date.now() + shrinkForMs));
  } finally {
    await stage.close();
  }
}
