import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {STRICT_CSP, type StaticRoot} from '../../../simulator/index.js';

const project = fileURLToPath(new URL('../../../dist/salesforce/force-app/main/default/', import.meta.url));

/** Where an org serves its static resources: the number changes with each of their versions. */
const RESOURCES = '/resource/1764806400000/';

const escapeAttribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

/** What Salesforce makes of a Visualforce page, as far as the package's own uses it. */
function render(markup: string, user: Readonly<Record<string, string>>): string {
  return markup
    .replace(/<apex:page[^>]*>/, '<!doctype html>')
    .replace('</apex:page>', '')
    .replace(/\{!URLFOR\(\$Resource\.(\w+)\)\}/g, (_, name: string) => RESOURCES + name)
    .replace(/\{!\$User\.(\w+)\}/g, (_, field: string) => escapeAttribute(user[field] ?? ''));
}

/**
 * The package as an org serves it: its Visualforce page below `/apex/`, and its static resources, whose addresses have no
 * ending.
 * @param user the fields of the user who is signed in.
 * @param resources names of those that the org has.
 */
export function visualforceRoots(
  user: Readonly<Record<string, string>>,
  resources: readonly string[] = ['cxone_widgets', 'cxone_worker'],
): StaticRoot[] {
  const page = 'CXone_Softphone';
  const file = join(mkdtempSync(join(tmpdir(), 'cxone-visualforce-')), `${page}.html`);
  writeFileSync(file, render(readFileSync(join(project, `pages/${page}.page`), 'utf8'), user));
  return [
    {prefix: `/apex/${page}`, dir: file, headers: {'content-security-policy': STRICT_CSP}},
    ...resources.map((name) => ({
      prefix: RESOURCES + name,
      dir: join(project, `staticresources/${name}.js`),
      headers: {'content-type': 'application/javascript'},
    })),
  ];
}
