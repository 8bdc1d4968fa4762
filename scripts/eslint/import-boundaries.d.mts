import type {Rule} from 'eslint';

/** ESLint rule: an import may only cross from one folder to another as the architecture says. */
declare const rule: Rule.RuleModule;
export default rule;
