import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist/salesforce');

const MAIN = 'force-app/main/default';
const RESOURCE = `${MAIN}/staticresources/cxone_widgets`;
const PAGE = `${MAIN}/pages/CXone_Softphone.page`;
const LWC = `${MAIN}/lwc/cxoneSoftphone/cxoneSoftphone`;
const CLASS = `${MAIN}/classes/CxoneSoftphone.cls`;
const TRUSTED = `${MAIN}/cspTrustedSites/CXone_API.cspTrustedSite-meta.xml`;
const STREAM = `${MAIN}/cspTrustedSites/CXone_API_Stream.cspTrustedSite-meta.xml`;
const FIELD = `${MAIN}/objects/User/fields/CXone_Agent_Id__c.field-meta.xml`;
const PERMISSIONS = `${MAIN}/permissionsets/CXone_Softphone.permissionset-meta.xml`;
const VISUALFORCE = 'call-centers/cxone-visualforce.xml';
const HOSTED = 'call-centers/cxone-hosted.xml';

let folder: string;

function check(path: string): {readonly code: number | null; readonly output: string} {
  const {status, stdout, stderr} = spawnSync(process.execPath, [join(root, 'scripts/check-salesforce.mjs'), path], {
    encoding: 'utf8',
  });
  return {code: status, output: stdout + stderr};
}

/** A copy of the package with one thing changed. */
function broken(change: (copy: string) => void): string {
  const copy = mkdtempSync(join(folder, 'copy-'));
  cpSync(built, copy, {recursive: true});
  change(copy);
  return copy;
}

const replace =
  (file: string, from: string | RegExp, to: string) =>
  (copy: string): void => {
    const path = join(copy, file);
    const text = readFileSync(path, 'utf8');
    const changed = text.replace(from, () => to);
    assert.notEqual(changed, text, `${file} holds nothing like ${String(from)}`);
    writeFileSync(path, changed);
  };

const remove =
  (file: string) =>
  (copy: string): void =>
    rmSync(join(copy, file));

const add =
  (file: string, text: string) =>
  (copy: string): void =>
    writeFileSync(join(copy, file), text);

/** What is broken, how, the file that is named, and the words. */
const BREAKS: readonly [name: string, change: (copy: string) => void, file: string, words: RegExp][] = [
  ['no project file', remove('sfdx-project.json'), 'sfdx-project.json', /is missing: this is no project/],
  ['a project file that is not JSON', add('sfdx-project.json', '{'), 'sfdx-project.json', /is not JSON/],
  [
    'a project of an odd version',
    replace('sfdx-project.json', '66.0', '66'),
    'sfdx-project.json',
    /must be like 66\.0/,
  ],
  ['a folder that is not there', replace('sfdx-project.json', 'force-app', 'src'), 'sfdx-project.json', /src is empty/],
  ['a tag that is not closed', replace(TRUSTED, '</context>', ''), TRUSTED, /closes <context>/],
  ['a bare ampersand', replace(VISUALFORCE, 'Visualforce page', 'a & b'), `${VISUALFORCE}:6`, /write & as &amp;/],
  ['a bare angle', replace(VISUALFORCE, 'Visualforce page', 'a < b'), `${VISUALFORCE}:6`, /write < as &lt;/],
  ['an attribute twice', replace(VISUALFORCE, 'label="CXone"', 'label="a" label="b"'), VISUALFORCE, /has label twice/],
  [
    'an entity of a document type',
    replace(TRUSTED, '<CspTrustedSite', '<!DOCTYPE x><CspTrustedSite'),
    TRUSTED,
    /types/,
  ],
  ['a second outermost element', replace(TRUSTED, /$/, '<more/>'), TRUSTED, /second outermost element/],
  ['the wrong outermost element', replace(FIELD, /CustomField/g, 'Field'), FIELD, /must be CustomField, not Field/],
  ['no namespace', replace(FIELD, / xmlns="[^"]*"/, ''), FIELD, /xmlns must be/],
  [
    'metadata of an unknown kind',
    add(`${MAIN}/pages/a.odd-meta.xml`, '<a/>'),
    `${MAIN}/pages/a.odd-meta.xml`,
    /no kind/,
  ],
  ['metadata in the wrong folder', add(`${MAIN}/pages/a.cls-meta.xml`, '<a/>'), 'a.cls-meta.xml', /folder classes/],
  ['a file that is no metadata', add(`${MAIN}/notes.txt`, ''), `${MAIN}/notes.txt`, /is no part of a project/],
  [
    'metadata without its file',
    remove(`${RESOURCE}.js`),
    `${RESOURCE}.resource-meta.xml`,
    /cxone_widgets\.js is missing/,
  ],
  ['a file without its metadata', remove(`${RESOURCE}.resource-meta.xml`), `${RESOURCE}.js`, /metadata .* is missing/],
  ['a component without its metadata', remove(`${LWC}.js-meta.xml`), `${LWC}.js`, /js-meta\.xml is missing/],
  ['a component without its script', remove(`${LWC}.js`), `${LWC}.js-meta.xml`, /cxoneSoftphone\.js is missing/],
  ['a page without its file', remove(PAGE), `${PAGE}-meta.xml`, /CXone_Softphone\.page is missing/],
  ['a class without its file', remove(CLASS), `${CLASS}-meta.xml`, /CxoneSoftphone\.cls is missing/],
  ['a class of another name', replace(CLASS, 'class CxoneSoftphone', 'class Other'), `${CLASS}-meta.xml`, /no class/],
  [
    'another version',
    replace(`${CLASS}-meta.xml`, '66.0', '40.0'),
    `${CLASS}-meta.xml`,
    /apiVersion 40\.0: must be 66\.0/,
  ],
  [
    'a resource over 5 MB',
    add(`${RESOURCE}.js`, ' '.repeat(5_242_881)),
    `${RESOURCE}.resource-meta`,
    /has 5242881 bytes/,
  ],
  ['a resource that is a module', add(`${RESOURCE}.js`, 'export const a = 1;'), PAGE, /is no classic script/],
  [
    'a resource of an odd type',
    replace(`${RESOURCE}.resource-meta.xml`, /application\/j\w+/, 'x/y'),
    RESOURCE,
    /"x\/y"/,
  ],
  [
    'a resource without caching',
    replace(`${RESOURCE}.resource-meta.xml`, 'Public', 'No'),
    RESOURCE,
    /Public or Private/,
  ],
  ['a script in the page', replace(PAGE, '<title>', '<script>a()</script><title>'), PAGE, /scripts do not belong/],
  ['a style in the page', replace(PAGE, '<body>', '<body style="margin: 0">'), PAGE, /styles do not belong/],
  ['Open CTI of another version', replace(PAGE, 'api/66.0', 'api/40.0'), PAGE, /Open CTI 40\.0: must be 66\.0/],
  [
    'a page with an unknown resource',
    replace(PAGE, '$Resource.cxone_worker', '$Resource.other'),
    PAGE,
    /resource other/,
  ],
  ['a page with an unknown field', remove(FIELD), PAGE, /no field CXone_Agent_Id__c of User/],
  [
    'a component with an unknown resource',
    replace(`${LWC}.js`, 'resourceUrl/cxone_widgets', 'resourceUrl/no'),
    LWC,
    /resource no/,
  ],
  [
    'a component with an unknown method',
    replace(`${LWC}.js`, 'CxoneSoftphone.search', 'CxoneSoftphone.no'),
    LWC,
    /no @AuraEnabled/,
  ],
  [
    'a component with an unknown field',
    replace(`${LWC}.js`, 'CXone_Agent_Id__c', 'Other__c'),
    LWC,
    /no field User\.Other__c/,
  ],
  [
    'a component with an unknown channel',
    replace(`${LWC}.js`, 'CXone_Dial__c', 'No__c'),
    LWC,
    /no message channel No__c/,
  ],
  [
    'a component that is too big',
    add(`${LWC.replace(/\w+$/, 'big')}.js`, ' '.repeat(131_073)),
    'big.js',
    /131072 bytes/,
  ],
  ['a property that is none', replace(`${LWC}.js-meta.xml`, 'name="apiBase"', 'name="other"'), LWC, /no @api other/],
  [
    'a target that is none',
    replace(`${LWC}.js-meta.xml`, 'targets="lightning__AppPage', 'targets="a'),
    LWC,
    /names a, which/,
  ],
  ['a component without targets', replace(`${LWC}.js-meta.xml`, /<targets>[^]*<\/targets>/, ''), LWC, /needs a target/],
  ['a trusted address without a scheme', replace(TRUSTED, 'https://', ''), TRUSTED, /must begin with https/],
  ['a trusted address in plain http', replace(TRUSTED, 'https:', 'http:'), TRUSTED, /must begin with https/],
  ['a trusted address with a path', replace(TRUSTED, '.example.com', '.example.com/v2'), TRUSTED, /without a path/],
  ['a trusted address for nowhere', replace(TRUSTED, '>All<', '>Some<'), TRUSTED, /context must be one of/],
  [
    'a trusted address for nothing',
    replace(TRUSTED, />true<\/isApplicableToC/, '>false</isApplicableToC'),
    TRUSTED,
    /allows nothing/,
  ],
  [
    'a permission for an unknown class',
    replace(PERMISSIONS, '>CxoneSoftphone<', '>No<'),
    PERMISSIONS,
    /no Apex class No/,
  ],
  ['a permission for an unknown page', replace(PERMISSIONS, '>CXone_Softphone<', '>No<'), PERMISSIONS, /page No/],
  [
    'a permission for an unknown field',
    replace(PERMISSIONS, 'User.CXone', 'User.No'),
    PERMISSIONS,
    /no field User\.No/,
  ],
  ['a field of another name', replace(FIELD, 'CXone_Agent_Id__c', 'Other__c'), FIELD, /fullName must be/],
  ['an API that is not trusted', remove(TRUSTED), VISUALFORCE, /https:\/\/api\.example\.com is not among/],
  ['a stream that is not trusted', remove(STREAM), HOSTED, /wss:\/\/api\.example\.com is not among/],
  ['another outermost element', replace(HOSTED, /callCenter>/g, 'CallCenter>'), HOSTED, /must be callCenter/],
  ['no general section', replace(HOSTED, 'reqGeneralInfo', 'general'), HOSTED, /section reqGeneralInfo is missing/],
  ['no adapter', replace(HOSTED, /<item[^>]*reqAdapterUrl.*/, ''), HOSTED, /reqAdapterUrl must be an https/],
  [
    'an adapter in plain http',
    replace(HOSTED, 'https://phone', 'http://phone'),
    `${HOSTED}:7`,
    /reqAdapterUrl must be an https/,
  ],
  [
    'a page that is not there',
    replace(VISUALFORCE, '/apex/CXone_Softphone', '/apex/No'),
    VISUALFORCE,
    /Visualforce page No/,
  ],
  [
    'an internal name that is too long',
    replace(HOSTED, 'CXoneSoftphoneHosted', 'a'.repeat(41)),
    HOSTED,
    /40 letters and digits/,
  ],
  [
    'an internal name with a blank',
    replace(HOSTED, 'CXoneSoftphoneHosted', 'CXone phone'),
    HOSTED,
    /40 letters and digits/,
  ],
  [
    'an internal name twice',
    replace(HOSTED, 'CXoneSoftphoneHosted', 'CXoneSoftphone'),
    VISUALFORCE,
    /is in .*hosted\.xml too/,
  ],
  [
    'a display name that is too long',
    replace(HOSTED, 'CXone Softphone (', 'a'.repeat(1_001)),
    HOSTED,
    /1000 characters/,
  ],
  [
    'names in another order',
    replace(HOSTED, 'sortOrder="0" name="reqInternal', 'sortOrder="9" name="reqInternal'),
    HOSTED,
    /sortOrder 0/,
  ],
  ['an order twice', replace(HOSTED, 'sortOrder="4"', 'sortOrder="3"'), HOSTED, /two items have the sortOrder "3"/],
  ['an item twice', replace(HOSTED, '"reqDescription"', '"reqUseApi"'), HOSTED, /two items have the name "reqUseApi"/],
  ['an item without a label', replace(HOSTED, / label="Description"/, ''), HOSTED, /item has no label/],
  [
    'an item with an odd name',
    replace(HOSTED, '"reqDescription"', '"req-description"'),
    HOSTED,
    /letters and digits, a letter/,
  ],
  ['an order that is no number', replace(HOSTED, 'sortOrder="4"', 'sortOrder="x"'), HOSTED, /"x" is no whole number/],
  ['no use of the API', replace(HOSTED, '>true<', '>false<'), HOSTED, /reqUseApi must be true/],
  ['a height that is too small', replace(HOSTED, '>480<', '>239<'), HOSTED, /reqSoftphoneHeight must be 240 to 2560/],
  ['a width that is too big', replace(HOSTED, '>400<', '>1921<'), HOSTED, /reqSoftphoneWidth must be 200 to 1920/],
  [
    'the mode of Classic',
    replace(HOSTED, '>Lightning<', '>Classic<'),
    HOSTED,
    /must be Lightning or Classic_and_Lightning/,
  ],
  [
    'a standby without a limit',
    replace(HOSTED, '"reqDescription"', '"reqStandbyUrl"'),
    HOSTED,
    /reqTimeout must be milliseconds/,
  ],
  ['a setting that is none', replace(HOSTED, '"apiBase"', '"apiBass"'), HOSTED, /has no setting "apiBass"/],
  ['rules that are not JSON', replace(HOSTED, '(JSON)"></item>', '(JSON)">[</item>'), HOSTED, /popRules is not JSON/],
  [
    'an API in plain http',
    replace(HOSTED, '>https://api', '>http://api'),
    HOSTED,
    /apiBase must be an https:\/\/ address/,
  ],
];

describe('the package for Salesforce', () => {
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'cxone-salesforce-'));
  });
  after(() => rmSync(folder, {recursive: true, force: true}));

  it('passes its own check, which tells what is still to be filled in', () => {
    const {code, output} = check(built);
    assert.equal(code, 0, output);
    assert.match(output, /26 files, nothing wrong/);
    assert.match(output, /your own addresses in place of https:\/\/api\.example\.com, wss:/);
  });

  it('is taken with an admin’s own addresses, rules and standby page', () => {
    const copy = broken((path) => {
      for (const file of [TRUSTED, STREAM, VISUALFORCE, HOSTED]) {
        replace(file, /api\.example\.com/g, 'api.acme.test')(path);
      }
      replace(HOSTED, '(JSON)"></item>', '(JSON)">[{&quot;when&quot;: &quot;ring&quot;}]</item>')(path);
      const standby = '<item sortOrder="8" name="reqStandbyUrl" label="a">https://b.acme.test</item>';
      const limit = '<item sortOrder="9" name="reqTimeout" label="b">5000</item>';
      replace(HOSTED, /<\/section>/, `${standby}${limit}</section>`)(path);
    });
    const {code, output} = check(copy);
    assert.equal(code, 0, output);
    assert.doesNotMatch(output, /api\.example/);
  });

  it('is no package where there is none', () => {
    const {code, output} = check(join(folder, 'nothing'));
    assert.equal(code, 1);
    assert.match(output, /nothing\/sfdx-project\.json: is missing/);
  });

  for (const [name, change, file, words] of BREAKS) {
    it(`is refused with ${name}`, () => {
      const {code, output} = check(broken(change));
      assert.equal(code, 1, output);
      const told = output.split('\n').filter((line) => line.startsWith('✖') && line.includes(file));
      assert.ok(
        told.some((line) => words.test(line)),
        `${words} of ${file} is not told:\n${output}`,
      );
    });
  }

  it('brings scripts without maps, which an org cannot hold', () => {
    for (const name of ['cxone_widgets', 'cxone_worker']) {
      const script = readFileSync(join(built, MAIN, `staticresources/${name}.js`), 'utf8');
      assert.doesNotMatch(script, /sourceMappingURL/);
      assert.match(script, /third-party-notices\.txt/);
    }
    assert.ok(existsSync(join(built, 'third-party-notices.txt')));
  });

  it('names the settings of the call center as the widgets read them', () => {
    const source = readFileSync(join(root, 'src/adapters/common/host-settings.ts'), 'utf8');
    const read = [...source.slice(0, source.indexOf('/**\n')).matchAll(/'(\w+)'/g)].map(([, setting]) => setting);
    const definition = readFileSync(join(built, VISUALFORCE), 'utf8');
    const own = definition.slice(definition.indexOf('reqCxone'));
    const items = [...own.matchAll(/<item [^>]*name="(\w+)"/g)].map(([, item]) => item);
    assert.ok(items.length > 3);
    for (const item of items) assert.ok(read.includes(item), `${item} is read by nobody`);
  });
});
