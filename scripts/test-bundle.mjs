/**
 * Serves the browser tests as one bundle with shared chunks: a page loads a few dozen files instead of hundreds, and each
 * source is compiled once per run.
 */
import {readFileSync, readdirSync} from 'node:fs';
import {join, relative, sep} from 'node:path';
import {build} from 'esbuild';

/** Scripts that tests load by URL: for pages in frames and for workers. */
const BY_ADDRESS = [
  'src/adapters/detect.ts',
  'src/worker/worker.ts',
  'test/support/dynamics-frame.ts',
  'test/support/scripted-hub-worker.ts',
];

const CHUNKS = 'test-chunks';

const scriptsIn = (root, folder, ending) =>
  readdirSync(join(root, folder), {recursive: true})
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name).split(sep).join('/'));

/** Keeps the source's own address in `import.meta.url`, although the module is in a chunk. */
const ownAddress = (root) => ({
  name: 'own-address',
  setup({onLoad}) {
    onLoad({filter: /[\\/](src|test)[\\/].*\.ts$/}, ({path}) => {
      if (path.includes('node_modules')) return undefined;
      const address = `/${relative(root, path).split(sep).join('/')}`;
      const contents = readFileSync(path, 'utf8').replaceAll(
        'import.meta.url',
        `new URL(${JSON.stringify(address)}, import.meta.url).href`,
      );
      return {contents, loader: 'ts'};
    });
  },
});

async function bundle(root, folders, define) {
  const tests = folders.flatMap((folder) => [
    ...scriptsIn(root, folder, '.test.ts'),
    ...scriptsIn(root, folder, '-phone.ts'),
  ]);
  const {outputFiles} = await build({
    absWorkingDir: root,
    entryPoints: [...tests, ...BY_ADDRESS],
    outdir: root,
    outbase: root,
    chunkNames: `${CHUNKS}/[hash]`,
    bundle: true,
    splitting: true,
    // The package's `sideEffects` refer to `dist`, so esbuild would drop a source that a test imports only for its effects.
    ignoreAnnotations: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    sourcemap: 'linked',
    tsconfig: join(root, 'tsconfig.json'),
    conditions: ['development', 'browser'],
    // The test runner's own modules.
    external: ['/__web-*'],
    define,
    plugins: [ownAddress(root)],
    logLevel: 'warning',
  });
  return new Map(outputFiles.map(({path, text}) => [`/${relative(root, path).split(sep).join('/')}`, text]));
}

/**
 * A plugin of the test runner.
 * @param folders where the tests are, below `root`.
 * @param define replacements for environment variables, in esbuild's format.
 */
export function testBundle(root, folders, define) {
  let files;
  return {
    name: 'test-bundle',
    async serve({path}) {
      if (!/\.(ts|js|map)$/.test(path)) return undefined;
      files ??= bundle(root, folders, define);
      const body = (await files).get(path.replace(/\.ts$/, '.js'));
      if (body === undefined) return undefined;
      return {body, type: path.endsWith('.map') ? 'json' : 'js'};
    },
  };
}
