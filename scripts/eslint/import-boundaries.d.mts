import type {Rule} from 'eslint';

/** ESLint rule: allows imports between folders only as in the architecture. */
declare const rule: Rule.RuleModule;
export default rule;
