import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, readdirSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, describe, it} from 'node:test';
import {fileURLToPath} from 'node:url';
import {inflateRawSync} from 'node:zlib';
import {parseAst} from 'rollup/parseAst';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'dist/dynamics');
/** Largest web resource, in bytes. Source: Dynamics' default for attachments, which is the limit of web resources too. */
const MAX_BYTES = 5 * 1_024 * 1_024;

const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** Reads XML without DTDs and CDATA. @throws where a tag does not close, or something stands outside of the root. */
function parseXml(xml: string): XmlElement {
  const body = xml.replace(/^<\?xml [^?]*\?>\s*/, '').trimEnd();
  const top: XmlElement = {name: '', attributes: {}, children: [], text: ''};
  const open = [top];
  const piece = /<\/([\w:]+)>|<([\w:]+)((?:\s+[\w:]+="[^"<]*")*)\s*(\/?)>|([^<&]|&(?:amp|lt|gt|quot|apos);)+/y;
  while (piece.lastIndex < body.length) {
    const at = piece.lastIndex;
    const match = piece.exec(body);
    assert.ok(match, `not well formed: ${body.slice(at, at + 80)}`);
    const [whole, closes, opens, attributes = '', empty] = match;
    const current = open.at(-1)!;
    if (closes) {
      assert.equal(closes, current.name, `closes at ${body.slice(at, at + 80)}`);
      open.pop();
    } else if (opens) {
      const pairs = [...attributes.matchAll(/([\w:]+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]);
      assert.equal(new Set(pairs.map(([name]) => name)).size, pairs.length, `an attribute twice: ${whole}`);
      const made = {
        name: opens,
        attributes: Object.fromEntries(pairs) as Record<string, string>,
        children: [],
        text: '',
      };
      current.children.push(made);
      if (!empty) open.push(made);
    } else {
      assert.ok(open.length > 1 || whole.trim() === '', `outside of the root: ${whole}`);
      current.text += whole;
    }
  }
  assert.equal(open.length, 1, `${open.at(-1)!.name} is not closed`);
  assert.equal(top.children.length, 1);
  return top.children[0]!;
}

const all = (element: XmlElement, name: string): XmlElement[] => [
  ...(element.name === name ? [element] : []),
  ...element.children.flatMap((child) => all(child, name)),
];
const textOf = (element: XmlElement, name: string): string => all(element, name)[0]?.text ?? '';

const customizations = parseXml(read('solution/customizations.xml'));
const resources = all(customizations, 'WebResource').map((element) => ({
  id: textOf(element, 'WebResourceId'),
  name: textOf(element, 'Name'),
  type: textOf(element, 'WebResourceType'),
  path: textOf(element, 'FileName').slice(1),
}));
const resourceText = (file: string): string => {
  const found = resources.find(({name}) => name === `cxn_/cxone/${file}`);
  assert.ok(found, `no web resource ${file}`);
  return read(`solution/${found.path}`);
};

/** The files that a page loads. */
const loaded = (html: string): string[] =>
  [...html.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)="([^"]+)"/g)].map(([, address]) => address!);
const policyOf = (html: string): string => /content="(default-src[^"]*)"/.exec(html)?.[1] ?? '';

/** Scripts that this one names to be loaded later, beside it. */
const laterParts = (code: string): string[] =>
  [...code.matchAll(/import\(["']\.\/([\w-]+\.js)["']\)/g)].map(([, name]) => name!);

function buildsCode(code: string): boolean {
  let found = false;
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    const {type, callee} = node as {type?: string; callee?: {name?: string}};
    if ((type === 'CallExpression' || type === 'NewExpression') && /^(eval|Function)$/.test(callee?.name ?? ''))
      found = true;
    Object.values(node).forEach(visit);
  };
  visit(parseAst(code));
  return found;
}

describe('the solution for Dynamics', () => {
  it('names a publisher, a version and every web resource, by well-formed XML', () => {
    const solution = parseXml(read('solution/solution.xml'));
    assert.equal(textOf(solution, 'CustomizationPrefix'), 'cxn');
    assert.match(textOf(solution, 'Version'), /^\d+\.\d+\.\d+\.\d+$/);
    assert.match(textOf(solution, 'CustomizationOptionValuePrefix'), /^[1-9]\d{4}$/);
    const components = all(solution, 'RootComponent').map(({attributes}) => attributes);
    assert.deepEqual(
      components,
      resources.map(({id, name}) => ({type: '61', id, schemaName: name, behavior: '0'})),
    );
  });

  it('has for every web resource a file, a type, an id and a name that Dataverse takes', () => {
    assert.ok(resources.length >= 5);
    for (const {id, name, type, path} of resources) {
      assert.match(id, /^\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}$/);
      assert.match(name, /^cxn_\/cxone\/[\w-]+\.(html|js|css)$/);
      assert.ok(name.length <= 100, name);
      assert.equal(type, {html: '1', css: '2', js: '3'}[name.split('.').at(-1)!], name);
      const {size} = statSync(join(folder, 'solution', path));
      assert.ok(size > 0 && size <= MAX_BYTES, `${name}: ${size} bytes`);
    }
    assert.equal(new Set(resources.map(({id}) => id)).size, resources.length);
    assert.deepEqual(
      readdirSync(join(folder, 'solution/WebResources')).sort(),
      resources.map(({path}) => path.replace('WebResources/', '')).sort(),
    );
  });

  it('declares the parts of its archive', () => {
    const types = parseXml(read('solution/[Content_Types].xml'));
    const parts = all(types, 'Override').map(({attributes}) => attributes['PartName']);
    assert.deepEqual(
      parts,
      resources.map(({path}) => `/${path}`),
    );
  });

  it('lies beside as an archive with the same files', () => {
    const zip = readFileSync(join(folder, 'cxone-solution.zip'));
    const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
    const names: string[] = [];
    let at = zip.readUInt32LE(end + 16);
    for (let i = zip.readUInt16LE(end + 10); i > 0; i--) {
      const nameLength = zip.readUInt16LE(at + 28);
      const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
      const local = zip.readUInt32LE(at + 42);
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const content = inflateRawSync(zip.subarray(start, start + zip.readUInt32LE(at + 20)));
      assert.equal(content.toString(), read(`solution/${name}`), name);
      names.push(name);
      at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    }
    assert.equal(at, end);
    assert.deepEqual(
      names.sort(),
      ['[Content_Types].xml', 'customizations.xml', 'solution.xml', ...resources.map(({path}) => path)].sort(),
    );
  });

  it('has ids that do not change: a new version replaces the old one', () => {
    const {id} = resources.find(({name}) => name.endsWith('/phone.html'))!;
    assert.equal(id, '{5e32fd93-0f05-5a54-8d52-9f271b530ef1}');
  });

  it('brings the licences of its libraries', () => {
    assert.match(resourceText('third-party-notices.html'), /<pre>[^]*\blit\b[^]*BSD/);
  });
});

describe('the pages for Dynamics', () => {
  const inPanel = new Set(readdirSync(join(folder, 'panel')));
  const inForm = new Set(resources.map(({name}) => name.replace('cxn_/cxone/', '')));
  const pages = [
    {where: 'panel', html: read('panel/phone.html'), beside: inPanel, text: (file: string) => read(`panel/${file}`)},
    {where: 'form', html: resourceText('phone.html'), beside: inForm, text: resourceText},
  ];

  for (const {where, html, beside, text} of pages) {
    it(`in the ${where} has all that it loads beside it, now and later`, () => {
      const now = loaded(html);
      assert.ok(now.length >= 3);
      for (const file of now) assert.ok(beside.has(file), file);
      for (const script of [...beside].filter((name) => name.endsWith('.js'))) {
        for (const part of laterParts(text(script))) {
          // Of the adapters only Dynamics' own are asked for here.
          if (/^adapter-(?!dynamics)/.test(part)) continue;
          // A panel is in no form.
          if (where === 'panel' && part === 'adapter-dynamics-xrm.js') continue;
          assert.ok(beside.has(part), `${script} loads ${part}`);
        }
      }
    });

    it(`in the ${where} keeps a strict policy`, () => {
      const policy = policyOf(html);
      assert.match(policy, /default-src 'self'/);
      assert.match(policy, /object-src 'none'/);
      assert.doesNotMatch(policy, /unsafe|\*|blob:|data:/);
      assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)|<style|\bstyle=|\son\w+=/);
      for (const script of [...beside].filter((name) => name.endsWith('.js'))) {
        assert.equal(buildsCode(text(script)), false, script);
        assert.doesNotMatch(text(script), /sourceMappingURL/, script);
      }
    });
  }

  it('have parameters for the provider’s record that are JSON', () => {
    const given = JSON.parse(read('custom-parameters.json')) as {popRules: unknown[]; settings: object};
    assert.deepEqual(Object.keys(given), ['popRules', 'settings']);
    assert.equal(
      (JSON.parse(read('provider.json')) as Record<string, string>)['Channel URL'],
      'https://phone.example.com/phone.html',
    );
  });
});

describe('packageDynamics', () => {
  const own = mkdtempSync(join(tmpdir(), 'cxone-dynamics-'));
  after(() => rmSync(own, {recursive: true}));

  async function make(addresses: Readonly<Record<string, string>>): Promise<void> {
    const {packageDynamics} = (await import(new URL('../../scripts/package-dynamics.mjs', import.meta.url).href)) as {
      packageDynamics: (folder: string, own: Readonly<Record<string, string>>) => void;
    };
    packageDynamics(own, addresses);
  }

  it('writes an admin’s addresses wherever they belong', async () => {
    await make({
      org: 'https://acme.crm4.dynamics.com',
      phone: 'https://phone.acme.test',
      api: 'https://api.cxone.test/x',
      broker: 'https://login.acme.test/oauth/token',
    });
    const of = (path: string): string => readFileSync(join(own, path), 'utf8');
    const policy = policyOf(of('panel/phone.html'));
    assert.match(policy, /script-src 'self' https:\/\/acme\.crm4\.dynamics\.com;/);
    assert.match(
      policy,
      /connect-src https:\/\/api\.cxone\.test wss:\/\/api\.cxone\.test https:\/\/login\.acme\.test;/,
    );
    const settings = of('panel/settings.js');
    for (const value of [
      "orgUrl: 'https://acme.crm4.dynamics.com'",
      "hosts: ['acme.crm4.dynamics.com']",
      "apiBase: 'https://api.cxone.test/x'",
      "tokenUrl: 'https://login.acme.test/oauth/token'",
    ]) {
      assert.ok(settings.includes(value), value);
    }
    assert.match(of('provider.json'), /"https:\/\/phone\.acme\.test\/phone\.html"/);
    const texts = readdirSync(own, {recursive: true, encoding: 'utf8'}).filter((path) =>
      /phone.*html|settings/.test(path),
    );
    assert.ok(texts.length >= 4);
    for (const path of texts) assert.doesNotMatch(of(path), /example\.com|org\.crm/, path);
  });

  it('refuses what is no address of a server', async () => {
    for (const [name, address] of [
      ['org', 'http://acme.crm.dynamics.com'],
      ['org', 'https://acme.crm.dynamics.com/main.aspx'],
      ['api', "https://api.test/';alert(1)//"],
      ['broker', 'https://login.test/token?x=1'],
      ['phone', 'phone.test'],
    ] as const) {
      await assert.rejects(make({[name]: address}), /must be an https address/, address);
    }
  });
});
