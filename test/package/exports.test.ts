import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import {fileURLToPath} from 'node:url';
import {parseAst} from 'rollup/parseAst';

interface ExportTarget {
  readonly types: string;
  readonly default: string;
}

interface PackageJson {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | ExportTarget>>;
  readonly files: readonly string[];
  readonly customElements: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const pkg = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageJson;
const targets = Object.entries(pkg.exports).filter(
  (entry): entry is [string, ExportTarget] => typeof entry[1] === 'object',
);

/** The package by its own name, as a user of the package imports it; relative to no file of ours. */
function importAsUser(specifier: string): Record<string, string> {
  const script = `const module = await import(${JSON.stringify(specifier)});
    console.log(JSON.stringify(Object.fromEntries(Object.entries(module).map(([key, value]) => [key, typeof value]))));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
    env: {...process.env, NODE_OPTIONS: ''},
  });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '{}') as Record<string, string>;
}

describe('the entries of the package', () => {
  for (const [name, {types, default: file}] of targets) {
    it(`${name} is a file with types`, () => {
      assert.ok(existsSync(join(root, file)), `${file} is not built`);
      assert.ok(existsSync(join(root, types)), `${types} is not built`);
      const resolved = fileURLToPath(import.meta.resolve(name.replace(/^\./, pkg.name)));
      assert.equal(resolved, join(root, file));
    });
  }

  it('has one pair of entries for each component, and one entry for each adapter', () => {
    const folders = (path: string) =>
      readdirSync(join(root, path), {withFileTypes: true})
        .filter((entry) => entry.isDirectory() && existsSync(join(root, path, entry.name, `${entry.name}.ts`)))
        .map((entry) => entry.name);
    const components = folders('src/components').filter((name) =>
      existsSync(join(root, 'src/components', name, `${name}.define.ts`)),
    );
    const expected = [
      ...components.flatMap((name) => [`./components/${name}`, `./components/${name}/define`]),
      ...folders('src/adapters').map((name) => `./adapters/${name}`),
    ];
    const present = Object.keys(pkg.exports).filter((name) => /^\.\/(components|adapters)\//.test(name));
    assert.deepEqual(present.sort(), expected.sort());
  });

  it('can be imported under Node where no element is registered', () => {
    const all = importAsUser(pkg.name);
    assert.equal(all['createSession'], 'function');
    assert.equal(importAsUser(`${pkg.name}/session`)['createSession'], 'function');
    assert.equal(importAsUser(`${pkg.name}/simulator`)['startSimulator'], 'function');
    for (const [name] of targets.filter(([name]) => /^\.\/(adapters\/|components\/[^/]+$)/.test(name))) {
      const exported = importAsUser(name.replace(/^\./, pkg.name));
      assert.ok(Object.values(exported).includes('function'), `${name} exports no class`);
    }
  });

  it('registers elements in define entries only', () => {
    const registers = (path: string): string[] =>
      readdirSync(join(root, path), {withFileTypes: true}).flatMap((entry) => {
        const below = join(path, entry.name);
        if (entry.isDirectory()) return registers(below);
        if (!entry.name.endsWith('.js')) return [];
        return readFileSync(join(root, below), 'utf8').includes('customElements.define(') ? [below] : [];
      });
    const files = registers('dist/components');
    assert.ok(files.length > 0);
    assert.deepEqual(
      files.filter((file) => !file.endsWith('.define.js')),
      [],
    );
  });
});

describe('the files beside the entries', () => {
  it('has the single files, their worker and every part they load', () => {
    const sources = ['cxone-crm-widgets.js', 'cxone-crm-widgets.iife.js', 'worker.js'].map((file) =>
      readFileSync(join(root, 'dist/static', file), 'utf8'),
    );
    const named = sources.flatMap((source) =>
      [...source.matchAll(/["'`](\.\/[\w.-]+\.js)["'`]/g)].map((match) => match[1] ?? ''),
    );
    assert.ok(named.includes('./worker.js'), 'the worker script is not named beside the single file');
    for (const file of [...named, './cxone-crm-widgets.iife.js']) {
      assert.ok(existsSync(join(root, 'dist/static', file)), `dist/static/${file} is missing`);
    }
  });

  it('has workers and parts that import nothing', () => {
    const single = ['cxone-crm-widgets.js', 'cxone-crm-widgets.iife.js'];
    const parts = readdirSync(join(root, 'dist/static')).filter(
      (file) => file.endsWith('.js') && !single.includes(file),
    );
    for (const file of ['dist/worker/worker.js', ...parts.map((part) => `dist/static/${part}`)]) {
      const {body} = parseAst(readFileSync(join(root, file), 'utf8'));
      const imports = body.filter((node) => 'source' in node && node.source !== null);
      assert.deepEqual(imports, [], file);
    }
  });

  it('has a manifest that names every element by the path of its published file', () => {
    const manifest = JSON.parse(readFileSync(join(root, pkg.customElements), 'utf8')) as {
      modules: {path: string; declarations: {tagName?: string; members?: {name: string; privacy?: string}[]}[]}[];
    };
    const tags = manifest.modules.flatMap(({declarations}) => declarations.flatMap(({tagName}) => tagName ?? []));
    for (const name of Object.keys(pkg.exports)) {
      const component = /^\.\/components\/([^/]+)$/.exec(name)?.[1];
      if (component) assert.ok(tags.includes(`cxone-${component}`), `cxone-${component} is not in the manifest`);
    }
    for (const {path, declarations} of manifest.modules) {
      assert.ok(existsSync(join(root, path)), `${path} is named by the manifest and not built`);
      for (const member of declarations.flatMap(({members = []}) => members)) {
        assert.ok(!member.name.startsWith('#') && (member.privacy ?? 'public') === 'public', `${path}: ${member.name}`);
      }
    }
  });
});
