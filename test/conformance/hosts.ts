import type {BrowserContext} from 'puppeteer-core';
import {browserHost, type ConformanceHost, type Entity, type SampleRecord} from './kit/index.js';

/** Makes a host on a simulator's port, in a browser context of its own. */
export interface HostFactory {
  readonly name: string;
  make(browser: BrowserContext, port: number): ConformanceHost;
}

const page = (port: number, host: string, site: string): string => `http://${site}:${port}/demo/hosts/${host}.html`;

/** The bare host page of a CRM, with the widgets in a frame of another site. */
function address(
  port: number,
  host: string,
  {
    site = 'widgets.localhost',
    query = {},
  }: {readonly site?: string; readonly query?: Readonly<Record<string, string>>} = {},
): {url: string; phonePath: string; intruderUrl: string} {
  const url = new URL(page(port, host, 'localhost'));
  const phone = new URL(page(port, `${host}-phone`, site));
  for (const [name, value] of Object.entries(query)) phone.searchParams.set(name, value);
  url.searchParams.set('phone', phone.href);
  return {url: url.href, phonePath: `${host}-phone.html`, intruderUrl: page(port, 'intruder', 'intruder.localhost')};
}

const ALL = {records: true, email: true, create: true, clickToDial: true, logs: true, messages: true, phone: false};

/** An id as Salesforce makes them: an object's prefix, a number, and three characters that tell the capitals. */
function salesforceId(prefix: string, n: number): string {
  const id = `${prefix}Qy00000${String(n).padStart(5, '0')}`;
  const suffix = [0, 5, 10].map((start) => {
    const bits = [...id.slice(start, start + 5)].reduce((sum, c, i) => sum + (/[A-Z]/.test(c) ? 1 << i : 0), 0);
    return 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'[bits];
  });
  return id + suffix.join('');
}

/** The same id for the same sample, in the shape of a GUID. */
const guid = ({entity, n}: {entity: Entity; n: number}): string =>
  `0000c0de-0000-4000-8000-${entity === 'account' ? '1' : '2'}${String(n).padStart(11, '0')}`;

/** What Dataverse's tables hold of a sample: every column that is asked for has to be there. */
const dataverse = (sample: SampleRecord): unknown => ({
  entity: sample.entity,
  id: guid(sample),
  name: sample.name,
  fields: {
    ...(sample.entity === 'account' ? {name: sample.name, accountnumber: `A-${sample.n}`} : {fullname: sample.name}),
    emailaddress1: sample.email ?? '',
    telephone1: sample.phone ?? '',
    mobilephone: '',
  },
});

const DATAVERSE = {
  entity: (name: Entity) => name,
  idOf: guid,
  field: (_entity: Entity, field: 'email' | 'phone') => (field === 'email' ? 'emailaddress1' : 'telephone1'),
  record: dataverse,
};

const SALESFORCE = {
  entity: (name: Entity): string => (name === 'account' ? 'Account' : 'Contact'),
  idOf: ({entity, n}: {entity: Entity; n: number}): string => salesforceId(entity === 'account' ? '001' : '003', n),
  field: (_entity: Entity, field: 'email' | 'phone'): string => (field === 'email' ? 'Email' : 'Phone'),
  record: (sample: SampleRecord): unknown => ({
    entity: SALESFORCE.entity(sample.entity),
    id: SALESFORCE.idOf(sample),
    name: sample.name,
    fields: {Name: sample.name, LastName: sample.name, Email: sample.email, Phone: sample.phone},
  }),
};

export const HOSTS: readonly HostFactory[] = [
  {
    name: 'generic',
    make: (browser, port) =>
      browserHost({
        ...address(port, 'generic'),
        name: 'generic',
        browser,
        can: ALL,
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
  {
    name: 'salesforce',
    make: (browser, port) =>
      browserHost({
        ...address(port, 'open-cti'),
        ...SALESFORCE,
        name: 'salesforce',
        browser,
        can: ALL,
        // In the tongue of Salesforce's own library and of the stand-in.
        forgeries: [57, 66].flatMap((apiVersion) => [
          {
            apiType: 'opencti',
            apiVersion,
            methodName: 'onClickToDial',
            shouldExecuteListener: true,
            response: {number: '666'},
          },
          {
            apiType: 'opencti',
            apiVersion,
            methodName: 'screenPop',
            callId: 0,
            isCallbackRegistered: true,
            isListenerRegistered: false,
            args: {type: 'sobject', params: {recordId: salesforceId('001', 1)}},
          },
        ]),
      }),
  },
  {
    name: 'salesforce-lwc',
    make: (browser, port) =>
      browserHost({
        ...SALESFORCE,
        url: page(port, 'lwc', 'localhost'),
        phonePath: 'lwc.html',
        intruderUrl: page(port, 'intruder', 'intruder.localhost'),
        name: 'salesforce-lwc',
        browser,
        // The component is a part of the page: no messages are sent that a frame could imitate.
        can: {...ALL, messages: false},
        forgeries: [],
      }),
  },
  {
    name: 'salesforce-voice',
    make: (browser, port) =>
      browserHost({
        ...address(port, 'scv'),
        ...SALESFORCE,
        name: 'salesforce-voice',
        browser,
        can: {
          // A flow of Omni-Channel pops records, by the call: a connector has no word for them, nor for searches and forms.
          records: false,
          email: false,
          create: false,
          // A clicked number is dialled by Salesforce's controls: the widgets are asked to call, not told of a click.
          clickToDial: false,
          // Salesforce keeps a VoiceCall record of each call itself.
          logs: false,
          messages: true,
          phone: true,
        },
        // In the tongue of Salesforce's connector library, both ways.
        forgeries: [
          {type: 'SETUP_CONNECTOR', connectorConfig: {}},
          {type: 'ACCEPT_CALL', call: {}},
          {type: 'DIAL', contact: {phoneNumber: '666'}},
          {type: 'CONNECTOR_READY', payload: {}},
          {
            type: 'TELEPHONY_EVENT_DISPATCHED',
            payload: {telephonyEventType: 'CALL_STARTED', telephonyEventPayload: {callId: '666', phoneNumber: '666'}},
          },
        ],
      }),
  },
  {
    name: 'dynamics (CIF)',
    make: (browser, port) =>
      browserHost({
        ...address(port, 'cif', {query: {org: `http://localhost:${port}`}}),
        ...DATAVERSE,
        name: 'dynamics (CIF)',
        browser,
        can: ALL,
        forgeries: [
          {
            messageType: 'onclicktoact',
            messageData: {value: '666', name: 'telephone1', format: 'Phone'},
            messageCorrelationId: 'host-666',
          },
          {messageType: 'openform', messageData: {entityFormOptions: '{}'}, messageCorrelationId: 'x'},
        ],
      }),
  },
  {
    name: 'dynamics (form)',
    make: (browser, port) =>
      browserHost({
        // A web resource is of the form's own origin: another one cannot reach Xrm, and no messages are sent.
        ...address(port, 'xrm', {site: 'localhost'}),
        ...DATAVERSE,
        name: 'dynamics (form)',
        browser,
        can: {...ALL, clickToDial: false, messages: false},
        forgeries: [],
      }),
  },
  {
    name: 'hubspot',
    make(browser, port) {
      const entity = (name: Entity): string => (name === 'account' ? 'company' : 'contact');
      // HubSpot's ids are numbers.
      const idOf = ({entity: of, n}: {entity: Entity; n: number}): string =>
        String((of === 'account' ? 1_000 : 2_000) + n);
      return browserHost({
        ...address(port, 'hubspot'),
        name: 'hubspot',
        browser,
        // The calling SDK looks up a caller's number and nothing else, and opens no form.
        can: {...ALL, email: false, create: false},
        entity,
        idOf,
        field: (_entity, field) => field,
        record: (sample) => ({
          entity: entity(sample.entity),
          id: idOf(sample),
          name: sample.name,
          fields: {email: sample.email ?? '', phone: sample.phone ?? ''},
        }),
        forgeries: [
          {type: 'SYNC', hostUrl: `http://intruder.localhost:${port}`, portalId: 62_515, messageId: 'x1'},
          {type: 'DIAL_NUMBER', data: {phoneNumber: '666'}, messageId: 'x2'},
          {
            type: 'NAVIGATE_TO_RECORD',
            data: {objectCoordinates: {portalId: 62_515, objectId: 1_001, objectTypeId: '0-2'}},
            messageId: 'x3',
          },
        ],
      });
    },
  },
];
