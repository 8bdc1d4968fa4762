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

/** How the session refers to the worker script. Rollup does not change it, so it is right in `src` and in `dist`. */
const WORKER_LITERAL = "new URL('../../worker/worker.js', import.meta.url)";

/** `sideEffects` in package.json is meant for users of `dist`. Here we treat all our own modules as having side effects. */
const resolver = (options) => nodeResolve({...options, ignoreSideEffectsForRoot: true, rootDir: root});

/** Compiles TypeScript with the settings of `tsconfig.json` (legacy decorators). */
const typescript = () => esbuild({target: 'es2022', tsconfig: join(root, 'tsconfig.json')});

/** The plugins of a self-contained bundle. The `production` condition keeps Lit's development build out. */
const withLibraries = () => [
  resolver({exportConditions: ['production'], browser: true}),
  typescript(),
  oneHelper(),
  noCallbacks(),
  smallTemplates(join(root, 'src')),
  notices(),
];

/** Internal fields of signal-polyfill, safe to mangle because no other code uses such names. */
const SIGNAL_INTERNALS = /^((live)?[cC]onsumer|producer)[A-Z]\w+$|^lastCleanEpoch$|^nextProducerIndex$/;

/** @param passes A third pass takes half as long again, and makes large files larger after compression. */
const minified = (format, passes = 2) => ({
  format,
  sourcemap: true,
  banner: NOTICE_BANNER,
  plugins: [
    minify({
      ecma: 2022,
      module: format === 'es',
      // `ngDevMode` turns on signal-polyfill's long messages for Angular developers.
      compress: {passes, unsafe_arrows: true, keep_fargs: false, global_defs: {ngDevMode: false}},
      mangle: {properties: {regex: SIGNAL_INTERNALS}},
      format: {comments: /^!/},
    }),
  ],
});

/** Turns warnings into errors, except those about annotations and cycles inside libraries. */
export function onLog(level, log, next) {
  const files = [log.id, log.loc?.file, ...(log.ids ?? [])].filter(Boolean);
  const noise = ['INVALID_ANNOTATION', 'CIRCULAR_DEPENDENCY', 'THIS_IS_UNDEFINED'].includes(log.code);
  if (noise && files.length > 0 && files.every((file) => file.includes('node_modules'))) return;
  next(level === 'warn' ? 'error' : level, log);
}

/** Libraries stay imports. One that is not a dependency of the package is an error, because users would not have it. */
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

/** The library's entries: path below `src` without `.ts`. Folders without an entry are left out. */
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
 * The parts that the single file and the worker load only on demand: source below `src` → name beside them. Each part is
 * self-contained. If a part shared code with the single file, it would import that file, and a page that loads the file
 * with a query (`…widgets.js?v=2`) would then load it twice.
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

/** The languages that only some pages need. The single file itself holds the English error texts. */
const isLanguage = (name) => name.startsWith('language-') && !name.startsWith('language-en');

/** The vendors' adapters. The generic one is small, so every single-file bundle includes it. */
const isAdapter = (name) => name.startsWith('adapter-') && name !== 'adapter-generic';

/**
 * Leaves the dynamic parts out of a bundle: `import('../../worker/entry/in-page-hub.js')` becomes `import('./hub.js')`.
 * @param leavesOut whether to leave a part out, by name; default: all parts.
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

/** In `dist/static` the worker script is beside the single file. Fails if the session no longer refers to it. */
const workerBeside = () => {
  let found = 0;
  return {
    name: 'worker-beside',
    buildStart: () => void (found = 0),
    transform(code, id) {
      if (!id.startsWith(at('src/session/')) || !code.includes('../../worker/worker.js')) return null;
      // esbuild may have changed the quotes by now.
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

/** The single file's entry: it exports what `index` exports and registers all elements. */
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

/** Whether a part is an adapter that Salesforce's static resource does not need. */
const isElsewhere = (name) => isAdapter(name) && name !== 'adapter-salesforce';

/** The entry of Salesforce's static resource. A Salesforce component can reach the library only through the global. */
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

/** The Rollup options for `dist/static/cxone-crm-widgets.js`; `npm run size` uses them too. */
export function pageBundle() {
  return {input: SINGLE, plugins: [singleFileEntry(), partsBeside(), ...withLibraries(), workerBeside()], onLog};
}

const SIMULATOR = '\0simulator';

/** `cxone-crm-widgets/simulator`: another name for the package `cxone-simulator`, which must be installed. */
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
    // In one file, because bundlers copy a script referenced by `new URL(…)` unchanged and without its imports.
    input: at('src/worker/worker.ts'),
    plugins: withLibraries(),
    onLog,
    output: [
      {file: at('dist/worker/worker.js'), format: 'es', sourcemap: true, inlineDynamicImports: true},
      // A static resource in Salesforce is one file, so no other file can be beside it.
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
    // Every page waits for this file, and here a third pass saves some bytes.
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
    // A web resource for forms: this one file includes both Dynamics adapters and the hub.
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
    // A static resource in Salesforce is one file, so no other file can be beside it.
    input: SALESFORCE,
    plugins: [salesforceEntry(), partsBeside(isElsewhere), ...withLibraries(), workerBeside()],
    onLog,
    output: {...minified('iife'), file: staticFile('cxone-salesforce.iife.js'), inlineDynamicImports: true},
  },
  ...Object.entries(dynamicParts()).map(([source, name]) => ({
    input: at('src', `${source}.ts`),
    plugins: [partsBeside(), ...withLibraries()],
    onLog,
    // Each part is one file, so it includes what it imports dynamically itself, such as a vendor's library.
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
