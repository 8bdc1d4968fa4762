import {AdapterError, type CrmAdapter} from '../crm-adapter.js';
import type {HubSpotOptions} from './options.js';

export class HubSpotAdapter implements CrmAdapter {
  readonly name = 'hubspot';
  readonly options: HubSpotOptions;

  constructor(options: HubSpotOptions = {}) {
    this.options = options;
  }

  async connect(): Promise<void> {
    throw new AdapterError('notHere', 'hubspot: not in this version');
  }

  async open(): Promise<void> {
    throw new AdapterError('notHere', 'hubspot: not in this version');
  }

  async search(): Promise<readonly []> {
    throw new AdapterError('notHere', 'hubspot: not in this version');
  }

  async create(): Promise<void> {
    throw new AdapterError('notHere', 'hubspot: not in this version');
  }

  disconnect(): void {}
}
