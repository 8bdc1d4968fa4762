import {Script} from 'node:vm';
import {allBelow, childrenOf, textOf} from './xml.mjs';

/** Size limits in bytes. Source: Salesforce, "Static Resources" and "Third-party components in LWC". */
const MAX_RESOURCE = 5 * 1_024 * 1_024;
const MAX_LWC_SCRIPT = 128 * 1_024;
/** Source: Salesforce, Metadata API, "CspTrustedSite". */
const CONTEXTS = ['All', 'Communities', 'FieldServiceMobileExtension', 'LEX', 'VisualForce'];
const API_NAME = /^[A-Za-z](?!.*__)(\w*[A-Za-z0-9])?$/;
const EXTENSIONS = {'application/javascript': '.js', 'text/javascript': '.js', 'text/css': '.css'};

const missing = (project, path) => !project.files.has(path);

/** The names that follow `prefix` in a text, such as those of resources, fields and channels. */
const namesAfter = (text, prefix) => [...text.matchAll(new RegExp(`${prefix}([\\w.]+)`, 'g'))].map(([, name]) => name);

function checkVersion(project, root, report) {
  const version = textOf(root, 'apiVersion');
  if (version !== project.apiVersion) {
    report(root.line, `apiVersion ${version ?? 'is missing'}: must be ${project.apiVersion}, as in sfdx-project.json`);
  }
}

function checkStaticResource(project, root, {folder, name}, report) {
  const type = textOf(root, 'contentType') ?? '';
  const path = `${folder}/${name}${EXTENSIONS[type] ?? ''}`;
  if (!API_NAME.test(name))
    report(1, `the name "${name}" must be letters, digits and single underscores, a letter first`);
  if (!EXTENSIONS[type])
    return report(root.line, `contentType "${type}" is none of ${Object.keys(EXTENSIONS).join(', ')}`);
  if (!['Public', 'Private'].includes(textOf(root, 'cacheControl')))
    report(root.line, 'cacheControl must be Public or Private');
  if (missing(project, path)) return report(root.line, `its file ${name}${EXTENSIONS[type]} is missing`);
  const bytes = project.size(path);
  if (bytes > MAX_RESOURCE) report(root.line, `${name} has ${bytes} bytes; a static resource may have ${MAX_RESOURCE}`);
}

function checkPage(project, root, {folder, name}, report) {
  const path = `${folder}/${name}.page`;
  if (missing(project, path)) return report(root.line, `its file ${name}.page is missing`);
  checkVersion(project, root, report);
  const page = project.xml(path);
  if (!page) return;
  const inPage = (line, words) => project.report(path, line, words);
  if (page.name !== 'apex:page') inPage(page.line, 'the outermost element must be apex:page');
  for (const {name: tag, line, attributes} of allBelow(page)) {
    if (tag === 'style' || attributes.style) inPage(line, 'styles do not belong into the page');
    if (tag === 'script' && !attributes.src)
      inPage(line, 'scripts do not belong into the page: name a static resource');
    const version = /\/support\/api\/([\d.]+)\//.exec(attributes.src ?? '')?.[1];
    if (version && version !== project.apiVersion)
      inPage(line, `Open CTI ${version}: must be ${project.apiVersion}, as in sfdx-project.json`);
    if (tag === 'script' && !version)
      checkClassic(project, namesAfter(attributes.src ?? '', '\\$Resource\\.')[0], inPage, line);
  }
  const text = project.text(path);
  for (const used of namesAfter(text, '\\$Resource\\.')) {
    if (!project.resources.includes(used)) inPage(1, `there is no static resource ${used}`);
  }
  for (const used of namesAfter(text, '\\$User\\.').filter((field) => field.endsWith('__c'))) {
    if (!project.fields.includes(`User.${used}`)) inPage(1, `there is no field ${used} of User`);
  }
}

/** Checks that a script is a classic one, because Salesforce's pages and components load no modules. */
function checkClassic(project, resource, report, line) {
  const path = project.pathOfResource(resource);
  if (!path) return;
  try {
    new Script(project.text(path), {filename: path});
  } catch (error) {
    report(line, `${resource} is no classic script: ${error.message}`);
  }
}

function checkClass(project, root, {folder, name}, report) {
  if (missing(project, `${folder}/${name}.cls`)) return report(root.line, `its file ${name}.cls is missing`);
  checkVersion(project, root, report);
  const declared = new RegExp(`class\\s+${name}\\b`);
  if (!declared.test(project.text(`${folder}/${name}.cls`))) report(root.line, `${name}.cls declares no class ${name}`);
}

/** Checks that the project holds everything that a component imports by name. */
function checkImports(project, path, text) {
  const inFile = (words) => project.report(path, 1, words);
  for (const name of namesAfter(text, '@salesforce/resourceUrl/')) {
    if (!project.resources.includes(name)) inFile(`there is no static resource ${name}`);
    checkClassic(project, name, (_, words) => inFile(words), 1);
  }
  for (const name of namesAfter(text, '@salesforce/schema/')) {
    if (name.endsWith('__c') && !project.fields.includes(name)) inFile(`there is no field ${name}`);
  }
  for (const name of namesAfter(text, '@salesforce/messageChannel/')) {
    if (!project.channels.includes(name.replace(/__c$/, ''))) inFile(`there is no message channel ${name}`);
  }
  for (const name of namesAfter(text, '@salesforce/apex/')) {
    const [apex, method] = name.split('.');
    const source = project.textOfClass(apex) ?? '';
    if (!new RegExp(`@AuraEnabled[^;{]*\\b${method}\\(`).test(source))
      inFile(`there is no @AuraEnabled method ${name}`);
  }
}

function checkBundle(project, root, {folder, name}, report) {
  checkVersion(project, root, report);
  if (folder.split('/').at(-1) !== name) report(root.line, `the folder must be named ${name}`);
  if (!/^[a-z]/.test(name) || !API_NAME.test(name))
    report(root.line, `the name "${name}" must begin with a small letter`);
  const script = `${folder}/${name}.js`;
  if (missing(project, script)) return report(root.line, `its file ${name}.js is missing`);
  for (const path of project.files) {
    if (!path.startsWith(`${folder}/`) || !path.endsWith('.js')) continue;
    if (project.size(path) > MAX_LWC_SCRIPT) project.report(path, 1, `has more than ${MAX_LWC_SCRIPT} bytes`);
    checkImports(project, path, project.text(path));
  }
  const all = allBelow(root);
  const targets = all.filter(({name: tag}) => tag === 'target').map(({text}) => text.trim());
  if (textOf(root, 'isExposed') === 'true' && targets.length === 0) report(root.line, 'isExposed needs a target');
  for (const {line, attributes} of all.filter(({name: tag}) => tag === 'targetConfig')) {
    for (const target of (attributes.targets ?? '').split(',')) {
      if (!targets.includes(target.trim()))
        report(line, `targetConfig names ${target.trim() || 'no target'}, which is none of the targets`);
    }
  }
  for (const {line, attributes} of all.filter(({name: tag}) => tag === 'property')) {
    const declared = new RegExp(`@api\\s+${attributes.name}\\b`);
    if (!declared.test(project.text(script))) report(line, `the component has no @api ${attributes.name}`);
  }
}

function checkTrusted(project, root, _, report) {
  const address = textOf(root, 'endpointUrl') ?? '';
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !['https:', 'wss:'].includes(url.protocol))
    report(root.line, `endpointUrl "${address}" must begin with https:// or wss://`);
  else if (url.pathname.length > 1 || url.search || url.hash)
    report(root.line, `endpointUrl "${address}" must be a host alone, without a path`);
  if (!CONTEXTS.includes(textOf(root, 'context'))) report(root.line, `context must be one of ${CONTEXTS.join(', ')}`);
  const directives = root.children.filter(({name}) => name.startsWith('isApplicableTo'));
  if (!directives.some(({text}) => text.trim() === 'true'))
    report(root.line, 'it allows nothing: no isApplicableTo… is true');
}

function checkPermissions(project, root, _, report) {
  const each = (list, field) => childrenOf(root, list).map((one) => ({line: one.line, name: textOf(one, field)}));
  for (const {line, name} of each('classAccesses', 'apexClass')) {
    if (project.textOfClass(name) === undefined) report(line, `there is no Apex class ${name}`);
  }
  for (const {line, name} of each('pageAccesses', 'apexPage')) {
    if (!project.pages.includes(name)) report(line, `there is no Visualforce page ${name}`);
  }
  for (const {line, name} of each('fieldPermissions', 'field')) {
    if (!project.fields.includes(name)) report(line, `there is no field ${name}`);
  }
}

function checkField(project, root, {name}, report) {
  if (textOf(root, 'fullName') !== name) report(root.line, `fullName must be ${name}, as the file`);
}

/**
 * Metadata types by file suffix: the required folder, the root element, and the check.
 * Source: Salesforce, Metadata API, each type's "File Suffix and Directory Location".
 */
export const KINDS = {
  resource: {folder: 'staticresources', root: 'StaticResource', check: checkStaticResource},
  page: {folder: 'pages', root: 'ApexPage', check: checkPage},
  cls: {folder: 'classes', root: 'ApexClass', check: checkClass},
  js: {folder: 'lwc', root: 'LightningComponentBundle', check: checkBundle},
  cspTrustedSite: {folder: 'cspTrustedSites', root: 'CspTrustedSite', check: checkTrusted},
  permissionset: {folder: 'permissionsets', root: 'PermissionSet', check: checkPermissions},
  field: {folder: 'fields', root: 'CustomField', check: checkField},
  messageChannel: {folder: 'messageChannels', root: 'LightningMessageChannel', check: () => undefined},
};
