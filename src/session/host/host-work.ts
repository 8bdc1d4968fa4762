/** The work of a page with a CRM, loaded together with the CRM's adapter. */
export {loadHost} from './load-host.js';
export {saveContactLog} from './save-contact-log.js';
export {followCalls} from './follow-calls.js';
export {preparePlan, runPlan} from './run-plan.js';
