/** A page in a frame of the test's own origin. The test around makes adapters in it, which so see a window around. */
import {DynamicsAdapter} from '../../src/adapters/dynamics/dynamics.js';
import {DynamicsXrmAdapter} from '../../src/adapters/dynamics-xrm/dynamics-xrm.js';
import {recordedContext} from './adapter-context.js';

const inside = {DynamicsAdapter, DynamicsXrmAdapter, recordedContext};
export type DynamicsFrame = typeof inside;

Object.assign(window, {inside});
