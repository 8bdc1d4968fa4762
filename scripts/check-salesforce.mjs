/**
 * Checks a Salesforce project before deployment: `node scripts/check-salesforce.mjs [folder]`, by default
 * `dist/salesforce`. Prints each problem with path and line, and then exits with 1. The org checks more: Apex and templates.
 */
import {relative, resolve} from 'node:path';
import {root} from './ensure.mjs';
import {addressesOf, checkCallCenter} from './salesforce/check-call-center.mjs';
import {KINDS} from './salesforce/check-metadata.mjs';
import {Project} from './salesforce/project.mjs';
import {textOf} from './salesforce/xml.mjs';

const NAMESPACE = 'http://soap.sforce.com/2006/04/metadata';
const META = /^(.+)\/([^/]+)\.(\w+)-meta\.xml$/;
/** Placeholder hosts for the admin's own. Source: RFC 2606. */
const EXAMPLE = /(^|\.)example\.com$/;

const folder = resolve(process.argv[2] ?? `${root}/dist/salesforce`);
const project = new Project(folder);
const trusted = new Set();
const examples = new Set();

function checkMeta(path) {
  const [, inFolder, name, kind] = META.exec(path);
  const {folder: home, root: element, check} = Object.hasOwn(KINDS, kind) ? KINDS[kind] : {};
  if (!check) return project.report(path, 0, `"${kind}" is no kind of metadata that this package has`);
  const read = project.xml(path);
  if (!read) return;
  const report = (line, words) => project.report(path, line, words);
  if (read.name !== element) report(read.line, `the outermost element must be ${element}, not ${read.name}`);
  if (read.attributes.xmlns !== NAMESPACE) report(read.line, `xmlns must be ${NAMESPACE}`);
  if (!inFolder.split('/').includes(home)) report(0, `must be in a folder ${home}`);
  check(project, read, {folder: inFolder, name}, report);
  if (kind === 'cspTrustedSite' && textOf(read, 'isActive') === 'true') {
    const address = textOf(read, 'endpointUrl') ?? '';
    if (textOf(read, 'isApplicableToConnectSrc') === 'true' && URL.canParse(address))
      trusted.add(new URL(address).origin);
  }
}

/** Without its metadata, a file is left out of the deployment or makes it fail. */
function checkHasMeta(path) {
  const parts = path.split('/');
  const [home, file] = [parts.at(-2), parts.at(-1)];
  const meta = {
    staticresources: path.replace(/\.\w+$/, '.resource-meta.xml'),
    pages: `${path}-meta.xml`,
    classes: `${path}-meta.xml`,
  }[home];
  if (meta && !project.files.has(meta)) project.report(path, 0, `its metadata ${meta.split('/').at(-1)} is missing`);
  const bundle = parts.at(-3) === 'lwc' && [...parts.slice(0, -1), `${home}.js-meta.xml`].join('/');
  if (bundle && !project.files.has(bundle)) project.report(path, 0, `its metadata ${home}.js-meta.xml is missing`);
  if (!meta && !bundle) project.report(path, 0, `${file} is no part of a project of Salesforce`);
}

function checkCallCenters() {
  const names = new Map();
  for (const path of project.files) {
    if (!path.startsWith('call-centers/')) continue;
    const definition = project.xml(path);
    if (!definition) continue;
    const report = (line, words) => project.report(path, line, words);
    const name = checkCallCenter(definition, project.pages, report);
    if (names.has(name)) report(0, `reqInternalName ${name} is in ${names.get(name)} too`);
    names.set(name, path);
    for (const address of addressesOf(definition)) {
      const {origin, hostname} = new URL(address);
      if (!trusted.has(origin)) report(0, `${origin} is not among the trusted addresses: add a cspTrustedSites entry`);
      if (EXAMPLE.test(hostname)) examples.add(origin);
    }
  }
}

for (const path of project.files) {
  if (!path.startsWith('force-app/')) continue;
  if (path.endsWith('-meta.xml')) checkMeta(path);
  else checkHasMeta(path);
}
checkCallCenters();

const where = relative(process.cwd(), folder) || '.';
for (const problem of project.problems) console.error(`✖ ${where}/${problem}`);
if (project.problems.length === 0) console.log(`${where}: ${project.files.size} files, nothing wrong.`);
if (examples.size > 0)
  console.log(`Before you deploy, put your own addresses in place of ${[...examples].join(', ')}.`);
process.exitCode = project.problems.length > 0 ? 1 : 0;
