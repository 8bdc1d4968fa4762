import type {RecordRef} from '../../domain/screen-pop.js';
import {withTimeLimit} from '../common/time-limit.js';
import {AdapterError, isAdapterError, type ClickToDial} from '../crm-adapter.js';
import {own, ownText, readList} from '../common/own.js';
import {entityOfId, isSalesforceId} from '../salesforce/record-id.js';
import type {LwcHost} from './options.js';

/** The most records to keep from one answer. Source: our choice; nobody chooses among more in a side panel. */
const MAX_RECORDS = 50;

const REQUIRED = ['navigate', 'encodeDefaultFieldValues'] as const;
const OPTIONAL = ['openTab', 'isConsole', 'search', 'saveTask', 'showCallState', 'subscribe'] as const;

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as {then?: unknown}).then === 'function';

/**
 * Waits for the functions that the component hands over.
 * @throws {AdapterError} `timeout`; `notHere` if the component gives up; `badConfig` with the name of what is not a function.
 */
export async function handedOver(
  host: LwcHost | PromiseLike<LwcHost>,
  limitMs: number,
  signal: AbortSignal,
): Promise<LwcHost> {
  const given = await withTimeLimit<LwcHost>('salesforce-lwc: the component', limitMs, signal, (resolve, reject) => {
    Promise.resolve(host).then(resolve, (cause: unknown) => {
      reject(new AdapterError('notHere', 'salesforce-lwc: the component gave its functions up', {cause}));
    });
  });
  if (typeof given !== 'object' || given === null) {
    throw new AdapterError('badConfig', 'salesforce-lwc: the component must hand over an object of functions');
  }
  for (const name of [...REQUIRED, ...OPTIONAL]) {
    const needed = (REQUIRED as readonly string[]).includes(name);
    if (given[name] === undefined ? needed : typeof given[name] !== 'function') {
      throw new AdapterError('badConfig', `salesforce-lwc: ${name} must be a function`);
    }
  }
  return given;
}

/**
 * Calls one of the component's functions and handles anything it throws, returns or rejects with: Apex rejects with plain
 * objects.
 * @throws {AdapterError} `timeout` after `limitMs` or with `signal`; `refused`.
 */
export function callComponent(
  call: keyof LwcHost,
  limitMs: number,
  signal: AbortSignal,
  run: () => unknown,
): Promise<unknown> {
  const what = `salesforce-lwc: ${call}`;
  return withTimeLimit<unknown>(what, limitMs, signal, (resolve, reject) => {
    const refuse = (cause: unknown): void =>
      reject(isAdapterError(cause) ? cause : new AdapterError('refused', `${what} failed`, {cause}));
    try {
      const result = run();
      if (isThenable(result)) result.then(resolve, refuse);
      else resolve(result);
    } catch (error) {
      refuse(error);
    }
  });
}

/**
 * The records of an Apex search. Every id is checked, because it becomes part of an address.
 * @param entity the searched object, for answers that do not name it.
 * @throws {AdapterError} `badReply` if the answer is not a list, or an item names no record.
 */
export function readRecords(entity: string, answer: unknown): readonly RecordRef[] {
  if (!Array.isArray(answer)) throw new AdapterError('badReply', 'salesforce-lwc: search was not answered with a list');
  const list: readonly unknown[] = answer;
  return readList<RecordRef>(list, MAX_RECORDS, (item) => {
    const id = ownText(item, 'id');
    const object = ownText(item, 'entity') ?? entity;
    if (!id || !isSalesforceId(id, object)) {
      throw new AdapterError('badReply', 'salesforce-lwc: a record without an id of Salesforce');
    }
    const name = ownText(item, 'name');
    return {entity: object, id, ...(name !== undefined && {name})};
  });
}

/** The clicked number in an event of the component; `undefined` for other events. */
export function readClick(event: unknown): ClickToDial | undefined {
  const number = ownText(event, 'number')?.trim();
  if (own(event, 'type') !== 'click-to-dial' || !number) return undefined;
  const id = ownText(event, 'recordId');
  const entity = id === undefined ? undefined : (ownText(event, 'objectApiName') ?? entityOfId(id));
  const known = id !== undefined && entity !== undefined && isSalesforceId(id, entity);
  return {number, ...(known && {record: {entity, id}})};
}
