import {AdapterError, type CrmAdapter} from '../crm-adapter.js';
import type {DynamicsXrmOptions} from './options.js';

export class DynamicsXrmAdapter implements CrmAdapter {
  readonly name = 'dynamics-xrm';
  readonly options: DynamicsXrmOptions;

  constructor(options: DynamicsXrmOptions = {}) {
    this.options = options;
  }

  async connect(): Promise<void> {
    throw new AdapterError('notHere', 'dynamics-xrm: not in this version');
  }

  async open(): Promise<void> {
    throw new AdapterError('notHere', 'dynamics-xrm: not in this version');
  }

  async search(): Promise<readonly []> {
    throw new AdapterError('notHere', 'dynamics-xrm: not in this version');
  }

  async create(): Promise<void> {
    throw new AdapterError('notHere', 'dynamics-xrm: not in this version');
  }

  disconnect(): void {}
}
