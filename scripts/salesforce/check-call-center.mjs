import {childrenOf} from './xml.mjs';

/** Source of all rules here: Salesforce, "Call Center Definition Files", and crm-hosts.md A6. */
const GENERAL = 'reqGeneralInfo';
const MAX_INTERNAL_NAME = 40;
const MAX_DISPLAY_NAME = 1_000;
const SIZES = {reqSoftphoneHeight: [240, 2_560], reqSoftphoneWidth: [200, 1_920]};
const MODES = ['Lightning', 'Classic_and_Lightning'];

/** The widgets' own section and its allowed settings. Source: `src/adapters/common/host-settings.ts`. */
const OWN = 'reqCxone';
const ADDRESSES = {apiBase: 'https:', streamBase: 'wss:', tokenUrl: 'https:'};
const TEXTS = ['agentId', 'userId', 'workerUrl', ...Object.keys(ADDRESSES)];
const JSONS = ['popRules', 'salesforce', 'settings'];

const settingOf = (name) => name.replace(/^cxone_?(.)/, (_, first) => first.toLowerCase());

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** All addresses that the softphone uses with this definition; the org must trust each of them. */
export function addressesOf(definition) {
  const values = Object.fromEntries(
    childrenOf(definition, 'section')
      .filter(({attributes}) => attributes.name === OWN)
      .flatMap((section) => childrenOf(section, 'item'))
      .map(({attributes, text}) => [settingOf(attributes.name ?? ''), text.trim()]),
  );
  const {apiBase, tokenUrl} = values;
  const stream = values.streamBase || apiBase?.replace(/^http/, 'ws');
  return [apiBase, stream, tokenUrl].filter((address) => address && URL.canParse(address));
}

/** Checks that each element has a name, a sort order and a label, and that none of them appears twice. */
function checkNames(elements, what, report) {
  for (const key of ['name', 'sortOrder', 'label']) {
    const seen = new Set();
    for (const element of elements) {
      const value = element.attributes[key];
      if (value === undefined) report(element.line, `a ${what} has no ${key}`);
      else if (key !== 'label' && seen.has(value)) report(element.line, `two ${what}s have the ${key} "${value}"`);
      seen.add(value);
    }
  }
  for (const {line, attributes} of elements) {
    if (attributes.name !== undefined && !/^[A-Za-z][A-Za-z0-9]*$/.test(attributes.name)) {
      report(line, `the ${what} "${attributes.name}" must be letters and digits, a letter first`);
    }
    if (attributes.sortOrder !== undefined && !/^\d+$/.test(attributes.sortOrder)) {
      report(line, `sortOrder "${attributes.sortOrder}" is no whole number`);
    }
  }
}

function checkGeneral(section, pages, report) {
  const items = new Map(childrenOf(section, 'item').map((item) => [item.attributes.name, item]));
  const check = (name, isRight, words, needed = true) => {
    const item = items.get(name);
    const value = item?.text.trim();
    if (value ? !isRight(value) : needed) report(item?.line ?? section.line, `${name} ${words}`);
  };
  const inOrder = (name, order) => {
    const item = items.get(name);
    if (item && item.attributes.sortOrder !== order) report(item.line, `${name} must have sortOrder ${order}`);
  };
  const name = new RegExp(`^[A-Za-z][A-Za-z0-9]{0,${MAX_INTERNAL_NAME - 1}}$`);
  check(
    'reqInternalName',
    (value) => name.test(value),
    `must be ${MAX_INTERNAL_NAME} letters and digits at most, a letter first`,
  );
  check(
    'reqDisplayName',
    (value) => value.length <= MAX_DISPLAY_NAME,
    `must be ${MAX_DISPLAY_NAME} characters at most, and be there`,
  );
  inOrder('reqInternalName', '0');
  inOrder('reqDisplayName', '1');
  const isAddress = (value) => /^https:\/\//.test(value) && URL.canParse(value);
  check(
    'reqAdapterUrl',
    (value) => value.startsWith('/') || isAddress(value),
    'must be an https address, or the path of a Visualforce page',
  );
  const page = /^\/apex\/(\w+)/.exec(items.get('reqAdapterUrl')?.text.trim() ?? '')?.[1];
  if (page && !pages.includes(page)) report(items.get('reqAdapterUrl').line, `there is no Visualforce page ${page}`);
  check('reqUseApi', (value) => value === 'true', 'must be true');
  check('reqSalesforceCompatibilityMode', (value) => MODES.includes(value), `must be ${MODES.join(' or ')}`);
  for (const [size, [least, most]] of Object.entries(SIZES)) {
    const fits = (value) => /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most;
    check(size, fits, `must be ${least} to ${most} pixels`);
  }
  check('reqStandbyUrl', isAddress, 'must be an https address', false);
  check(
    'reqTimeout',
    (value) => /^[1-9]\d*$/.test(value),
    'must be milliseconds, with reqStandbyUrl',
    items.has('reqStandbyUrl'),
  );
}

/** Checks our own section. It cannot be changed after the import: with a wrong name the admin needs a new call center. */
function checkOwn(section, report) {
  for (const {line, attributes, text} of childrenOf(section, 'item')) {
    const name = settingOf(attributes.name ?? '');
    const value = text.trim();
    if (![...TEXTS, ...JSONS].includes(name)) {
      report(line, `${OWN} has no setting "${attributes.name}": it takes ${[...TEXTS, ...JSONS].join(', ')}`);
    } else if (value && JSONS.includes(name) && !isJson(value)) report(line, `${name} is not JSON`);
    else if (value && ADDRESSES[name]) {
      const {protocol, username} = URL.canParse(value) ? new URL(value) : {};
      const right = [ADDRESSES[name], name === 'streamBase' && 'https:'].includes(protocol) && !username;
      if (!right) report(line, `${name} must be an ${ADDRESSES[name]}// address`);
    }
  }
}

/**
 * Checks a call-center definition before it is imported in Setup.
 * @param pages names of the Visualforce pages in the same project.
 * @param report takes a line and the problem there.
 * @returns the internal name, which must be unique.
 */
export function checkCallCenter(definition, pages, report) {
  if (definition.name !== 'callCenter') report(definition.line, 'the outermost element must be callCenter');
  const sections = childrenOf(definition, 'section');
  checkNames(sections, 'section', report);
  for (const section of sections) checkNames(childrenOf(section, 'item'), 'item', report);
  const named = (name) => sections.find(({attributes}) => attributes.name === name);
  const general = named(GENERAL);
  if (!general) return void report(definition.line, `the section ${GENERAL} is missing`);
  checkGeneral(general, pages, report);
  if (named(OWN)) checkOwn(named(OWN), report);
  return childrenOf(general, 'item')
    .find(({attributes}) => attributes.name === 'reqInternalName')
    ?.text.trim();
}
