import {AdapterError} from '../crm-adapter.js';

/** A target of Salesforce's navigation. Source: crm-hosts.md A4 "NavigationMixin". */
export interface PageReference {
  readonly type: 'standard__recordPage' | 'standard__objectPage';
  readonly attributes: Readonly<Record<string, string>>;
  readonly state?: Readonly<Record<string, string>>;
}

/** An object's API name, with or without a namespace. Source: Salesforce, naming of objects. */
const API_NAME = /^[A-Za-z][A-Za-z0-9_]{0,79}$/;

function objectName(entity: string): string {
  if (!API_NAME.test(entity))
    throw new AdapterError('badConfig', 'salesforce-lwc: a rule names no object of Salesforce');
  return entity;
}

/** The page of a record. @param id Salesforce's own id. */
export function recordPage(entity: string, id: string): PageReference {
  return {
    type: 'standard__recordPage',
    attributes: {recordId: id, objectApiName: objectName(entity), actionName: 'view'},
  };
}

/** The form for a new record. @param defaults the result of `encodeDefaultFieldValues`. */
export function newRecordPage(entity: string, defaults: string): PageReference {
  return {
    type: 'standard__objectPage',
    attributes: {objectApiName: objectName(entity), actionName: 'new'},
    state: {defaultFieldValues: defaults},
  };
}
