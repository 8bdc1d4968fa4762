import {AdapterError, type CrmAdapter} from '../crm-adapter.js';
import type {SalesforceOptions} from './options.js';

export class SalesforceAdapter implements CrmAdapter {
  readonly name = 'salesforce';
  readonly options: SalesforceOptions;

  constructor(options: SalesforceOptions = {}) {
    this.options = options;
  }

  async connect(): Promise<void> {
    throw new AdapterError('notHere', 'salesforce: not in this version');
  }

  async open(): Promise<void> {
    throw new AdapterError('notHere', 'salesforce: not in this version');
  }

  async search(): Promise<readonly []> {
    throw new AdapterError('notHere', 'salesforce: not in this version');
  }

  async create(): Promise<void> {
    throw new AdapterError('notHere', 'salesforce: not in this version');
  }

  disconnect(): void {}
}
