import {expect} from '@open-wc/testing';
import {readHostSettings} from '../../src/adapters/common/host-settings.js';
import {hostDraft, hostEntity, hostField, mergeNames} from '../../src/adapters/common/names.js';
import {withTimeLimit} from '../../src/adapters/common/time-limit.js';
import {readRecords as readMessageRecords} from '../../src/adapters/generic/replies.js';
import {Lookup} from '../../src/adapters/dynamics/lookup.js';
import {readRecords as readApexRecords} from '../../src/adapters/salesforce-lwc/component.js';
import {jsonText} from '../../src/domain/json-text.js';
import {AdapterError} from '../../src/adapters/crm-adapter.js';
import {detectHost} from '../../src/adapters/detect.js';

async function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => (error instanceof AdapterError ? `${error.code}: ${error.message}` : String(error)),
  );
}

describe('a host’s time limit', () => {
  const never = (): void => undefined;

  it('ends a call that nobody answers, or that is no longer wanted', async () => {
    expect(await failure(withTimeLimit('host: open', 20, undefined, never))).to.equal(
      'timeout: host: open was not answered',
    );
    const aborter = new AbortController();
    const waiting = withTimeLimit('host: open', 60_000, aborter.signal, never);
    aborter.abort();
    expect(await failure(waiting)).to.contain('timeout');
    expect(await failure(withTimeLimit('host: open', 60_000, aborter.signal, never))).to.contain('timeout');
  });

  it('passes answers and typed refusals on, and makes typed ones of what hosts throw', async () => {
    expect(await withTimeLimit('x', 1_000, undefined, (resolve) => resolve(5))).to.equal(5);
    const typed = new AdapterError('notFound', 'x: none');
    expect(await failure(withTimeLimit('x', 1_000, undefined, (_, reject) => reject(typed)))).to.equal(
      'notFound: x: none',
    );
    expect(await failure(withTimeLimit('x', 1_000, undefined, (_, reject) => reject('a text')))).to.equal(
      'refused: x failed',
    );
    const throws = (): never => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- Open CTI does.
      throw 'a text';
    };
    expect(await failure(withTimeLimit('x', 1_000, undefined, throws))).to.equal('refused: x failed');
  });

  it('hears the first answer only', async () => {
    const answer = await withTimeLimit<number>('x', 1_000, undefined, (resolve, reject) => {
      resolve(1);
      reject(new Error('late'));
      resolve(2);
    });
    expect(answer).to.equal(1);
  });
});

describe('a host’s names', () => {
  const names = mergeNames(
    {entities: {contact: 'Contact'}, fields: {'*': {email: 'Email'}, Account: {email: 'BillingEmail__c'}}},
    {entities: {case: 'Case'}, fields: {Contact: {phone: 'MobilePhone'}, '*': {name: 'LastName'}}},
  );

  it('are the admin’s over the defaults, the entity’s over all entities’, and else the rule’s own', () => {
    expect(hostEntity(names, 'contact')).to.equal('Contact');
    expect(hostEntity(names, 'case')).to.equal('Case');
    expect(hostEntity(names, 'My__c')).to.equal('My__c');
    expect(hostField(names, 'Contact', 'phone')).to.equal('MobilePhone');
    expect(hostField(names, 'Contact', 'email')).to.equal('Email');
    expect(hostField(names, 'Account', 'email')).to.equal('BillingEmail__c');
    expect(hostField(names, 'Account', 'name')).to.equal('LastName');
    expect(hostField(names, 'Account', 'Own__c')).to.equal('Own__c');
  });

  it('are not looked up in what objects inherit', () => {
    expect(hostEntity(names, 'constructor')).to.equal('constructor');
    expect(hostField(names, '__proto__', 'toString')).to.equal('toString');
  });

  it('fill a draft', () => {
    expect(hostDraft(names, {entity: 'contact', fields: {email: 'a@b.c', phone: '1', Own__c: 'x'}})).to.deep.equal({
      entity: 'Contact',
      fields: {Email: 'a@b.c', MobilePhone: '1', Own__c: 'x'},
    });
  });
});

describe('settings kept in a host', () => {
  it('are texts and JSON by name; what is not ours is left alone', () => {
    const items = {
      agentId: ' a1 ',
      apiBase: 'https://api.example.com',
      popRules: '[{"steps": []}]',
      dynamics: {toast: true},
      streamBase: '  ',
      reqDisplayName: 'Phone',
      tokenSource: 'evil()',
      __proto__: {userId: 'inherited'},
    };
    expect(readHostSettings('host', items)).to.deep.equal({
      agentId: 'a1',
      apiBase: 'https://api.example.com',
      popRules: [{steps: []}],
      dynamics: {toast: true},
    });
  });

  it('that are not JSON are named', () => {
    expect(() => readHostSettings('host: call centre', {popRules: '[oops'})).to.throw(
      AdapterError,
      'host: call centre: popRules is not JSON',
    );
  });
});

describe('which host a page is in', () => {
  const at = (search: string): string | undefined => {
    const before = location.href;
    history.replaceState(null, '', `${location.pathname}${search}`);
    try {
      return detectHost();
    } finally {
      history.replaceState(null, '', before);
    }
  };

  it('is told by the query that Salesforce puts on the softphone frame', () => {
    expect(at('?sfdcIframeOrigin=https%3A%2F%2Facme.lightning.force.com&mode=Lightning')).to.equal('salesforce');
    expect(at('?sfdcIframeOrigin=https%3A%2F%2Facme.lightning.force.com')).to.equal(undefined);
  });

  it('is told by what CIF leaves: its query, its script, its global', () => {
    expect(at('?ucilib=https%3A%2F%2Forg.crm.dynamics.com%2Fx.js')).to.equal('dynamics');
    const script = document.createElement('script');
    script.type = 'application/json';
    script.dataset['cifid'] = 'CIFMainLibrary';
    document.head.append(script);
    expect(detectHost()).to.equal('dynamics');
    script.remove();
    const globals = globalThis as {Microsoft?: unknown; Xrm?: unknown};
    globals.Microsoft = {CIFramework: {}};
    expect(detectHost()).to.equal('dynamics');
    globals.Microsoft = {};
    expect(detectHost()).to.equal(undefined);
    delete globals.Microsoft;
    globals.Xrm = {};
    expect(detectHost()).to.equal('dynamics-xrm');
    delete globals.Xrm;
  });

  it('is nowhere in particular, and throws nothing, in a frame of another site', async () => {
    const frame = document.createElement('iframe');
    frame.src = new URL('/test/support/detect.html', location.origin.replace('localhost', 'other.localhost')).href;
    const told = new Promise<unknown>((resolve) => {
      addEventListener('message', ({data, source}: MessageEvent<unknown>) => {
        if (source === frame.contentWindow) resolve(data);
      });
    });
    document.body.append(frame);
    expect(await told).to.deep.equal({host: 'none'});
    frame.remove();
  });
});

describe('a page whose libraries replaced built-ins', () => {
  const {from} = Array;
  const patched = Array.prototype as {toJSON?: unknown; entries: unknown};
  const {entries} = patched;

  // As Prototype.js 1.6 and 1.7 do.
  before(() => {
    Array.from = ((list: ArrayLike<unknown>) => [].slice.call(list)) as typeof Array.from;
    patched.entries = function (this: unknown[]) {
      return this.slice();
    };
    patched.toJSON = function (this: unknown[]) {
      return `[${this.join(', ')}]`;
    };
  });
  after(() => {
    Array.from = from;
    patched.entries = entries;
    delete patched.toJSON;
  });

  it('still has the records that its host found', async () => {
    const ID = '0035g00000XyZabAAF';
    const GUID = '11111111-2222-3333-4444-555555555555';
    const rows = [{contactid: GUID, fullname: 'Ann'}];
    const found = [
      readMessageRecords([{entity: 'contact', id: 'C-7', name: 'Ann'}]),
      readApexRecords('Contact', [{id: ID, name: 'Ann'}]),
      await new Lookup('dynamics', {}, () => Promise.resolve(rows)).search(
        {entity: 'contact', by: 'email', value: 'a@b.c'},
        new AbortController().signal,
      ),
    ];
    expect(found.map((records) => records.map(({id, name}) => `${id} ${name}`).join())).to.deep.equal([
      'C-7 Ann',
      `${ID} Ann`,
      `${GUID} Ann`,
    ]);
  });

  it('sends lists as lists', () => {
    const body = {channels: [{name: 'voice', skills: ['a', 'b']}], none: undefined};
    expect(JSON.stringify(body)).to.contain('"[');
    expect(jsonText(body)).to.equal('{"channels":[{"name":"voice","skills":["a","b"]}]}');
    expect(jsonText([1, ['x']])).to.equal('[1,["x"]]');
  });
});
