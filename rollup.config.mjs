import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {isAbsolute, join, resolve as resolvePath} from 'node:path';
import {fileURLToPath} from 'node:url';
import nodeResolve from '@rollup/plugin-node-resolve';
import esbuild from 'rollup-plugin-esbuild';
import {
  copyFolder,
  minify,
  noCallbacks,
  NOTICE_BANNER,
  notices,
  oneHelper,
  smallTemplates,
} from './scripts/rollup-plugins.mjs';

const root = fileURLToPath(new URL('.', import.meta.url));
const packageIn = (folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));

/** How the session names the worker script; Rollup leaves it alone, and so it is true in `src` and in `dist`. */
const WORKER_LITERAL = "new URL('../../worker/worker.js', import.meta.url)";

/** `sideEffects` in package.json is for users of `dist`: here all of our own modules count as having some. */
const resolver = (options) => nodeResolve({...options, ignoreSideEffectsForRoot: true, rootDir: root});

/** Compiles TypeScript as `tsconfig.json` says (legacy decorators). */
const typescript = () => esbuild({target: 'es2022', tsconfig: join(root, 'tsconfig.json')});

/** Everything a self-contained bundle needs. The `production` condition keeps Lit's development build out. */
const withLibraries = () => [
  resolver({exportConditions: ['production'], browser: true}),
  typescript(),
  oneHelper(),
  noCallbacks(),
  smallTemplates(join(root, 'src')),
  notices(),
];

/** Fields that signal-polyfill keeps to itself; no other code has names like these. */
const SIGNAL_INTERNALS = /^((live)?[cC]onsumer|producer)[A-Z]\w+$|^lastCleanEpoch$|^nextProducerIndex$/;

/** @param passes A third one costs half as much again, and makes large files larger when compressed. */
const minified = (format, passes = 2) => ({
  format,
  sourcemap: true,
  banner: NOTICE_BANNER,
  plugins: [
    minify({
      ecma: 2022,
      module: format === 'es',
      // `ngDevMode` asks for the longer messages that signal-polyfill has for the developers of Angular.
      compress: {passes, unsafe_arrows: true, keep_fargs: false, global_defs: {ngDevMode: false}},
      mangle: {properties: {regex: SIGNAL_INTERNALS}},
      format: {comments: /^!/},
    }),
  ],
});

/** Warnings are errors, but for annotations and cycles inside of libraries. */
export function onLog(level, log, next) {
  const files = [log.id, log.loc?.file, ...(log.ids ?? [])].filter(Boolean);
  const noise = ['INVALID_ANNOTATION', 'CIRCULAR_DEPENDENCY', 'THIS_IS_UNDEFINED'].includes(log.code);
  if (noise && files.length > 0 && files.every((file) => file.includes('node_modules'))) return;
  next(level === 'warn' ? 'error' : level, log);
}

/** Libraries stay imports. One that is no dependency of the package would be missing at the user's: an error. */
const externalOf = ({name: own, dependencies, peerDependencies}) =>
  function external(id) {
    if (id.startsWith('.') || id.startsWith('\0') || isAbsolute(id)) return false;
    if (id.startsWith('node:')) return true;
    const name = id
      .split('/')
      .slice(0, id.startsWith('@') ? 2 : 1)
      .join('/');
    if (!(name in {...dependencies, ...peerDependencies}))
      throw new Error(`"${id}" is imported, but "${name}" is no dependency in the package.json of ${own}`);
    return true;
  };
const external = externalOf(packageIn('.'));

const at = (...parts) => join(root, ...parts);
const folders = (path) =>
  existsSync(path) ? readdirSync(path, {withFileTypes: true}).filter((e) => e.isDirectory()) : [];

/** The library's entries: path below `src` without `.ts`. Folders that hold no entry yet are left out. */
export function libraryEntries() {
  const names = ['index', 'define', 'session/index'];
  for (const {name} of folders(at('src/adapters'))) names.push(`adapters/${name}/${name}`);
  for (const {name} of folders(at('src/components'))) {
    const registers = existsSync(at('src/components', name, `${name}.define.ts`));
    if (registers) names.push(`components/${name}/${name}`, `components/${name}/${name}.define`);
  }
  return names.filter((name) => existsSync(at('src', `${name}.ts`)));
}

/**
 * What the single file and the worker load only when it is needed: source below `src` → name beside them. Each part is
 * self-contained. A part that shared code with the single file would import it back, and load it a second time on a
 * page that named it with a query (`…widgets.js?v=2`).
 */
export function dynamicParts() {
  const parts = {
    'session/hub/elected-hub': 'elected-hub',
    'session/host/attention': 'attention',
    'session/host/host-work': 'host-work',
    'components/late/parts': 'widget-parts',
    'worker/entry/in-page-hub': 'hub',
    'platform/v2/dialect': 'dialect-v2',
    'worker/pops/phone-library': 'phone-numbers',
  };
  for (const {name} of folders(at('src/adapters'))) {
    parts[`adapters/${name}/${name}`] = `adapter-${name}`;
  }
  for (const file of existsSync(at('src/components/i18n')) ? readdirSync(at('src/components/i18n')) : []) {
    const language = /^strings\.([A-Za-z-]+)\.ts$/.exec(file)?.[1];
    if (language && language !== 'en') parts[`components/i18n/strings.${language}`] = `language-${language}`;
  }
  return Object.fromEntries(Object.entries(parts).filter(([source]) => existsSync(at('src', `${source}.ts`))));
}

/** The languages that one page of many needs; what is wrong is told in English from the single file itself. */
const isLanguage = (name) => name.startsWith('language-') && !name.startsWith('language-en');

/** The vendors' adapters; the generic one is small, and every single script has it inside. */
const isAdapter = (name) => name.startsWith('adapter-') && name !== 'adapter-generic';

/**
 * Leaves the dynamic parts out of a bundle: `import('../../worker/entry/in-page-hub.js')` becomes `import('./hub.js')`.
 * @param leavesOut which ones; default: all.
 */
const partsBeside = (leavesOut = () => true) => ({
  name: 'parts-beside',
  resolveDynamicImport(specifier, importer) {
    if (typeof specifier !== 'string' || !specifier.startsWith('.')) return null;
    const source = resolvePath(importer, '..', specifier).replace(/\.[jt]s$/, '');
    for (const [part, name] of Object.entries(dynamicParts())) {
      if (source === at('src', part) && leavesOut(name)) return {id: `./${name}.js`, external: true};
    }
    return null;
  },
});

/** In `dist/static` the worker script lies beside the single file. Fails where the session no longer names it. */
const workerBeside = () => {
  let found = 0;
  return {
    name: 'worker-beside',
    buildStart: () => void (found = 0),
    transform(code, id) {
      if (!id.startsWith(at('src/session/')) || !code.includes('../../worker/worker.js')) return null;
      // esbuild has printed the literal with double quotes by now.
      const replaced = code.replace(/new URL\((["'])\.\.\/\.\.\/worker\/worker\.js\1, import\.meta\.url\)/g, () => {
        found++;
        return 'new URL("./worker.js", import.meta.url)';
      });
      return {code: replaced, map: null};
    },
    buildEnd(error) {
      if (!error && found !== 1) this.error(`src/session must hold ${WORKER_LITERAL} once; found ${found}`);
    },
  };
};

const SINGLE = '\0single-file';

/** The single file's entry: all that `index` exports, all elements registered. */
const singleFileEntry = () => ({
  name: 'single-file-entry',
  resolveId: (id) => (id === SINGLE ? id : null),
  load: (id) =>
    id === SINGLE
      ? ['index', 'define']
          .filter((name) => existsSync(at('src', `${name}.ts`)))
          .map((name, i) => `${i === 0 ? 'export * from' : 'import'} ${JSON.stringify(at('src', `${name}.ts`))};`)
          .join('\n')
      : null,
});

const SALESFORCE = '\0salesforce';

/** A CRM that Salesforce's pages are not in, or that has a page of its own. */
const isElsewhere = (name) => isAdapter(name) && name !== 'adapter-salesforce';

/** The static resource's entry: a component of Salesforce finds the library by the global only. */
const salesforceEntry = () => ({
  name: 'salesforce-entry',
  resolveId: (id) => (id === SALESFORCE ? id : null),
  load: (id) =>
    id === SALESFORCE
      ? `import * as widgets from ${JSON.stringify(at('src/index.ts'))};
         import ${JSON.stringify(at('src/define.ts'))};
         import {SalesforceLwcAdapter} from ${JSON.stringify(at('src/adapters/salesforce-lwc/salesforce-lwc.ts'))};
         globalThis.CxoneCrmWidgets = {...widgets, SalesforceLwcAdapter};`
      : null,
});

/** The rollup options for `dist/static/cxone-crm-widgets.js`; also what `npm run size` measures pages with. */
export function pageBundle() {
  return {input: SINGLE, plugins: [singleFileEntry(), partsBeside(), ...withLibraries(), workerBeside()], onLog};
}

const SIMULATOR = '\0simulator';

/** `cxone-crm-widgets/simulator`: the package `cxone-simulator` by another name, where that is installed. */
const simulatorByOurName = () => {
  const source = "export * from 'cxone-simulator';\n";
  return {
    name: 'simulator-by-our-name',
    resolveId: (id) => (id === SIMULATOR ? id : null),
    load: (id) => (id === SIMULATOR ? source : null),
    generateBundle() {
      this.emitFile({type: 'asset', fileName: 'index.d.ts', source});
    },
  };
};

const staticFile = (name) => at('dist/static', name);

export default [
  {
    input: Object.fromEntries(libraryEntries().map((name) => [name, at('src', `${name}.ts`)])),
    external,
    plugins: [resolver(), typescript()],
    onLog,
    output: {
      dir: at('dist'),
      format: 'es',
      sourcemap: true,
      preserveModules: true,
      preserveModulesRoot: at('src'),
      entryFileNames: '[name].js',
    },
  },
  {
    // In one piece: bundlers copy a script that is named by `new URL(…)` as it is, without what it imports.
    input: at('src/worker/worker.ts'),
    plugins: withLibraries(),
    onLog,
    output: [
      {file: at('dist/worker/worker.js'), format: 'es', sourcemap: true, inlineDynamicImports: true},
      // Salesforce keeps one file a static resource: nothing lies beside it.
      {...minified('es'), file: staticFile('cxone-salesforce-worker.js'), inlineDynamicImports: true},
    ],
  },
  {
    input: at('src/worker/worker.ts'),
    plugins: [partsBeside(), ...withLibraries()],
    onLog,
    output: {...minified('es'), file: staticFile('worker.js')},
  },
  {
    ...pageBundle(),
    // What every page waits for: here a third pass saves some bytes.
    output: {...minified('es', 3), file: staticFile('cxone-crm-widgets.js'), inlineDynamicImports: true},
  },
  {
    input: SINGLE,
    plugins: [
      singleFileEntry(),
      partsBeside((name) => isLanguage(name) || isAdapter(name) || name === 'phone-numbers'),
      ...withLibraries(),
      workerBeside(),
    ],
    onLog,
    output: {
      ...minified('iife'),
      name: 'CxoneCrmWidgets',
      file: staticFile('cxone-crm-widgets.iife.js'),
      inlineDynamicImports: true,
    },
  },
  {
    // A form's web resource: both of Dynamics' adapters and the hub are in the one file.
    input: SINGLE,
    plugins: [
      singleFileEntry(),
      partsBeside((name) => isLanguage(name) || (isAdapter(name) && !name.startsWith('adapter-dynamics'))),
      ...withLibraries(),
      workerBeside(),
    ],
    onLog,
    output: {
      ...minified('iife'),
      name: 'CxoneCrmWidgets',
      file: staticFile('cxone-dynamics.iife.js'),
      inlineDynamicImports: true,
    },
  },
  {
    // Salesforce keeps one file a static resource: nothing lies beside it.
    input: SALESFORCE,
    plugins: [salesforceEntry(), partsBeside(isElsewhere), ...withLibraries(), workerBeside()],
    onLog,
    output: {...minified('iife'), file: staticFile('cxone-salesforce.iife.js'), inlineDynamicImports: true},
  },
  ...Object.entries(dynamicParts()).map(([source, name]) => ({
    input: at('src', `${source}.ts`),
    plugins: [partsBeside(), ...withLibraries()],
    onLog,
    // What a part itself loads late, such as a vendor's library, is in it: it is one file beside the others.
    output: {...minified('es'), file: staticFile(`${name}.js`), inlineDynamicImports: true},
  })),
  {
    input: at('test/conformance/kit/index.ts'),
    external,
    plugins: [resolver(), typescript()],
    onLog,
    output: {file: at('dist/conformance/index.js'), format: 'es', sourcemap: true},
  },
  {
    input: {index: SIMULATOR},
    external,
    plugins: [simulatorByOurName()],
    onLog,
    output: {dir: at('dist/simulator'), format: 'es'},
  },
  {
    input: {index: at('simulator/index.ts'), cli: at('simulator/cli.ts')},
    external: externalOf(packageIn('simulator')),
    plugins: [resolver({preferBuiltins: true}), typescript(), copyFolder(at('demo/console'), 'console')],
    onLog,
    output: {dir: at('simulator/dist'), format: 'es', sourcemap: true, chunkFileNames: '[name]-[hash].js'},
  },
];
