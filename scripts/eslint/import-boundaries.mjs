import {dirname, relative, resolve, sep} from 'node:path';

/**
 * Which folder may import which: the third column of the Folders table in the architecture. Code may import `dynamic`
 * folders only by `import()`, so that they stay separate chunks that load on demand; it may import their types.
 */
export const BOUNDARIES = [
  {folder: 'src/domain', may: []},
  {folder: 'src/machines', may: ['src/domain']},
  {folder: 'src/platform', may: ['src/domain']},
  {folder: 'src/worker', may: ['src/domain', 'src/machines', 'src/platform']},
  {folder: 'src/session', may: ['src/domain'], dynamic: ['src/worker', 'src/adapters']},
  {folder: 'src/adapters', may: ['src/domain']},
  {folder: 'src/components', may: ['src/domain', 'src/session']},
  {folder: 'simulator', may: ['src/domain', 'src/platform']},
  {folder: 'gateway', may: ['src/domain', 'src/machines', 'src/platform']},
  // Files directly in `src`, which only combine the rest and are never imported.
  {folder: 'src', may: ['src/domain', 'src/session', 'src/adapters', 'src/components'], dynamic: ['src/worker']},
];

const within = (path, folder) => path === folder || path.startsWith(`${folder}/`);
const folderOf = (path) => BOUNDARIES.find(({folder}) => within(path, folder));

function isTypeOnly(node) {
  if (node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type') return true;
  const names = node.specifiers ?? [];
  return names.length > 0 && names.every((name) => name.importKind === 'type' || name.exportKind === 'type');
}

/** Modules of `dynamic` folders that may be imported statically: types, constants, error classes, and the choice of what to load. */
export const PORTS = ['src/worker/hub-api.js', 'src/adapters/crm-adapter.js', 'src/adapters/detect.js'];

/** ESLint rule: allows imports between folders only as in `BOUNDARIES`. */
export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      forbidden: '{{from}} may not import from {{to}}. It may import from: {{may}}.',
      dynamic: '{{from}} may import from {{to}} only by a dynamic import(), or its types.',
    },
  },
  create(context) {
    const path = (file) => relative(context.cwd, file).split(sep).join('/');
    const own = folderOf(path(context.filename));
    if (!own) return {};

    function check(node, source) {
      if (typeof source?.value !== 'string' || !source.value.startsWith('.')) return;
      const target = path(resolve(dirname(context.filename), source.value));
      // The product must not import anything outside the known folders, such as the top level, demo or test.
      const to = folderOf(target)?.folder ?? target.split('/')[0];
      if (to === own.folder || own.may.includes(to)) return;
      const data = {from: own.folder, to, may: own.may.join(', ') || 'nothing of ours'};
      const late = own.dynamic?.includes(to) ?? false;
      if (late && PORTS.includes(target)) return;
      if (!late) context.report({node: source, messageId: 'forbidden', data});
      else if (node.type !== 'ImportExpression' && !isTypeOnly(node)) {
        context.report({node: source, messageId: 'dynamic', data});
      }
    }

    return {
      ImportDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
      TSImportType: (node) => check(node, node.source ?? node.argument?.literal),
    };
  },
};
