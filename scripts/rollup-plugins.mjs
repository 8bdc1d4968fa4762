/** Our own plugins for the static bundles. */
import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {minify as terser} from 'terser';

/** Removes whitespace that only formats the source. In HTML we keep one space, because it may be visible; in CSS none. */
const shorten = {
  css: (text) =>
    text
      .replace(/\/\*[^]*?\*\//g, '')
      .replace(/\s+/g, ' ')
      .replace(/ ?([{};,]) ?/g, '$1')
      .replace(/;}/g, '}')
      .replace(/([ (,:])0\./g, '$1.')
      .replace(/: /g, ':'),
  html: (text) => text.replace(/\s*\n\s*(>?)/g, (_, end) => end || ' '),
};

/** Removes formatting whitespace from `html` and `css` templates, in our own modules only. */
export const smallTemplates = (ownFolder) => ({
  name: 'small-templates',
  transform(code, id) {
    if (!id.startsWith(ownFolder)) return null;
    const cuts = [];
    const visit = (node) => {
      if (node === null || typeof node !== 'object') return;
      if (Array.isArray(node)) return node.forEach(visit);
      if (node.type === 'TaggedTemplateExpression') {
        const short = shorten[node.tag.name];
        for (const {start, end} of short ? node.quasi.quasis : []) cuts.push([start, end, short]);
      }
      for (const key in node) visit(node[key]);
    };
    visit(this.parse(code));
    let small = code;
    for (const [start, end, short] of cuts.sort(([a], [b]) => b - a)) {
      small = small.slice(0, start) + short(small.slice(start, end)) + small.slice(end);
    }
    return {code: small, map: null};
  },
});

/**
 * Removes Comlink's support for callbacks, which we never pass. Then a page does not need the half that answers calls, and
 * a worker does not need the half that makes them.
 */
export const noCallbacks = () => ({
  name: 'no-callbacks',
  transform(code, id) {
    if (!id.includes('/node_modules/comlink/')) return null;
    const without = code.replace('["proxy", proxyTransferHandler],', '');
    if (without === code) this.error('Comlink is another one than this was written for');
    return {code: without, map: null};
  },
});

const HELPER = '\0decorate-class';
const HELPER_CODE = /(?:var __(?:defProp|getOwnPropDesc) = .*\n)+var __decorateClass = [^]*?\n};\n/;

/** Keeps only one copy of the decorator helper, which esbuild writes into each module. */
export const oneHelper = () => {
  let helper;
  return {
    name: 'one-helper',
    resolveId: (id) => (id === HELPER ? id : null),
    load: (id) => (id === HELPER ? `${helper}export {__decorateClass};` : null),
    transform(code, id) {
      const found = id !== HELPER && HELPER_CODE.exec(code)?.[0];
      if (!found) return null;
      helper ??= found;
      return {code: `import {__decorateClass} from ${JSON.stringify(HELPER)};\n${code.replace(found, '')}`, map: null};
    },
  };
};

/** Copies the files of a folder beside a bundle. */
export const copyFolder = (from, to) => ({
  name: 'copy-folder',
  generateBundle() {
    for (const file of readdirSync(from)) {
      this.emitFile({type: 'asset', fileName: `${to}/${file}`, source: readFileSync(join(from, file))});
    }
  },
});

const NOTICES = 'third-party-notices.txt';
const licences = new Map();

function readLicence(packageFolder) {
  const {name, version} = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  const file = readdirSync(packageFolder).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} has no licence file to pass on`);
  return [`${name} ${version}`, readFileSync(join(packageFolder, file), 'utf8').trim()];
}

/** Writes the licences of all bundled libraries to one file beside the bundles, so that no bundle repeats them. */
export const notices = () => ({
  name: 'notices',
  generateBundle() {
    for (const id of this.getModuleIds()) {
      const folder = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];
      if (folder && existsSync(join(folder, 'package.json'))) licences.set(...readLicence(folder));
    }
    const texts = [...licences].sort().map(([name, text]) => `${name}\n\n${text}\n`);
    this.emitFile({type: 'asset', fileName: NOTICES, source: texts.join(`\n${'-'.repeat(80)}\n\n`)});
  },
});

export const NOTICE_BANNER = `/*! cxone-crm-widgets, MIT. Libraries: ${NOTICES} */`;

/** Minifies a bundle in this process. Rollup's plugin starts a worker for each bundle, which is slow every time. */
export const minify = (options) => ({
  name: 'minify',
  renderChunk: (code, _chunk, {sourcemap}) => terser(code, {...options, sourceMap: Boolean(sourcemap)}),
});
