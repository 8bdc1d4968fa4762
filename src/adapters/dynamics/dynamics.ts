import {AdapterError, type CrmAdapter} from '../crm-adapter.js';
import type {DynamicsOptions} from './options.js';

export class DynamicsAdapter implements CrmAdapter {
  readonly name = 'dynamics';
  readonly options: DynamicsOptions;

  constructor(options: DynamicsOptions = {}) {
    this.options = options;
  }

  async connect(): Promise<void> {
    throw new AdapterError('notHere', 'dynamics: not in this version');
  }

  async open(): Promise<void> {
    throw new AdapterError('notHere', 'dynamics: not in this version');
  }

  async search(): Promise<readonly []> {
    throw new AdapterError('notHere', 'dynamics: not in this version');
  }

  async create(): Promise<void> {
    throw new AdapterError('notHere', 'dynamics: not in this version');
  }

  disconnect(): void {}
}
