import fc from '../support/fast-check.js';
import type {CallAction} from '../../src/domain/actions.js';

/** Which one of those that are there when the step is taken: the number modulo how many there are. */
type Pick = number;

/** One thing that a person, the platform or the network does. Plain data, so that a failure can be replayed and cut. */
export type Step =
  | {readonly do: 'openTab'}
  | {readonly do: 'closeTab' | 'reloadTab' | 'useTab'; readonly tab: Pick}
  | {readonly do: 'press'; readonly tab: Pick; readonly action: CallAction; readonly item: Pick}
  | {readonly do: 'pressInAll'; readonly action: CallAction; readonly item: Pick}
  | {readonly do: 'choose'; readonly tab: Pick; readonly state: string}
  | {readonly do: 'takeBack' | 'completeAcw'; readonly tab: Pick}
  | {readonly do: 'ring'; readonly mediaType: 'voice' | 'chat'; readonly pop: boolean; readonly acwSeconds: number}
  | {readonly do: 'customerLeaves'; readonly item: Pick}
  | {readonly do: 'fault'; readonly fault: {readonly kind: string; readonly [field: string]: unknown}}
  | {readonly do: 'killHub'}
  | {readonly do: 'settle'};

const pick = fc.nat(7);
const forMs = fc.integer({min: 50, max: 600});
const path = fc.constantFrom('/control', '/status', '/usersessions', '/agentStatus', '/token', '/interactions');
const times = fc.integer({min: 1, max: 3});
const status = fc.constantFrom(401, 403, 409, 429, 500, 503);

const fault = fc.oneof(
  fc.record({kind: fc.constantFrom('drop-stream', 'freeze-stream', 'failover'), forMs}),
  fc.record({kind: fc.constant('refuse-stream'), status, forMs}),
  fc.record({kind: fc.constant('http-status'), path, status, times}),
  fc.record({kind: fc.constant('lose-response'), path, times, how: fc.constantFrom('silent', 'cut')}),
  fc.record({kind: fc.constant('delay'), path, ms: forMs, times}),
  fc.constant({kind: 'expire-tokens'}),
  fc.record({kind: fc.constant('token-lifetime'), seconds: fc.constantFrom(10, 60, 300)}),
  fc.record({kind: fc.constant('clock-skew'), ms: fc.constantFrom(-600_000, 600_000)}),
);

const action = fc.constantFrom<CallAction>('answer', 'reject', 'hold', 'resume', 'mute', 'unmute', 'release', 'dtmf');

/** Weights: mostly work, often a fault, sometimes a tab or a hub that goes. */
const step: fc.Arbitrary<Step> = fc.oneof(
  {weight: 2, arbitrary: fc.constant<Step>({do: 'openTab'})},
  {weight: 3, arbitrary: fc.record({do: fc.constantFrom('closeTab', 'reloadTab', 'useTab'), tab: pick})},
  {weight: 14, arbitrary: fc.record({do: fc.constant('press'), tab: pick, action, item: pick})},
  {weight: 4, arbitrary: fc.record({do: fc.constant('pressInAll'), action, item: pick})},
  {
    weight: 3,
    arbitrary: fc.record({do: fc.constant('choose'), tab: pick, state: fc.constantFrom('available', 'lunch')}),
  },
  {weight: 2, arbitrary: fc.record({do: fc.constantFrom('takeBack', 'completeAcw'), tab: pick})},
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('ring'),
      mediaType: fc.constantFrom('voice', 'voice', 'chat'),
      pop: fc.boolean(),
      acwSeconds: fc.constantFrom(0, 1, 30),
    }),
  },
  {weight: 4, arbitrary: fc.record({do: fc.constant('customerLeaves'), item: pick})},
  {weight: 8, arbitrary: fc.record({do: fc.constant('fault'), fault})},
  {weight: 1, arbitrary: fc.constant<Step>({do: 'killHub'})},
  {weight: 8, arbitrary: fc.constant<Step>({do: 'settle'})},
);

/** The same steps for the same seed, and a settling at the end. */
export function scriptOf(seed: number, steps: number): readonly Step[] {
  return [...fc.sample(step, {seed, numRuns: steps}), {do: 'settle'}];
}
