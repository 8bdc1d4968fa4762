/// <reference types="xrm" />
import {expect} from '@open-wc/testing';
import {guidOf, sampleRecords, type DataverseRow} from '../../demo/dynamics/records.js';
import {query} from '../../demo/hosts/cif-odata.js';
import {AdapterError, type ContactLog} from '../../src/adapters/crm-adapter.js';
import {DynamicsXrmAdapter} from '../../src/adapters/dynamics-xrm/dynamics-xrm.js';
import type {DynamicsXrmOptions} from '../../src/adapters/dynamics-xrm/options.js';
import {recordedContext} from '../support/adapter-context.js';
import {inFrame} from '../support/in-frame.js';
import {stopClock, type StoppedClock} from '../support/stopped-clock.js';
import {waitUntil} from '../support/wait-until.js';
import {xrmMock} from '../support/xrm-mock.js';

const ACCOUNT = {entity: 'account', id: guidOf('ACC-44921')};
const globals = globalThis as {Xrm?: Xrm.XrmStatic};
const never = new AbortController().signal;
const cleanUp: (() => void)[] = [];

afterEach(() => {
  for (const done of cleanUp.splice(0).reverse()) done();
});

/** What Xrm's Web API does here: the mock has none. */
type WebApi = Pick<Xrm.WebApi, 'retrieveMultipleRecords' | 'createRecord'>;

interface Form {
  readonly xrm: Xrm.XrmStatic;
  records: DataverseRow[];
  /** Queries and rows, as they were asked. */
  readonly asked: unknown[][];
  /** Forms that were opened: options and fields. */
  readonly opened: unknown[][];
  /** Pages that were gone to. */
  readonly pages: unknown[];
}

/** The form's `Xrm`: navigation by xrm-mock, the Web API over rows in memory. */
async function form(): Promise<Form> {
  const generator = await xrmMock();
  const xrm = generator.initialise() as Xrm.XrmStatic;
  cleanUp.push(() => delete globals.Xrm);
  const calls = xrm.Navigation as Xrm.Navigation & {
    formCalls: {entityFormOptions: unknown; formParameters?: unknown}[];
    navigateToCalls: {pageInput: unknown}[];
  };
  const made: Form = {
    xrm,
    records: sampleRecords(),
    asked: [],
    get opened() {
      return calls.formCalls.map(({entityFormOptions, formParameters}) =>
        formParameters ? [entityFormOptions, formParameters] : [entityFormOptions],
      );
    },
    get pages() {
      return calls.navigateToCalls.map(({pageInput}) => pageInput);
    },
  };
  const webApi: WebApi = {
    retrieveMultipleRecords: (async (entity: string, options = '') => {
      made.asked.push([entity, decodeURIComponent(options)]);
      return {entities: query(made.records, entity, options), nextLink: ''};
    }) as unknown as WebApi['retrieveMultipleRecords'],
    createRecord: (async (entity: string, row: unknown) => {
      made.asked.push([entity, row]);
      return {entityType: entity, id: guidOf('7')};
    }) as unknown as WebApi['createRecord'],
  };
  Object.assign(xrm.WebApi, webApi);
  return made;
}

async function connected(options: DynamicsXrmOptions = {}): Promise<{form: Form; adapter: DynamicsXrmAdapter}> {
  const made = await form();
  const adapter = new DynamicsXrmAdapter(options);
  await adapter.connect(recordedContext(never));
  cleanUp.push(() => adapter.disconnect());
  return {form: made, adapter};
}

function clock(): StoppedClock {
  const stopped = stopClock();
  cleanUp.push(() => stopped.restore());
  return stopped;
}

async function outcome(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof AdapterError ? error.code : String(error)),
  );
}

const byEmail = (value: string) => ({entity: 'contact', by: 'email', value}) as const;
const LOG: ContactLog = {
  interactionId: 'i1',
  mediaType: 'voice',
  direction: 'inbound',
  from: '+15550100123',
  startedAt: 0,
  answeredAt: 1,
  endedAt: 61_000,
  talkSeconds: 60,
};

describe('DynamicsXrmAdapter in a form', () => {
  it('opens a record by its GUID, and by the number that people know it by', async () => {
    const {form, adapter} = await connected();
    await adapter.open(ACCOUNT, never);
    await adapter.open({entity: 'account', id: 'ACC-44921'}, never);
    const wanted = {entityName: 'account', entityId: ACCOUNT.id};
    expect(form.opened).to.deep.equal([[wanted], [wanted]]);
    expect(await outcome(adapter.open({entity: 'account', id: 'ACC-00000'}, never))).to.equal('notFound');
    expect(form.opened).to.have.lengthOf(2);
  });

  it('searches by escaped OData, and navigates nowhere', async () => {
    const {form, adapter} = await connected();
    const found = await adapter.search(byEmail('john.doe@example.com'), never);
    expect(found.map(({name}) => name)).to.deep.equal(['John Doe']);
    expect(await adapter.search(byEmail('O\'Brien"); drop'), never)).to.deep.equal([]);
    expect(form.asked).to.deep.equal([
      ['contact', "?$select=fullname&$filter=emailaddress1 eq 'john.doe@example.com'&$top=50"],
      ['contact', "?$select=fullname&$filter=emailaddress1 eq 'O''Brien\"); drop'&$top=50"],
    ]);
    expect([...form.opened, ...form.pages]).to.deep.equal([]);
  });

  it('fills the form of a new record', async () => {
    const {form, adapter} = await connected();
    await adapter.create({entity: 'contact', fields: {email: 'a@b.example', phone: '+1555'}}, never);
    expect(form.opened).to.deep.equal([[{entityName: 'contact'}, {emailaddress1: 'a@b.example', telephone1: '+1555'}]]);
  });

  it('shows several matches in the search, in the table’s list, or in the panel alone', async () => {
    const wanted = {
      search: [{pageType: 'search', searchText: 'a & b', searchType: 1, EntityNames: ['contact'], EntityGroupName: ''}],
      list: [{pageType: 'entitylist', entityName: 'contact'}],
      none: [],
    };
    for (const matches of ['search', 'list', 'none'] as const) {
      const {form, adapter} = await connected({matches});
      await adapter.showMatches({entity: 'contact', by: 'text', value: 'a & b'}, [], never);
      expect(form.pages, matches).to.deep.equal(wanted[matches]);
    }
  });

  it('writes one phone call, regarding its record', async () => {
    const {form, adapter} = await connected();
    const saved = await adapter.saveLog({...LOG, record: ACCOUNT}, never);
    expect(saved).to.deep.equal({entity: 'phonecall', id: guidOf('7')});
    expect(form.asked).to.have.lengthOf(1);
    expect(form.asked[0]![0]).to.equal('phonecall');
    expect(form.asked[0]![1]).to.include({
      phonenumber: '+15550100123',
      'regardingobjectid_account@odata.bind': `/accounts(${ACCOUNT.id})`,
    });
    const quiet = await connected({saveLogs: false});
    expect(await quiet.adapter.saveLog(LOG, never)).to.equal(undefined);
  });

  it('knows who the agent is, by the user’s own row', async () => {
    const made = await form();
    const row = {entity: 'systemuser', id: guidOf('99'), name: 'Dana', fields: {cxn_agentid: 'a1'}};
    made.records = [row];
    const context = {userSettings: {userId: `{${row.id.toUpperCase()}}`}} as Xrm.GlobalContext;
    made.xrm.Utility.getGlobalContext = () => context;
    expect(await new DynamicsXrmAdapter({agentIdColumn: 'cxn_agentid'}).settings(never)).to.deep.equal({agentId: 'a1'});
    expect(made.asked).to.deep.equal([
      ['systemuser', `?$select=cxn_agentid&$filter=systemuserid eq ${row.id}&$top=50`],
    ]);
    expect(await new DynamicsXrmAdapter().settings(never)).to.deep.equal({});
  });

  it('says that it is not connected before it is, and after', async () => {
    const {adapter} = await connected();
    adapter.disconnect();
    for (const late of [adapter, new DynamicsXrmAdapter()]) {
      expect(await outcome(late.search(byEmail('a@b.example'), never))).to.equal('notHere');
      expect(await outcome(late.create({entity: 'contact', fields: {}}, never))).to.equal('notHere');
    }
  });
});

describe('DynamicsXrmAdapter and a form that does not do its part', () => {
  it('opens a form whose promise never settles, as those of real forms', async () => {
    const {form, adapter} = await connected();
    const time = clock();
    form.xrm.Navigation.openForm = () => new Promise(() => undefined) as never;
    let ended: string | undefined;
    void outcome(adapter.create({entity: 'contact', fields: {}}, never)).then((code) => (ended = code));
    await time.advance(1_000);
    expect(ended).to.equal('ok');
  });

  it('ends a question after ten seconds, or after the admin’s limit, where nobody answers', async () => {
    for (const [timeoutMs, limit] of [
      [undefined, 10_000],
      [5_000, 5_000],
    ] as const) {
      const {form, adapter} = await connected({timeoutMs});
      form.xrm.WebApi.retrieveMultipleRecords = () => new Promise(() => undefined) as never;
      form.xrm.WebApi.createRecord = () => new Promise(() => undefined) as never;
      const time = clock();
      const ended: string[] = [];
      for (const asked of [
        adapter.search(byEmail('a@b.example'), never),
        adapter.open(ACCOUNT, never),
        adapter.saveLog(LOG, never),
      ]) {
        void outcome(asked).then((code) => ended.push(code));
      }
      await time.advance(limit - 1);
      expect(ended).to.deep.equal([]);
      await time.advance(1);
      expect(ended).to.deep.equal(['timeout', 'timeout', 'timeout']);
      time.restore();
    }
  });

  it('tells refusals by their codes, thrown or rejected, without the form’s words', async () => {
    for (const [given, code, words] of [
      [{errorCode: -2147220960, message: 'John Doe'}, 'refused', '(-2147220960)'],
      [{code: 2147746327, message: 'John Doe'}, 'notFound', '(2147746327)'],
      [{errorCode: -2147220969, message: 'John Doe'}, 'notFound', '(-2147220969)'],
      [new Error('John Doe'), 'refused', 'was refused'],
      ['John Doe', 'refused', 'was refused'],
    ] as const) {
      const {form, adapter} = await connected();
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- Xrm rejects with objects.
      const rejects = (): never => Promise.reject(given) as never;
      const throws = (): never => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- and throws them.
        throw given;
      };
      for (const fails of [rejects, throws]) {
        form.xrm.WebApi.createRecord = fails;
        form.xrm.Navigation.openForm = fails;
        for (const asked of [adapter.saveLog(LOG, never), adapter.create({entity: 'contact', fields: {}}, never)]) {
          const error = await asked.then(
            () => undefined,
            (reason: unknown) => reason as AdapterError,
          );
          expect(error).to.have.property('code', code);
          expect(error!.message).to.contain(words).and.not.contain('John');
        }
      }
    }
  });

  it('still tries the form where it may not ask for the record', async () => {
    const {form, adapter} = await connected();
    form.xrm.WebApi.retrieveMultipleRecords = () => Promise.reject(new Error('no')) as never;
    await adapter.open(ACCOUNT, never);
    expect(form.opened).to.have.lengthOf(1);
  });

  it('takes nonsense for an answer that makes no sense', async () => {
    const {form, adapter} = await connected();
    for (const answer of [undefined, null, 'text', {}, {entities: {}}, {entities: [{fullname: 'John'}]}]) {
      form.xrm.WebApi.retrieveMultipleRecords = () => Promise.resolve(answer) as never;
      expect(await outcome(adapter.search(byEmail('a@b.example'), never)), JSON.stringify(answer)).to.equal('badReply');
    }
  });

  it('is not here outside of a form', async () => {
    expect(await outcome(new DynamicsXrmAdapter().connect(recordedContext(never)))).to.equal('notHere');
  });
});

describe('DynamicsXrmAdapter in a web resource', () => {
  it('finds the Xrm of the form around, also one that comes late, and hears the agent work there', async () => {
    const {frame, inside} = await inFrame();
    cleanUp.push(() => frame.remove());
    const ending = new AbortController();
    const context = inside.recordedContext(ending.signal);
    const adapter = new inside.DynamicsXrmAdapter();
    const connecting = adapter.connect(context);
    const {opened} = await form().then((made) => ({opened: () => made.opened}));
    await connecting;
    await adapter.open(ACCOUNT, never);
    expect(opened()).to.deep.equal([[{entityName: 'account', entityId: ACCOUNT.id}]]);
    document.body.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}));
    document.body.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}));
    await waitUntil(() => context.active > 0);
    expect(context.active).to.equal(1);
    adapter.disconnect();
    ending.abort();
  });

  it('gives up in time where the page around is no form', async () => {
    const {frame, inside} = await inFrame();
    cleanUp.push(() => frame.remove());
    const adapter = new inside.DynamicsXrmAdapter({readyTimeoutMs: 300});
    const code = await adapter.connect(inside.recordedContext(never)).then(
      () => 'ok',
      (error: {code?: string}) => error.code,
    );
    expect(code).to.equal('notHere');
  });
});
