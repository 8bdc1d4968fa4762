import {expect} from '@open-wc/testing';
import fc from '../support/fast-check.js';
import {AdapterError, type ContactLog} from '../../src/adapters/crm-adapter.js';
import {
  SalesforceLwcAdapter,
  type LwcEvent,
  type LwcHost,
  type SalesforceLwcOptions,
} from '../../src/adapters/salesforce-lwc/salesforce-lwc.js';
import {waitUntil} from '../support/wait-until.js';
import {recordedContext, type RecordedContext} from '../support/adapter-context.js';

// Ids with the suffix that Salesforce gives them.
const ACCOUNT = '001Hs0000000101IAA';
const CONTACT = '003Hs0000000201IAA';
const TASK = '00THs0000070001MAA';

const {signal} = new AbortController();
const NEVER = new Promise<never>(() => undefined);

async function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => (error instanceof AdapterError ? error.code : `no AdapterError: ${String(error)}`),
  );
}

/** Rejects with anything at all, as hosts do. */
const rejected = (reason: unknown): Promise<never> =>
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a plain object is what Apex gives
  new Promise((_, reject) => reject(reason));

/** A component that keeps what it was asked, and answers as told. */
class Component implements LwcHost {
  readonly asked: unknown[][] = [];
  answer: unknown = [{entity: 'Contact', id: CONTACT, name: 'Ann'}];
  console = false;
  listener: ((event: LwcEvent) => void) | undefined;
  #do: (result: unknown) => unknown = (result) => Promise.resolve(result);

  /** What every function does instead of answering. */
  behave(how: () => unknown): void {
    this.#do = how;
  }

  navigate = (page: unknown): unknown => (this.asked.push(['navigate', page]), this.#do(undefined));
  openTab = (tab: unknown): unknown => (this.asked.push(['openTab', tab]), this.#do('tab-1'));
  isConsole = (): boolean => this.console;
  search = (query: unknown): unknown => (this.asked.push(['search', query]), this.#do(this.answer));
  saveTask = (fields: unknown): unknown => (this.asked.push(['saveTask', fields]), this.#do(TASK));
  encodeDefaultFieldValues = (fields: Readonly<Record<string, string>>): string =>
    Object.entries(fields)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join(',');
  showCallState = (change: unknown): unknown => (this.asked.push(['showCallState', change]), this.#do(undefined));
  subscribe = (listener: (event: LwcEvent) => void): (() => void) => {
    this.listener = listener;
    return () => (this.listener = undefined);
  };
}

const viewOf = (entity: string, id: string): unknown => ({
  type: 'standard__recordPage',
  attributes: {recordId: id, objectApiName: entity, actionName: 'view'},
});

describe('SalesforceLwcAdapter', function () {
  this.timeout(4_000);
  const ending = new AbortController();
  let component: Component;
  let context: RecordedContext;

  beforeEach(() => {
    component = new Component();
    context = recordedContext(ending.signal);
  });
  after(() => ending.abort());

  async function connected(
    host: LwcHost | Promise<LwcHost> = component,
    options: SalesforceLwcOptions = {},
  ): Promise<SalesforceLwcAdapter> {
    const adapter = new SalesforceLwcAdapter(host, {lookupTimeoutMs: 60, callTimeoutMs: 60, ...options});
    await adapter.connect(context);
    return adapter;
  }

  describe('opens a record', () => {
    it('by its own id, with the page’s navigation, once Salesforce says that it is there', async () => {
      component.answer = [{entity: 'Account', id: ACCOUNT, name: 'Alder'}];
      await (await connected()).open({entity: 'account', id: ACCOUNT}, signal);
      expect(component.asked).to.deep.equal([
        ['search', {entity: 'Account', by: 'id', values: [ACCOUNT]}],
        ['navigate', viewOf('Account', ACCOUNT)],
      ]);
    });

    it('in a tab of a console app, an open one in front', async () => {
      component.console = true;
      await (await connected()).open({entity: 'contact', id: CONTACT}, signal);
      expect(component.asked.at(-1)).to.deep.equal([
        'openTab',
        {pageReference: viewOf('Contact', CONTACT), focus: true},
      ]);
    });

    it('by another system’s number, as the object that Salesforce says it is', async () => {
      await (await connected()).open({entity: 'account', id: ' ACC-44921 '}, signal);
      expect(component.asked).to.deep.equal([
        ['search', {entity: 'Account', by: 'id', values: ['ACC-44921']}],
        ['navigate', viewOf('Contact', CONTACT)],
      ]);
    });

    it('not where there is none, or more than one', async () => {
      const adapter = await connected();
      component.answer = [];
      expect(await failure(adapter.open({entity: 'account', id: 'ACC-1'}, signal))).to.equal('notFound');
      expect(await failure(adapter.open({entity: 'account', id: ''}, signal))).to.equal('notFound');
      expect(await failure(adapter.open({entity: 'account', id: 'x'.repeat(300)}, signal))).to.equal('notFound');
      component.answer = [{id: ACCOUNT}, {id: '001Hs0000000102IAA'}];
      expect(await failure(adapter.open({entity: 'account', id: 'ACC-1'}, signal))).to.equal('refused');
      expect(component.asked.map(([call]) => call)).to.deep.equal(['search', 'search']);
    });

    it('without a search: its own id only', async () => {
      const {navigate, encodeDefaultFieldValues} = component;
      const adapter = await connected({navigate, encodeDefaultFieldValues});
      await adapter.open({entity: 'account', id: CONTACT}, signal);
      expect(component.asked).to.deep.equal([['navigate', viewOf('Contact', CONTACT)]]);
      expect(await failure(adapter.open({entity: 'account', id: 'ACC-44921'}, signal))).to.equal('notFound');
    });

    it('of no object that a rule could not mean', async () => {
      const adapter = await connected();
      component.answer = [{id: 'a0XHs0000070001MAA', entity: 'Asset/../x'}];
      expect(await failure(adapter.open({entity: 'asset', id: '1'}, signal))).to.equal('badConfig');
      expect(component.asked.map(([call]) => call)).to.deep.equal(['search']);
    });
  });

  describe('searches', () => {
    it('in the org’s own names, numbers as digits with and without the country’s code', async () => {
      const adapter = await connected(component, {names: {entities: {person: 'Person__c'}}});
      expect(await adapter.search({entity: 'contact', by: 'email', value: 'a@b.c '}, signal)).to.deep.equal([
        {entity: 'Contact', id: CONTACT, name: 'Ann'},
      ]);
      await adapter.search({entity: 'contact', by: 'phone', value: '+1 (503) 555-0100'}, signal);
      component.answer = [];
      expect(await adapter.search({entity: 'person', by: 'text', value: 'Ann'}, signal)).to.deep.equal([]);
      expect(component.asked).to.deep.equal([
        ['search', {entity: 'Contact', by: 'email', values: ['a@b.c']}],
        ['search', {entity: 'Contact', by: 'phone', values: ['15035550100', '5035550100']}],
        ['search', {entity: 'Person__c', by: 'text', values: ['Ann']}],
      ]);
    });

    it('not for what finds half of the records, or nothing', async () => {
      const adapter = await connected();
      for (const [by, value] of [
        ['phone', 'anonymous'],
        ['phone', '911'],
        ['text', 'x'],
        ['email', 'x'.repeat(300)],
      ] as const) {
        expect(await adapter.search({entity: 'contact', by, value}, signal), value).to.deep.equal([]);
      }
      expect(component.asked).to.deep.equal([]);
    });

    it('with hostile values as they are', async () => {
      const adapter = await connected();
      component.answer = [];
      for (const value of [`O'Brien"); drop`, '__proto__', '<img src=x onerror=alert(1)>', 'javascript:alert(1)']) {
        await adapter.search({entity: 'contact', by: 'text', value}, signal);
        expect(component.asked.at(-1)).to.deep.equal(['search', {entity: 'Contact', by: 'text', values: [value]}]);
      }
    });

    it('believes no answer that names no record of Salesforce', async () => {
      const adapter = await connected();
      const search = (answer: unknown): Promise<string> => {
        component.answer = answer;
        return failure(adapter.search({entity: 'contact', by: 'text', value: 'Ann'}, signal));
      };
      for (const answer of [
        undefined,
        'x',
        {},
        [null],
        [{}],
        [{id: 'ACC-1'}],
        [{id: '/../setup'}],
        [Object.create({id: CONTACT})],
      ]) {
        expect(await search(answer), JSON.stringify(answer)).to.equal('badReply');
      }
      component.answer = Array.from({length: 80}, () => ({id: CONTACT}));
      expect(await adapter.search({entity: 'contact', by: 'text', value: 'Ann'}, signal)).to.have.lengthOf(50);
    });

    it('reads or refuses an answer of any shape', async () => {
      const adapter = await connected();
      await fc.assert(
        fc.asyncProperty(fc.anything({withNullPrototype: true}), async (answer) => {
          component.answer = answer;
          const code = await failure(adapter.search({entity: 'contact', by: 'text', value: 'Ann'}, signal));
          expect(code).to.be.oneOf(['no failure', 'badReply', 'refused', 'timeout']);
        }),
        {numRuns: 150},
      );
    });
  });

  it('opens the form of a new record with its fields filled in', async () => {
    component.console = true;
    const fields = {email: 'a,b=c@d.e', phone: '+1', Custom__c: '1'};
    await (await connected()).create({entity: 'contact', fields}, signal);
    expect(component.asked).to.deep.equal([
      [
        'navigate',
        {
          type: 'standard__objectPage',
          attributes: {objectApiName: 'Contact', actionName: 'new'},
          state: {defaultFieldValues: 'Email=a%2Cb%3Dc%40d.e,Phone=%2B1,Custom__c=1'},
        },
      ],
    ]);
  });

  describe('a component that', () => {
    const calls: readonly [string, (adapter: SalesforceLwcAdapter) => Promise<unknown>][] = [
      ['open', (adapter) => adapter.open({entity: 'contact', id: CONTACT}, signal)],
      ['search', (adapter) => adapter.search({entity: 'contact', by: 'text', value: 'Ann'}, signal)],
      ['create', (adapter) => adapter.create({entity: 'contact', fields: {}}, signal)],
      ['saveLog', (adapter) => adapter.saveLog!(LOG, signal)],
    ];
    const throws = (thrown: unknown) => () => {
      throw thrown;
    };
    const behaviours: readonly [string, () => unknown, string][] = [
      ['never answers', () => NEVER, 'timeout'],
      ['rejects as Apex does', () => rejected({body: {message: 'no access'}}), 'refused'],
      ['rejects with an error', () => Promise.reject(new TypeError('secret')), 'refused'],
      ['throws a string', throws('secret'), 'refused'],
    ];
    for (const [name, how, code] of behaviours) {
      it(`${name} is told as such, and the next call works`, async () => {
        const adapter = await connected();
        for (const [call, run] of calls) {
          component.behave(how);
          const error = await run(adapter).catch((reason: unknown) => reason as AdapterError);
          expect(error, call).to.include({name: 'AdapterError', code});
          expect((error as AdapterError).message, call)
            .to.match(/^salesforce-lwc: /)
            .and.not.contain('secret');
          component.behave((...args: unknown[]) => Promise.resolve(args[0]));
          await run(adapter);
        }
      });
    }

    it('answers late is no longer waited for', async () => {
      const adapter = await connected();
      const aborter = new AbortController();
      component.behave(() => NEVER);
      const asked = failure(adapter.search({entity: 'contact', by: 'text', value: 'Ann'}, aborter.signal));
      aborter.abort();
      expect(await asked).to.equal('timeout');
    });

    it('comes late is waited for; one that never comes, or gives up, is an error', async () => {
      let hand: (host: LwcHost) => void = () => undefined;
      const late = new Promise<LwcHost>((resolve) => (hand = resolve));
      const connecting = connected(late);
      hand(component);
      await (await connecting).open({entity: 'contact', id: CONTACT}, signal);
      expect(await failure(connected(NEVER, {readyTimeoutMs: 30}))).to.equal('timeout');
      expect(await failure(connected(Promise.reject(new Error('gone'))))).to.equal('notHere');
    });

    it('hands over what is no function is a wrong setting', async () => {
      const wrong: unknown[] = [null, 'x', {}, {navigate: component.navigate}, {...component, search: 'x'}];
      for (const host of wrong) expect(await failure(connected(host as LwcHost))).to.equal('badConfig');
    });
  });

  it('does nothing before it is connected, nor after it let go', async () => {
    const early = new SalesforceLwcAdapter(component);
    expect(await failure(early.open({entity: 'contact', id: CONTACT}, signal))).to.equal('notHere');
    const adapter = await connected();
    adapter.disconnect();
    expect(component.listener).to.equal(undefined);
    expect(adapter.saveLog).to.equal(undefined);
    expect(await failure(adapter.search({entity: 'contact', by: 'text', value: 'Ann'}, signal))).to.equal('notHere');
    adapter.onCallState({interactionId: 'i1', mediaType: 'voice', direction: 'inbound', state: 'ringing'});
    expect(component.asked).to.deep.equal([]);
  });

  it('hears that its tab is in front, and of clicked numbers', async () => {
    await connected();
    const tell = component.listener as (event: unknown) => void;
    tell({type: 'focus'});
    tell({type: 'click-to-dial', number: ' +1555 ', recordId: CONTACT, objectApiName: 'Contact'});
    tell({type: 'click-to-dial', number: '+1556', recordId: '../x', objectApiName: 'Contact'});
    for (const nonsense of [undefined, 'focus', {type: 'click-to-dial'}, {type: 'click-to-dial', number: 7}, {}]) {
      tell(nonsense);
    }
    expect(context.active).to.equal(1);
    expect(context.dialled).to.deep.equal([
      {number: '+1555', record: {entity: 'Contact', id: CONTACT}},
      {number: '+1556'},
    ]);
  });

  it('lets the utility bar follow, and only notes where it does not', async () => {
    const adapter = await connected();
    const change = {interactionId: 'i1', mediaType: 'voice', direction: 'inbound', state: 'ringing'} as const;
    adapter.onCallState(change);
    expect(component.asked).to.deep.equal([['showCallState', change]]);
    component.behave(() => {
      throw new Error('no utility bar');
    });
    adapter.onCallState(change);
    await waitUntil(() => context.notes.length === 1);
    expect(context.notes).to.deep.equal([
      {
        level: 'warn',
        event: 'adapter_call_failed',
        data: {adapter: 'salesforce-lwc', call: 'showCallState', error: 'refused'},
      },
    ]);
  });

  describe('logs', () => {
    it('a contact as a task about its record', async () => {
      const adapter = await connected();
      expect(await adapter.saveLog!({...LOG, record: {entity: 'contact', id: 'CON-1'}}, signal)).to.deep.equal({
        entity: 'Task',
        id: TASK,
      });
      const [call, fields] = component.asked.at(-1) as [string, Record<string, unknown>];
      expect(call).to.equal('saveTask');
      expect(fields).to.include({WhoId: CONTACT, CallObject: 'i1', Status: 'Completed', CallDurationInSeconds: 61});
      expect(fields).not.to.have.property('entityApiName');
    });

    it('without a record that is not found', async () => {
      const adapter = await connected();
      component.answer = [];
      await adapter.saveLog!({...LOG, record: {entity: 'contact', id: 'CON-1'}}, signal);
      expect(component.asked.at(-1)![1]).not.to.have.any.keys('WhoId', 'WhatId');
    });

    it('nothing where that is not wanted, or cannot be done', async () => {
      expect((await connected(component, {log: false})).saveLog).to.equal(undefined);
      const {navigate, encodeDefaultFieldValues} = component;
      expect((await connected({navigate, encodeDefaultFieldValues})).saveLog).to.equal(undefined);
    });
  });
});

const LOG: ContactLog = {
  interactionId: 'i1',
  mediaType: 'voice',
  direction: 'inbound',
  startedAt: 1_700_000_000_000,
  answeredAt: 1_700_000_005_000,
  endedAt: 1_700_000_066_000,
  talkSeconds: 61,
};
