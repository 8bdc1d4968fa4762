import fc from 'fast-check';
import {LONG} from './long.js';

/**
 * fast-check with the same inputs in every run, so that a failure is of the change and not of the dice. The long run
 * rolls them anew; a failure names its seed.
 */
if (!LONG) fc.configureGlobal({seed: 1});

export default fc;
