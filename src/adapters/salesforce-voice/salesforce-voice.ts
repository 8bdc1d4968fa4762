import {AdapterError, type CrmAdapter} from '../crm-adapter.js';
import type {SalesforceVoiceOptions} from './options.js';

export class SalesforceVoiceAdapter implements CrmAdapter {
  readonly name = 'salesforce-voice';
  readonly options: SalesforceVoiceOptions;

  constructor(options: SalesforceVoiceOptions = {}) {
    this.options = options;
  }

  async connect(): Promise<void> {
    throw new AdapterError('notHere', 'salesforce-voice: not in this version');
  }

  async open(): Promise<void> {
    throw new AdapterError('notHere', 'salesforce-voice: not in this version');
  }

  async search(): Promise<readonly []> {
    throw new AdapterError('notHere', 'salesforce-voice: not in this version');
  }

  async create(): Promise<void> {
    throw new AdapterError('notHere', 'salesforce-voice: not in this version');
  }

  disconnect(): void {}
}
