/**
 * Prints the sizes of the bundles and compares them with `size-budgets.json` (bytes after gzip -9). Exits with 1 if a
 * bundle is over its budget, if zod is in the page's bundle, or if a bundle builds code from strings.
 */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {brotliCompressSync, gzipSync} from 'node:zlib';
import {ensureBuilt, ensureInstalled, root} from './ensure.mjs';

await ensureInstalled();
await ensureBuilt('js');
const {rollup} = await import('rollup');
const {parseAst} = await import('rollup/parseAst');
const {dynamicParts, pageBundle} = await import('../rollup.config.mjs');

const budgets = JSON.parse(readFileSync(join(root, 'scripts/size-budgets.json'), 'utf8'));
const file = (name) => join(root, 'dist/static', name);
const bundles = {
  page: 'cxone-crm-widgets.js',
  worker: 'worker.js',
  single: 'cxone-crm-widgets.iife.js',
  dynamics: 'cxone-dynamics.iife.js',
  salesforce: 'cxone-salesforce.iife.js',
  'salesforce-worker': 'cxone-salesforce-worker.js',
  ...Object.fromEntries(Object.values(dynamicParts()).map((name) => [name, `${name}.js`])),
};
const problems = [];

/** The places where a script builds code from a string: `eval(…)`, `Function(…)`, `new Function(…)`. */
function codeFromStrings(code) {
  const found = [];
  const visit = (node) => {
    if (node === null || typeof node !== 'object') return;
    if (Array.isArray(node)) return node.forEach(visit);
    const {type, callee} = node;
    const named =
      callee?.name ??
      (callee?.object?.name === 'globalThis' || callee?.object?.name === 'window' ? callee.property.name : '');
    if ((type === 'CallExpression' || type === 'NewExpression') && ['eval', 'Function'].includes(named)) {
      found.push(code.slice(node.start, node.start + 60));
    }
    for (const key in node) if (key !== 'callee' || type) visit(node[key]);
  };
  visit(parseAst(code, {allowReturnOutsideFunction: true}));
  return found;
}

const kB = (bytes) => `${(bytes / 1_024).toFixed(1)} kB`;
const rows = [['bundle', 'min', 'brotli', 'gzip', 'budget', '', 'what']];
for (const [name, path] of Object.entries(bundles)) {
  const code = readFileSync(file(path));
  const key = name in budgets ? name : name.replace(/-.*/, '-*');
  const budget = budgets[key];
  if (!budget) {
    problems.push(`${name}: no budget in scripts/size-budgets.json`);
    continue;
  }
  const gzip = gzipSync(code, {level: 9}).length;
  const over = gzip > budget.gzip;
  if (over) problems.push(`${name}: ${kB(gzip)} gzip, ${kB(gzip - budget.gzip)} over its budget of ${kB(budget.gzip)}`);
  for (const place of codeFromStrings(code.toString())) problems.push(`${name}: code from a string: ${place}`);
  rows.push([
    name,
    kB(code.length),
    kB(brotliCompressSync(code).length),
    kB(gzip),
    kB(budget.gzip),
    over ? 'OVER' : 'ok',
    budget.what,
  ]);
}

// Only a build in memory shows which modules are in the page's bundle.
const build = await rollup(pageBundle());
const {output} = await build.generate({format: 'es', inlineDynamicImports: true});
await build.close();
const modules = output.flatMap((chunk) => Object.keys(chunk.modules ?? {}));
if (modules.some((id) => id.includes('/node_modules/zod/'))) problems.push('page: zod is in the page entry');

const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
for (const row of rows) {
  const cells = row.map((cell, i) => (i === 0 || i > 4 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])));
  console.log(cells.join('  ').trimEnd());
}
for (const problem of problems) console.error(`✖ ${problem}`);
if (problems.length === 0) console.log('All within budget; no zod in the page entry; no code from strings.');
process.exitCode = problems.length > 0 ? 1 : 0;
