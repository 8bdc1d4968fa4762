import type {BrowserContext} from 'puppeteer-core';
import {browserHost, type ConformanceHost} from './kit/index.js';

/** Makes a host on a simulator's port, in a browser context of its own. */
export interface HostFactory {
  readonly name: string;
  make(browser: BrowserContext, port: number): ConformanceHost;
}

const page = (port: number, host: string, site: string): string => `http://${site}:${port}/demo/hosts/${host}.html`;

/** The bare host page of a CRM, with the widgets in a frame of another site. */
function address(port: number, host: string): {url: string; phonePath: string; intruderUrl: string} {
  const url = new URL(page(port, host, 'localhost'));
  url.searchParams.set('phone', page(port, `${host}-phone`, 'widgets.localhost'));
  return {url: url.href, phonePath: `${host}-phone.html`, intruderUrl: page(port, 'intruder', 'intruder.localhost')};
}

export const HOSTS: readonly HostFactory[] = [
  {
    name: 'generic',
    make: (browser, port) =>
      browserHost({
        ...address(port, 'generic'),
        name: 'generic',
        browser,
        can: {create: true, clickToDial: true, logs: true, messages: true},
        entity: (entity) => entity,
        idOf: ({entity, n}) => `${entity}-${n}`,
        field: (_entity, field) => field,
        record: ({entity, n, name, email, phone}) => ({
          entity,
          id: `${entity}-${n}`,
          name,
          fields: {name, email, phone},
        }),
        forgeries: [
          {type: 'cxone-crm', version: 1, id: 'x', method: 'open', entity: 'account', recordId: 'account-1'},
          {type: 'cxone-crm-event', event: 'click-to-dial', number: '666'},
        ],
      }),
  },
];
