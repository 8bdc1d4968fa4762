import {expect} from '@open-wc/testing';
import {guidOf, sampleRecords} from '../../demo/dynamics/records.js';
import {AdapterError, type CallStateChange, type ContactLog} from '../../src/adapters/crm-adapter.js';
import type {CifMethod} from '../../src/adapters/dynamics/cif-client.js';
import {DynamicsAdapter} from '../../src/adapters/dynamics/dynamics.js';
import type {DynamicsOptions} from '../../src/adapters/dynamics/options.js';
import type {PlannedStep} from '../../src/domain/screen-pop.js';
import type {InteractionView, PopView} from '../../src/domain/snapshot.js';
import {runPlan} from '../../src/session/host/run-plan.js';
import {recordedContext, type RecordedContext} from '../support/adapter-context.js';
import {FakeCif} from '../support/fake-cif.js';
import {stopClock, type StoppedClock} from '../support/stopped-clock.js';
import {waitUntil} from '../support/wait-until.js';

const ACCOUNT = {entity: 'account', id: guidOf('ACC-44921')};
const cleanUp: (() => void)[] = [];

afterEach(() => {
  for (const done of cleanUp.splice(0).reverse()) done();
});

const globals = globalThis as {Microsoft?: {CIFramework?: unknown}};

function bring(cif: FakeCif | undefined): void {
  globals.Microsoft = cif && {CIFramework: cif.library};
  cleanUp.push(() => delete globals.Microsoft);
}

interface Page {
  readonly cif: FakeCif;
  readonly adapter: DynamicsAdapter;
  readonly context: RecordedContext;
}

/** An adapter on a page that has the library. */
function page(options: DynamicsOptions = {}, cif = new FakeCif()): Page {
  bring(cif);
  const ending = new AbortController();
  const adapter = new DynamicsAdapter(options);
  cleanUp.push(() => {
    adapter.disconnect();
    ending.abort();
  });
  return {cif, adapter, context: recordedContext(ending.signal)};
}

/** The same, connected. */
async function connected(options: DynamicsOptions = {}, cif = new FakeCif()): Promise<Page> {
  const made = page(options, cif);
  await made.adapter.connect(made.context);
  await settled();
  return made;
}

/** What can be done without anybody's answer has been done. */
async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve));
}

function clock(): StoppedClock {
  const stopped = stopClock();
  cleanUp.push(() => stopped.restore());
  return stopped;
}

const never = new AbortController().signal;
const contact = (by: 'email' | 'phone' | 'text', value: string) => ({entity: 'contact', by, value});
const rowOf = (name: string) => sampleRecords().find((record) => record.name === name)!;

/** How a call ended: an error's code, or `ok`. */
async function outcome(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof AdapterError ? error.code : String(error)),
  );
}

const change = (state: CallStateChange['state'], more: Partial<CallStateChange> = {}): CallStateChange => ({
  interactionId: 'i1',
  mediaType: 'voice',
  direction: 'inbound',
  state,
  ...more,
});

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

describe('DynamicsAdapter and records', () => {
  it('opens a record by its GUID, once it is known to be there', async () => {
    const {cif, adapter} = await connected();
    await adapter.open({...ACCOUNT, name: 'secret'}, never);
    expect(cif.methods).to.deep.equal(['searchAndOpenRecords', 'openForm']);
    expect(cif.argsOf('searchAndOpenRecords')).to.deep.equal([
      ['account', `?$select=accountid&$filter=accountid eq ${ACCOUNT.id}&$top=50`, true],
    ]);
    expect(cif.argsOf('openForm')).to.deep.equal([[JSON.stringify({entityName: 'account', entityId: ACCOUNT.id})]]);
    expect(cif.navigations).to.deep.equal([{kind: 'open', ...ACCOUNT}]);
  });

  it('opens a record by the number that people know it by', async () => {
    const {cif, adapter} = await connected();
    await adapter.open({entity: 'account', id: 'ACC-44921'}, never);
    expect(cif.navigations).to.deep.equal([{kind: 'open', ...ACCOUNT}]);
  });

  it('opens no form for a record that is not there: Dynamics would show an empty one', async () => {
    const {cif, adapter} = await connected();
    for (const id of ['ACC-00000', guidOf('999')]) {
      expect(await outcome(adapter.open({entity: 'account', id}, never))).to.equal('notFound');
    }
    expect(cif.methods).not.to.include('openForm');
  });

  it('searches without navigating, however many match', async () => {
    const {cif, adapter} = await connected();
    const one = await adapter.search(contact('email', 'john.doe@example.com'), never);
    expect(one.map(({name}) => name)).to.deep.equal(['John Doe']);
    const several = await adapter.search(contact('email', 'reception@brightwater.example'), never);
    expect(several).to.have.lengthOf.above(1);
    expect(await adapter.search(contact('phone', '000'), never)).to.deep.equal([]);
    expect(cif.argsOf('searchAndOpenRecords').map(([, , searchOnly]) => searchOnly)).to.deep.equal([true, true]);
    expect(cif.navigations).to.deep.equal([]);
  });

  it('fills the form of a new record, by the org’s names', async () => {
    const {cif, adapter} = await connected({names: {fields: {contact: {phone: 'mobilephone'}}}});
    await adapter.create({entity: 'contact', fields: {email: 'a@b.example', phone: '+1555', cxn_own: 'x'}}, never);
    expect(cif.argsOf('openForm')).to.deep.equal([
      [
        JSON.stringify({entityName: 'contact'}),
        JSON.stringify({emailaddress1: 'a@b.example', mobilephone: '+1555', cxn_own: 'x'}),
      ],
    ]);
  });

  it('shows Dynamics’ search page when it is told to', async () => {
    const {cif, adapter} = await connected();
    await adapter.showMatches({entity: 'case', by: 'text', value: 'a & b'}, [], never);
    expect(cif.argsOf('renderSearchPage')).to.deep.equal([['incident', 'a & b']]);
  });

  it('takes hostile values for texts', async () => {
    for (const hostile of [
      'O\'Brien"); drop',
      '__proto__',
      "' or 1 eq 1",
      '<img src=x onerror=alert(1)>',
      '%',
      '\\"',
    ]) {
      const {cif, adapter} = await connected();
      const fields = {fullname: hostile, emailaddress1: hostile, telephone1: '', mobilephone: ''};
      cif.records = [{entity: 'contact', id: guidOf('1'), name: hostile, fields}, rowOf('John Doe')];
      for (const by of ['email', 'text'] as const) {
        expect(await adapter.search(contact(by, hostile), never), hostile).to.deep.equal([
          {entity: 'contact', id: guidOf('1'), name: hostile},
        ]);
      }
      await adapter.create({entity: 'contact', fields: {email: hostile}}, never);
      expect(cif.navigations, hostile).to.deep.equal([
        {kind: 'create', entity: 'contact', fields: {emailaddress1: hostile}},
      ]);
    }
  });

  it('reads what another version of the library answers: Maps, lists, JSON in JSON', async () => {
    const {cif, adapter} = await connected();
    const row = {contactid: guidOf('1'), fullname: 'John Doe'};
    const rows = {0: row};
    for (const answer of [
      rows,
      [row],
      JSON.stringify(rows),
      JSON.stringify(JSON.stringify(rows)),
      new Map([['0', new Map(Object.entries(row))]]),
    ]) {
      cif.answers.set('searchAndOpenRecords', answer);
      expect(await adapter.search(contact('text', 'John'), never)).to.deep.equal([
        {entity: 'contact', id: guidOf('1'), name: 'John Doe'},
      ]);
    }
  });
});

describe('DynamicsAdapter and a screen pop', () => {
  const open: PlannedStep = {kind: 'open', record: {entity: 'account', id: 'ACC-44921'}};
  const byEmail = (value: string): PlannedStep => ({kind: 'search', query: contact('email', value)});
  const create: PlannedStep = {kind: 'create', draft: {entity: 'contact', fields: {phone: '+1555'}}};

  async function pop(steps: readonly PlannedStep[], holdNewRecord = false): Promise<[string, unknown]> {
    const {cif, adapter} = await connected();
    const plan = {steps, cached: [], holdNewRecord, lookupTimeoutMs: 3_000};
    const {outcome: became} = await runPlan(plan, adapter, () => undefined);
    return [became, cif.navigations.map(({kind, entity}) => `${kind} ${entity}`)];
  }

  it('of an exact id opens its record', async () => {
    expect(await pop([open, byEmail('john.doe@example.com'), create])).to.deep.equal(['opened', ['open account']]);
  });

  it('of one match opens it, and no search page', async () => {
    expect(await pop([byEmail('john.doe@example.com'), create])).to.deep.equal(['opened', ['open contact']]);
  });

  it('of several shows the search page', async () => {
    const steps = [byEmail('reception@brightwater.example'), create];
    expect(await pop(steps)).to.deep.equal(['several', ['matches contact']]);
  });

  it('of nobody opens a new form, but not while it rings', async () => {
    const steps = [byEmail('nobody@example.com'), create];
    expect(await pop(steps, true)).to.deep.equal(['none', []]);
    expect(await pop(steps)).to.deep.equal(['opened', ['create contact']]);
  });
});

describe('DynamicsAdapter and the log of a contact', () => {
  it('writes one phone call, regarding its record', async () => {
    const {cif, adapter} = await connected();
    const saved = await adapter.saveLog({...LOG, record: {entity: 'account', id: 'ACC-44921'}}, never);
    const made = cif.argsOf('createRecord');
    expect(made).to.have.lengthOf(1);
    expect(made[0]![0]).to.equal('phonecall');
    expect(JSON.parse(made[0]![1] as string)).to.deep.include({
      phonenumber: '+15550100123',
      'regardingobjectid_account@odata.bind': `/accounts(${ACCOUNT.id})`,
    });
    expect(saved).to.deep.equal({entity: 'phonecall', id: cif.records.at(-1)!.id});
  });

  it('is written without its record where that cannot be told', async () => {
    const {cif, adapter} = await connected();
    await adapter.saveLog({...LOG, record: {entity: 'account', id: 'ACC-00000'}}, never);
    expect(cif.argsOf('createRecord')[0]![1]).not.to.contain('regarding');
  });

  it('writes nothing of other media, or where the admin wants none', async () => {
    const {cif, adapter} = await connected();
    expect(await adapter.saveLog({...LOG, mediaType: 'email'}, never)).to.equal(undefined);
    const quiet = await connected({saveLogs: false});
    expect(await quiet.adapter.saveLog(LOG, never)).to.equal(undefined);
    expect([...cif.methods, ...quiet.cif.methods]).to.deep.equal([]);
  });

  it('is asked for once: a refusal is told, and not tried again', async () => {
    const {cif, adapter} = await connected();
    cif.mode = 'refuse';
    expect(await outcome(adapter.saveLog(LOG, never))).to.equal('refused');
    expect(cif.argsOf('createRecord')).to.have.lengthOf(1);
  });
});

describe('DynamicsAdapter and a call', () => {
  const TOAST: DynamicsOptions = {toast: {templateName: 'cxn_ring'}};
  const SESSIONS: DynamicsOptions = {sessions: true, sessionTemplate: 'cxn_session'};
  const view = {interactionId: 'i1', from: '+1555', skillId: 'sales'} as InteractionView;
  const popped = {interactionId: 'i1', outcome: 'opened', records: [{...ACCOUNT, name: 'Alder'}]} as unknown as PopView;

  it('shows the panel when one comes in, and when no other does', async () => {
    const {cif, adapter} = await connected();
    adapter.onCallState(change('ringing', {direction: 'outbound'}));
    adapter.onCallState(change('talking'));
    await settled();
    expect(cif.argsOf('setMode')).to.deep.equal([]);
    adapter.onCallState(change('ringing'));
    expect(cif.argsOf('setMode')).to.deep.equal([[1]]);
    const quiet = await connected({showPanel: false});
    quiet.adapter.onCallState(change('ringing'));
    expect(quiet.cif.methods).to.deep.equal([]);
  });

  it('tells with a toast, and does what the agent presses', async () => {
    for (const [pressed, asked] of [
      ['Accept', [['answer', 'i1']]],
      ['Reject', [['reject', 'i1']]],
      ['Timeout', []],
    ] as const) {
      const {cif, adapter, context} = await connected(TOAST);
      context.show('interactions', {items: [view]});
      adapter.onCallState(change('ringing'));
      adapter.onCallState(change('ringing'));
      expect(cif.argsOf('notifyEvent'), pressed).to.deep.equal([
        [
          {
            templateName: 'cxn_ring',
            templateParameters: {
              interactionId: 'i1',
              mediaType: 'voice',
              direction: 'inbound',
              from: '+1555',
              skillId: 'sales',
            },
            cancellationToken: 'cxone-i1',
          },
        ],
      ]);
      cif.answerToast('cxone-i1', pressed);
      await settled();
      expect(context.asked, pressed).to.deep.equal(asked);
      expect(cif.methods).not.to.include('cancelEvent');
    }
  });

  it('keeps a toast for as long as it rings, whatever a call’s limit is', async () => {
    const {cif, adapter, context} = await connected(TOAST);
    const time = clock();
    adapter.onCallState(change('ringing'));
    await time.advance(120_000);
    cif.answerToast('cxone-i1', 'Accept');
    await time.advance(1);
    expect(context.asked).to.deep.equal([['answer', 'i1']]);
  });

  it('takes a toast back that somebody else has answered, and does not listen to it any more', async () => {
    const {cif, adapter, context} = await connected(TOAST);
    adapter.onCallState(change('ringing'));
    adapter.onCallState(change('talking'));
    expect(cif.argsOf('cancelEvent')).to.deep.equal([['cxone-i1']]);
    expect(cif.toasts).to.deep.equal([]);
    await settled();
    adapter.onCallState(change('ringing', {interactionId: 'i2'}));
    cif.answers.set('cancelEvent', true);
    adapter.onCallState(change('ended', {interactionId: 'i2'}));
    cif.answerToast('cxone-i2', 'Accept');
    await settled();
    expect(context.asked).to.deep.equal([]);
  });

  it('notes a toast that cannot be shown: the panel still rings', async () => {
    const {cif, adapter, context} = await connected(TOAST);
    cif.mode = 'refuse';
    adapter.onCallState(change('ringing'));
    await settled();
    expect(context.notes).to.deep.equal([
      {level: 'warn', event: 'dynamics_call_failed', data: {method: 'setMode', code: 'refused'}},
      {level: 'warn', event: 'dynamics_call_failed', data: {method: 'notifyEvent', code: 'refused'}},
    ]);
  });

  it('makes one session when it is answered, with the caller’s record in it', async () => {
    const {cif, adapter, context} = await connected(SESSIONS);
    context.show('interactions', {items: [view]});
    context.show('pops', {items: [popped]});
    adapter.onCallState(change('ringing'));
    await settled();
    expect(cif.methods).to.deep.equal(['setMode']);
    for (const state of ['talking', 'hold', 'talking'] as const) adapter.onCallState(change(state));
    await waitUntil(() => cif.methods.includes('openForm'));
    await settled();
    expect(cif.argsOf('createSession')).to.deep.equal([
      [
        {
          templateName: 'cxn_session',
          templateParameters: {
            interactionId: 'i1',
            mediaType: 'voice',
            direction: 'inbound',
            from: '+1555',
            recordName: 'Alder',
          },
        },
      ],
    ]);
    expect(cif.navigations).to.deep.equal([{kind: 'open', ...ACCOUNT}]);
  });

  it('names the session of an outgoing call by whom the agent calls', async () => {
    const {cif, adapter, context} = await connected(SESSIONS);
    context.show('interactions', {items: [{...view, from: '+1800', to: '+1555'}]});
    adapter.onCallState(change('talking', {direction: 'outbound'}));
    await waitUntil(() => cif.methods.includes('createSession'));
    const [[session]] = cif.argsOf('createSession') as [[{templateParameters: {from: string}}]];
    expect(session.templateParameters.from).to.equal('+1555');
  });

  it('opens the record in a tab by a template', async () => {
    const {cif, adapter, context} = await connected({...SESSIONS, tabTemplate: 'cxn_tab'});
    context.show('pops', {items: [popped]});
    adapter.onCallState(change('talking'));
    await waitUntil(() => cif.methods.includes('createTab'));
    expect(cif.argsOf('createTab')).to.deep.equal([
      [
        {
          templateName: 'cxn_tab',
          templateParameters: {entityName: 'account', entityId: ACCOUNT.id},
          isFocused: true,
        },
      ],
    ]);
    expect(cif.methods).not.to.include('openForm');
  });

  it('opens a record that pops meanwhile in the new session, not in the one before', async () => {
    const {cif, adapter} = await connected(SESSIONS);
    let made: (id: string) => void = () => undefined;
    cif.answers.set('createSession', new Promise((resolve) => (made = resolve)));
    adapter.onCallState(change('talking'));
    const opening = adapter.open(ACCOUNT, never);
    await settled();
    expect(cif.methods).not.to.include('openForm');
    made('session-2');
    await opening;
    expect(cif.navigations).to.deep.equal([{kind: 'open', ...ACCOUNT}]);
  });

  it('needs a template for sessions', async () => {
    const {adapter, context} = page({sessions: true});
    expect(await outcome(adapter.connect(context))).to.equal('badConfig');
  });

  it('goes without toasts and sessions in version 1', async () => {
    const {cif, adapter, context} = await connected({...TOAST, ...SESSIONS}, new FakeCif(1));
    expect(cif.heard).to.deep.equal(['onclicktoact', 'onmodechanged', 'onpagenavigate']);
    expect(context.notes).to.deep.equal([
      {level: 'info', event: 'dynamics_event_unavailable', data: {name: 'onSessionSwitched'}},
    ]);
    adapter.onCallState(change('ringing'));
    adapter.onCallState(change('talking'));
    adapter.onCallState(change('ended'));
    await settled();
    expect(cif.methods).to.deep.equal(['setMode']);
    expect(context.notes).to.have.lengthOf(1);
  });
});

describe('DynamicsAdapter and what goes on in Dynamics', () => {
  it('tells of clicked numbers with their record, and shows the panel', async () => {
    const {cif, context} = await connected();
    expect(cif.argsOf('setClickToAct')).to.deep.equal([[true]]);
    const of = {name: 'telephone1', format: 'Phone', entityLogicalName: 'account', entityId: `{${ACCOUNT.id}}`};
    await cif.tell('onclicktoact', {value: '+1 555 010 0123', ...of});
    await cif.tell('onclicktoact', {value: '1'});
    await settled();
    expect(context.dialled).to.deep.equal([{number: '+1 555 010 0123', record: ACCOUNT}, {number: '1'}]);
    expect(cif.argsOf('setMode')).to.deep.equal([[1], [1]]);
    // Whether it is dialled, the page decides.
    expect(context.asked).to.deep.equal([]);
  });

  it('takes nothing else for a number', async () => {
    const {cif, context} = await connected();
    for (const data of [
      {value: 'a1@b.example', format: 'Email'},
      {value: ''},
      {value: 5},
      {value: 'no digits'},
      {value: '1'.repeat(1_000)},
      {},
      'null',
      'no JSON',
    ]) {
      await cif.tell('onclicktoact', data);
    }
    await settled();
    expect(context.dialled).to.deep.equal([]);
  });

  it('leaves numbers alone where the admin says so', async () => {
    const {cif} = await connected({clickToAct: false});
    expect(cif.argsOf('setClickToAct')).to.deep.equal([]);
  });

  it('knows that the agent is at work in this tab', async () => {
    const {cif, context} = await connected();
    await cif.tell('onpagenavigate', {value: 'https://org.crm.dynamics.com/main.aspx'});
    await cif.tell('onSessionSwitched', {sessionId: 'session-0', focused: true});
    await cif.tell('onmodechanged', {value: 0});
    await settled();
    expect(context.active).to.equal(3);
  });

  it('does not take a panel that a call has shown for the agent’s doing', async () => {
    const {cif, adapter, context} = await connected();
    const time = clock();
    adapter.onCallState(change('ringing'));
    await time.advance(0);
    expect(context.active).to.equal(0);
    // The agent closes it again, at once.
    await cif.tell('onmodechanged', {value: 0});
    await time.advance(0);
    expect(context.active).to.equal(1);
    // What comes so late is no answer to us.
    cif.answers.set('setMode', 1);
    adapter.onCallState(change('ringing', {interactionId: 'i2'}));
    await time.advance(4_000);
    await cif.tell('onmodechanged', {value: 1});
    await time.advance(0);
    expect(context.active).to.equal(2);
  });

  it('hears nothing once it is disconnected, takes its toasts back, and can be connected again', async () => {
    const {cif, adapter, context} = await connected({toast: {templateName: 'x'}});
    adapter.onCallState(change('ringing'));
    adapter.disconnect();
    await settled();
    expect(cif.heard).to.deep.equal([]);
    expect(cif.toasts).to.deep.equal([]);
    expect(await outcome(adapter.open(ACCOUNT, never))).to.equal('notHere');
    adapter.onCallState(change('ringing', {interactionId: 'i2'}));
    expect(cif.toasts).to.deep.equal([]);
    await adapter.connect(context);
    await adapter.open(ACCOUNT, never);
    expect(cif.heard).to.include('onclicktoact');
  });

  it('gives the settings that the admin keeps in the provider’s record', async () => {
    const {cif, adapter} = page();
    cif.customParams = '{"tokenUrl": "https://a.example/t", "dynamics": {"sessions": false}}';
    expect(await adapter.settings(never)).to.deep.equal({
      tokenUrl: 'https://a.example/t',
      dynamics: {sessions: false},
    });
    cif.customParams = '{oops';
    expect(await outcome(adapter.settings(never))).to.equal('badConfig');
  });
});

describe('DynamicsAdapter and who the agent is', () => {
  const user = (fields: Readonly<Record<string, string>>) => ({
    entity: 'systemuser',
    id: guidOf('99'),
    name: 'Dana',
    fields,
  });

  it('reads it from the user’s own row, in the column that the page or the provider names', async () => {
    for (const inPage of [true, false]) {
      const {cif, adapter} = page(inPage ? {agentIdColumn: 'cxn_agentid'} : {});
      cif.records = [user({cxn_agentid: ' a1 '}), {...user({cxn_agentid: 'a2'}), id: guidOf('98')}];
      cif.customParams = inPage ? 'agentId=from-all' : '{"dynamics": {"agentIdColumn": "cxn_agentid"}}';
      expect(await adapter.settings(never)).to.include({agentId: 'a1'});
      expect(cif.argsOf('searchAndOpenRecords')).to.deep.equal([
        ['systemuser', `?$select=cxn_agentid&$filter=systemuserid eq ${guidOf('99')}&$top=50`, true],
      ]);
    }
  });

  it('says nothing of it where the row says nothing, and refuses what is no column', async () => {
    const {cif, adapter} = page({agentIdColumn: 'cxn_agentid'});
    for (const records of [[], [user({cxn_agentid: ''})], [user({cxn_agentid: ' '})]]) {
      cif.records = records;
      expect(await adapter.settings(never)).not.to.have.property('agentId');
    }
    cif.userId = 'nobody';
    expect(await adapter.settings(never)).not.to.have.property('agentId');
    const wrong = page({agentIdColumn: 'cxn_agentid&$filter=1 eq 1'});
    expect(await outcome(wrong.adapter.settings(never))).to.equal('badConfig');
  });
});

describe('DynamicsAdapter and a host that does not do its part', () => {
  const calls: readonly (readonly [
    string,
    CifMethod,
    (adapter: DynamicsAdapter, signal: AbortSignal) => Promise<unknown>,
  ])[] = [
    ['open', 'searchAndOpenRecords', (adapter, signal) => adapter.open(ACCOUNT, signal)],
    ['search', 'searchAndOpenRecords', (adapter, signal) => adapter.search(contact('text', 'John'), signal)],
    ['create', 'openForm', (adapter, signal) => adapter.create({entity: 'contact', fields: {}}, signal)],
    ['showMatches', 'renderSearchPage', (adapter, signal) => adapter.showMatches(contact('text', 'x'), [], signal)],
    ['saveLog', 'createRecord', (adapter, signal) => adapter.saveLog(LOG, signal)],
  ];

  for (const [name, , call] of calls) {
    it(`ends ${name} after ten seconds, or after the admin’s limit, where nobody answers`, async () => {
      for (const [timeoutMs, limit] of [
        [undefined, 10_000],
        [5_000, 5_000],
      ] as const) {
        const {cif, adapter} = await connected({timeoutMs});
        cif.mode = 'silent';
        const time = clock();
        let ended: string | undefined;
        void outcome(call(adapter, never)).then((code) => (ended = code));
        await time.advance(limit - 1);
        expect(ended).to.equal(undefined);
        await time.advance(1);
        expect(ended).to.equal('timeout');
        time.restore();
      }
    });
  }

  it('ends at once where the plan does', async () => {
    const {cif, adapter} = await connected();
    cif.mode = 'silent';
    for (const [name, , call] of calls) {
      const plan = new AbortController();
      const ended = outcome(call(adapter, plan.signal));
      plan.abort();
      expect(await ended, name).to.equal('timeout');
    }
  });

  it('tells a refusal by its code, without the host’s words', async () => {
    const {cif, adapter} = await connected();
    cif.mode = 'refuse';
    for (const [name, method, call] of calls.slice(1)) {
      const error = await call(adapter, never).then(
        () => undefined,
        (reason: unknown) => reason as AdapterError,
      );
      expect(error, name).to.include({code: 'refused', message: `dynamics: ${method} was refused (-21472)`});
    }
  });

  it('still tries the form where it may not ask for the record', async () => {
    const {cif, adapter} = await connected();
    delete (cif.library as Record<string, unknown>)['searchAndOpenRecords'];
    await adapter.open(ACCOUNT, never);
    expect(cif.navigations).to.deep.equal([{kind: 'open', ...ACCOUNT}]);
    expect(await outcome(adapter.search(contact('text', 'John'), never))).to.equal('refused');
  });

  it('takes nonsense for an answer that makes no sense', async () => {
    const {cif, adapter} = await connected();
    for (const answer of [undefined, null, 5, 'John Doe', 'null', {0: {fullname: 'John Doe'}}, ['John Doe']]) {
      cif.answers.set('searchAndOpenRecords', answer);
      const error = await adapter.search(contact('text', 'John'), never).catch((reason: unknown) => reason);
      expect(error, JSON.stringify(answer)).to.have.property('code', 'badReply');
      expect((error as Error).message).not.to.contain('John');
    }
    cif.answers.set('createRecord', 'no record');
    expect(await adapter.saveLog(LOG, never)).to.equal(undefined);
  });

  it('is connected to a host that refuses: it is there', async () => {
    const {cif, adapter, context} = page();
    const connecting = adapter.connect(context);
    await waitUntil(() => cif.argsOf('getEnvironment').length > 0);
    cif.mode = 'refuse';
    await connecting;
    await waitUntil(() => context.notes.length === 5);
    expect(context.notes.map(({event, data}) => `${event} ${data?.['name'] ?? data?.['method']}`)).to.have.members([
      'dynamics_event_unavailable onclicktoact',
      'dynamics_event_unavailable onmodechanged',
      'dynamics_event_unavailable onpagenavigate',
      'dynamics_event_unavailable onSessionSwitched',
      'dynamics_call_failed setClickToAct',
    ]);
  });
});

describe('DynamicsAdapter and its library', () => {
  it('is not here on a page without it', async () => {
    const {adapter, context} = page();
    delete globals.Microsoft;
    expect(await outcome(adapter.connect(context))).to.equal('notHere');
    expect(await outcome(adapter.settings(never))).to.equal('notHere');
  });

  it('is not here on a page in no frame: the library would speak to the page itself', async () => {
    const {adapter, context} = page({orgUrl: 'https://acme.crm.dynamics.com'});
    delete globals.Microsoft;
    expect(await outcome(adapter.connect(context))).to.equal('notHere');
    expect(document.querySelector('script[src*="msdyn_ciLibrary"]')).to.equal(null);
  });

  function tag(): void {
    const script = document.createElement('script');
    script.type = 'application/json';
    script.dataset['cifid'] = 'CIFMainLibrary';
    document.head.append(script);
    cleanUp.push(() => script.remove());
  }

  it('waits for a library that the page loads by a tag of its own', async () => {
    tag();
    const {cif, adapter, context} = page();
    delete globals.Microsoft;
    const connecting = adapter.connect(context);
    bring(cif);
    dispatchEvent(new CustomEvent('CIFInitDone'));
    await connecting;
    await adapter.open(ACCOUNT, never);
    expect(cif.navigations).to.have.lengthOf(1);
  });

  it('gives up after a minute, or after the admin’s limit', async () => {
    tag();
    for (const [readyTimeoutMs, limit] of [
      [undefined, 60_000],
      [2_000, 2_000],
    ] as const) {
      const {adapter, context} = page({readyTimeoutMs});
      delete globals.Microsoft;
      const time = clock();
      let ended: string | undefined;
      void outcome(adapter.connect(context)).then((code) => (ended = code));
      await time.advance(limit - 1);
      expect(ended).to.equal(undefined);
      await time.advance(1_000);
      expect(ended).to.equal('timeout');
      time.restore();
    }
  });

  it('waits for a library whose host is still starting', async () => {
    const cif = new FakeCif();
    cif.mode = 'silent';
    const {adapter, context} = page({}, cif);
    const time = clock();
    let ended: string | undefined;
    void outcome(adapter.connect(context)).then((code) => (ended = code));
    await time.advance(5_000);
    expect(ended).to.equal(undefined);
    cif.mode = 'ok';
    await time.advance(5_000);
    expect(ended).to.equal('ok');
  });
});
