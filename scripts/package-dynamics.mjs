/**
 * Builds `dist/dynamics`: the panel's page for a web server, and a solution whose web resources are the page in a form.
 * To insert your own addresses:
 *
 * `node scripts/package-dynamics.mjs --org=https://acme.crm.dynamics.com --phone=https://phone.acme.example
 * --api=https://api.cxone.example --broker=https://login.acme.example/token`
 */
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {root} from './ensure.mjs';
import {zip} from './zip.mjs';

/** The publisher's prefix and the folder that start all of the solution's names. */
const PREFIX = 'cxn';
const FOLDER = `${PREFIX}_/cxone/`;
/** Any number of five digits; Dataverse reserves it for this publisher's choices. */
const CHOICE_PREFIX = 28471;
const LANGUAGE = 1033;

/** The placeholders in `hosts/dynamics` for the admin's own addresses. */
const PLACEHOLDERS = {
  org: 'https://org.crm.dynamics.com',
  phone: 'https://phone.example.com',
  api: 'https://api.example.com',
  broker: 'https://broker.example.com/token',
};

/** Web resource types by file extension. Source: Dataverse, web resource types. */
const TYPES = {html: 1, css: 2, js: 3};

const source = (path) => readFileSync(join(root, 'hosts/dynamics', path), 'utf8');
const built = (name) =>
  // The source maps are not included.
  readFileSync(join(root, 'dist/static', name), 'utf8').replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n');

const escape = (text) =>
  text.replace(/[&<>"]/g, (sign) => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'})[sign]);

/** Checks that an address can be inserted unchanged into a page, a script and a policy. */
function checked(name, address) {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const local = url?.protocol === 'http:' && /^(.+\.)?localhost$/.test(url.hostname);
  const path = name === 'broker' || name === 'api' ? /^[\w./-]*$/ : /^\/$/;
  if (
    !url ||
    (url.protocol !== 'https:' && !local) ||
    !path.test(url.pathname) ||
    url.search ||
    url.hash ||
    url.username
  )
    throw new Error(`--${name} must be an https address: ${address}`);
  return url;
}

/** @param {Partial<Record<keyof typeof PLACEHOLDERS, string>>} own addresses */
function fillIn(own) {
  const replacements = [];
  for (const [name, address] of Object.entries(own)) {
    const {href, origin, host, hostname} = checked(name, address);
    const given = new URL(PLACEHOLDERS[name]);
    const ws = origin.replace('http', 'ws');
    const whole = href.replace(/\/$/, '');
    replacements.push(
      // Replace whole addresses before origins, which the policies use.
      [`'${PLACEHOLDERS[name]}'`, `'${whole}'`],
      [given.origin.replace('http', 'ws'), ws],
      [given.origin, origin],
      [`'${given.host}'`, `'${hostname}'`],
      [given.host, host],
    );
  }
  return (text) => replacements.reduce((result, [from, to]) => result.replaceAll(from, to), text);
}

/** An id derived from the name, so that a later version replaces an earlier one. */
function idOf(name) {
  const hex = createHash('sha256').update(`cxone-crm-widgets ${name}`).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return parts.join('-');
}

/** Describes a web resource in the same form as Dataverse's own exports. */
function describeResource([file, content]) {
  const name = FOLDER + file;
  const id = idOf(name);
  const path = `WebResources/${name.replace(/[/.]/g, '')}${id.toUpperCase()}`;
  return {name, id, path, file, content, type: TYPES[file.split('.').at(-1)]};
}

const customizations = (resources) => `<?xml version="1.0" encoding="utf-8"?>
<ImportExportXml xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <Entities></Entities>
  <Roles></Roles>
  <Workflows></Workflows>
  <FieldSecurityProfiles></FieldSecurityProfiles>
  <Templates />
  <EntityMaps />
  <EntityRelationships />
  <OrganizationSettings />
  <optionsets />
  <WebResources>${resources
    .map(
      ({name, id, path, file, type}) => `
    <WebResource>
      <WebResourceId>{${id}}</WebResourceId>
      <Name>${name}</Name>
      <DisplayName>CXone: ${file}</DisplayName>
      <LanguageCode>${LANGUAGE}</LanguageCode>
      <WebResourceType>${type}</WebResourceType>
      <IntroducedVersion>1.0.0.0</IntroducedVersion>
      <IsEnabledForMobileClient>0</IsEnabledForMobileClient>
      <IsAvailableForMobileOffline>0</IsAvailableForMobileOffline>
      <IsCustomizable>1</IsCustomizable>
      <CanBeDeleted>1</CanBeDeleted>
      <IsHidden>0</IsHidden>
      <FileName>/${path}</FileName>
    </WebResource>`,
    )
    .join('')}
  </WebResources>
  <Languages>
    <Language>${LANGUAGE}</Language>
  </Languages>
</ImportExportXml>
`;

const solution = (resources, version) => `<?xml version="1.0" encoding="utf-8"?>
<ImportExportXml version="9.2.0.0" SolutionPackageVersion="9.2" languagecode="${LANGUAGE}" generatedBy="CrmLive" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <SolutionManifest>
    <UniqueName>CXoneCrmWidgets</UniqueName>
    <LocalizedNames>
      <LocalizedName description="CXone CRM widgets" languagecode="${LANGUAGE}" />
    </LocalizedNames>
    <Descriptions>
      <Description description="The phone of CXone as a web resource for forms." languagecode="${LANGUAGE}" />
    </Descriptions>
    <Version>${version}.0</Version>
    <Managed>0</Managed>
    <Publisher>
      <UniqueName>cxonecrmwidgets</UniqueName>
      <LocalizedNames>
        <LocalizedName description="CXone CRM widgets" languagecode="${LANGUAGE}" />
      </LocalizedNames>
      <Descriptions />
      <EMailAddress xsi:nil="true"></EMailAddress>
      <SupportingWebsiteUrl xsi:nil="true"></SupportingWebsiteUrl>
      <CustomizationPrefix>${PREFIX}</CustomizationPrefix>
      <CustomizationOptionValuePrefix>${CHOICE_PREFIX}</CustomizationOptionValuePrefix>
      <Addresses></Addresses>
    </Publisher>
    <RootComponents>${resources
      .map(
        ({name, id}) => `
      <RootComponent type="61" id="{${id}}" schemaName="${name}" behavior="0" />`,
      )
      .join('')}
    </RootComponents>
    <MissingDependencies />
  </SolutionManifest>
</ImportExportXml>
`;

const contentTypes = (resources) => `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
  <Default Extension="xml" ContentType="application/octet-stream" />${resources
    .map(
      ({path}) => `
  <Override PartName="/${path}" ContentType="application/octet-stream" />`,
    )
    .join('')}
</Types>
`;

/** The scripts of `dist/static` that a page loads only when it needs them. */
const parts = (wanted) => readdirSync(join(root, 'dist/static')).filter((name) => name.endsWith('.js') && wanted(name));

const NOTICES = 'third-party-notices';

/**
 * @param {string} folder the output folder; existing files are overwritten.
 * @param {Partial<Record<keyof typeof PLACEHOLDERS, string>>} own addresses; a missing one keeps its placeholder.
 * @throws for an invalid address.
 */
export function packageDynamics(folder = join(root, 'dist/dynamics'), own = {}) {
  const filled = fillIn(own);
  const write = (path, content) => {
    mkdirSync(dirname(join(folder, path)), {recursive: true});
    writeFileSync(join(folder, path), content);
  };

  for (const name of ['provider.json', 'custom-parameters.json']) write(name, filled(source(name)));

  const ofPanel = (name) =>
    /^(cxone-crm-widgets|worker|hub|elected-hub|attention|host-work|widget-parts|phone-numbers|adapter-dynamics)\.js$|^(language|dialect)-/.test(
      name,
    );
  for (const name of ['phone.html', 'settings.js']) write(`panel/${name}`, filled(source(`panel/${name}`)));
  write('panel/phone.css', source('phone.css'));
  for (const name of [...parts(ofPanel), `${NOTICES}.txt`]) write(`panel/${name}`, built(name));

  const notices = `<!doctype html>\n<meta charset="utf-8" />\n<title>Licences</title>\n<pre>${escape(built(`${NOTICES}.txt`))}</pre>\n`;
  const single = built('cxone-dynamics.iife.js');
  const resources = [
    ['phone.html', filled(source('form/phone.html'))],
    ['settings.js', filled(source('form/settings.js'))],
    ['phone.css', source('phone.css')],
    ['cxone-dynamics.js', single],
    ...parts((name) => name.startsWith('language-') && single.includes(`./${name}`)).map((name) => [name, built(name)]),
    [`${NOTICES}.html`, notices],
  ].map(describeResource);
  const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const files = [
    ['[Content_Types].xml', contentTypes(resources)],
    ['solution.xml', solution(resources, version)],
    ['customizations.xml', customizations(resources)],
    ...resources.map(({path, content}) => [path, content]),
  ];
  for (const [path, content] of files) write(`solution/${path}`, content);
  write('cxone-solution.zip', zip(files.map(([path, content]) => [path, Buffer.from(content)])));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const given = process.argv.slice(2).map((arg) => /^--(\w+)=(.+)$/.exec(arg) ?? [arg, '']);
  const unknown = given.find(([, name]) => !(name in PLACEHOLDERS));
  if (unknown) {
    console.error(`Unknown: ${unknown[0]}. Use --${Object.keys(PLACEHOLDERS).join('=…, --')}=…`);
    process.exit(2);
  }
  packageDynamics(undefined, Object.fromEntries(given.map(([, name, address]) => [name, address])));
  console.log('Written: dist/dynamics');
}
