import {expect} from '@open-wc/testing';
import fc from '../support/fast-check.js';
import {AdapterError, type CrmAdapter} from '../../src/adapters/crm-adapter.js';
import type {CachedAnswer, PlannedStep, PopResult, RecordRef, SearchQuery} from '../../src/domain/screen-pop.js';
import {runPlan, type Plan} from '../../src/session/host/run-plan.js';

const account: RecordRef = {entity: 'account', id: 'ACC-1'};
const ann: RecordRef = {entity: 'contact', id: 'C-1', name: 'Ann'};
const bob: RecordRef = {entity: 'contact', id: 'C-2', name: 'Bob'};
const byEmail: SearchQuery = {entity: 'contact', by: 'email', value: 'ann@example.com'};
const byPhone: SearchQuery = {entity: 'contact', by: 'phone', value: '+1555'};
const draft = {entity: 'contact', fields: {email: 'ann@example.com'}};

const open: PlannedStep = {kind: 'open', record: account};
const email: PlannedStep = {kind: 'search', query: byEmail};
const phone: PlannedStep = {kind: 'search', query: byPhone};
const create: PlannedStep = {kind: 'create', draft};

type Answer = readonly RecordRef[] | 'silent' | 'refused' | 'throws';
type Verb = 'ok' | 'silent' | 'refused' | 'throws';

interface Host {
  readonly open?: Verb;
  readonly create?: Verb;
  readonly email?: Answer;
  readonly phone?: Answer;
}

/** A host by script, that keeps a list of what it was asked. */
function host({open = 'ok', create = 'ok', email = [], phone = []}: Host): {adapter: CrmAdapter; asked: string[]} {
  const asked: string[] = [];
  const settle = <T>(how: Verb | Answer, value: T): Promise<T> => {
    if (how === 'silent') return new Promise(() => undefined);
    if (how === 'refused') return Promise.reject(new AdapterError('refused', 'no'));
    // What a host's library does that throws strings, and at once.
    if (how === 'throws') throw 'a string' as unknown as Error;
    return Promise.resolve(value);
  };
  const adapter: CrmAdapter = {
    name: 'scripted',
    connect: () => Promise.resolve(),
    open: (record) => (asked.push(`open ${record.id}`), settle(open, undefined)),
    search: ({by}) => {
      asked.push(`search ${by}`);
      const answer = by === 'email' ? email : phone;
      return settle(answer, typeof answer === 'string' ? [] : answer);
    },
    create: () => (asked.push('create'), settle(create, undefined)),
    showMatches: () => (asked.push('show'), Promise.reject(new Error('no search page'))),
    disconnect: () => undefined,
  };
  return {adapter, asked};
}

const run = (
  steps: readonly PlannedStep[],
  script: Host,
  plan: Partial<Plan> = {},
): {result: Promise<PopResult>; asked: string[]; failures: string[]} => {
  const {adapter, asked} = host(script);
  const failures: string[] = [];
  const full: Plan = {steps, cached: [], holdNewRecord: false, lookupTimeoutMs: 15, ...plan};
  return {result: runPlan(full, adapter, (call) => failures.push(call)), asked, failures};
};

const remembered = (query: SearchQuery, records: readonly RecordRef[]): CachedAnswer => ({query, records, at: 1});

describe('runPlan', () => {
  const ALL = [open, email, phone, create];
  const cases: readonly {
    readonly name: string;
    readonly steps: readonly PlannedStep[];
    readonly host: Host;
    readonly plan?: Partial<Plan>;
    readonly outcome: PopResult['outcome'];
    readonly asked: readonly string[];
    readonly result?: Partial<PopResult>;
  }[] = [
    {
      name: 'opens the exact record and asks no more',
      steps: ALL,
      host: {},
      outcome: 'opened',
      asked: ['open ACC-1'],
      result: {records: [account]},
    },
    {
      name: 'opens the one match',
      steps: [email, phone, create],
      host: {email: [ann]},
      outcome: 'opened',
      asked: ['search email', 'open C-1'],
      result: {records: [ann]},
    },
    {
      name: 'reports several, whatever becomes of the host’s own list',
      steps: [email, create],
      host: {email: [ann, bob]},
      outcome: 'several',
      asked: ['search email', 'show'],
      result: {records: [ann, bob]},
    },
    {
      name: 'goes on where a search finds none',
      steps: [email, phone, create],
      host: {phone: [bob]},
      outcome: 'opened',
      asked: ['search email', 'search phone', 'open C-2'],
    },
    {
      name: 'opens the prefilled form when nothing is found',
      steps: [email, phone, create],
      host: {},
      outcome: 'opened',
      asked: ['search email', 'search phone', 'create'],
    },
    {
      name: 'keeps the form closed while a call rings',
      steps: [email, create],
      host: {},
      plan: {holdNewRecord: true},
      outcome: 'none',
      asked: ['search email'],
      result: {draft},
    },
    {
      name: 'says none where no rule makes a record',
      steps: [email],
      host: {},
      outcome: 'none',
      asked: ['search email'],
    },
    {name: 'says none for a plan without steps', steps: [], host: {}, outcome: 'none', asked: []},
    {
      name: 'searches on when the exact record is refused',
      steps: ALL,
      host: {open: 'refused', email: [ann, bob]},
      outcome: 'several',
      asked: ['open ACC-1', 'search email', 'show'],
    },
    {
      name: 'makes no duplicate after a refusal',
      steps: ALL,
      host: {open: 'refused'},
      outcome: 'failed',
      asked: ['open ACC-1', 'search email', 'search phone'],
      result: {error: 'ADAPTER_FAILED', draft},
    },
    {
      name: 'falls back to the remembered answer when the host is silent',
      steps: [email, create],
      host: {email: 'silent'},
      plan: {cached: [remembered(byEmail, [ann])]},
      outcome: 'opened',
      asked: ['search email', 'open C-1'],
      result: {cached: true, records: [ann]},
    },
    {
      name: 'shows remembered matches as cached',
      steps: [email],
      host: {email: 'throws'},
      plan: {cached: [remembered(byEmail, [ann, bob])]},
      outcome: 'several',
      asked: ['search email', 'show'],
      result: {cached: true},
    },
    {
      name: 'asks a silent host once only',
      steps: [email, phone, create],
      host: {email: 'silent'},
      outcome: 'failed',
      asked: ['search email'],
      result: {error: 'ADAPTER_TIMEOUT', draft},
    },
    {
      name: 'says that opening failed',
      steps: [open],
      host: {open: 'silent'},
      outcome: 'failed',
      asked: ['open ACC-1'],
      result: {error: 'ADAPTER_TIMEOUT'},
    },
    {
      name: 'says that the form failed, and offers it again',
      steps: [create],
      host: {create: 'throws'},
      outcome: 'failed',
      asked: ['create'],
      result: {error: 'ADAPTER_FAILED', draft},
    },
  ];
  for (const {name, steps, host: script, plan, outcome, asked, result} of cases) {
    it('takes an answer that was looked up for this pop for the host’s own', async () => {
      const cached = [{query: byEmail, records: [ann], at: 1_000}];
      const fresh = run([email, create], {email: [bob]}, {cached, freshSince: 900});
      expect(await fresh.result).to.deep.include({outcome: 'opened', records: [ann], cached: undefined});
      expect(fresh.asked).to.deep.equal(['open C-1']);
      const old = run([email, create], {email: [bob]}, {cached, freshSince: 1_001});
      expect(await old.result).to.deep.include({outcome: 'opened', records: [bob]});
      const none = run(
        [email, phone],
        {phone: [bob]},
        {cached: [{query: byEmail, records: [], at: 1_000}], freshSince: 900},
      );
      expect(await none.result).to.deep.include({outcome: 'opened', records: [bob]});
      expect(none.asked).to.deep.equal(['search phone', 'open C-2']);
    });

    it(name, async () => {
      const {result: running, asked: calls} = run(steps, script, plan);
      const got = await running;
      expect(got.outcome).to.equal(outcome);
      expect(calls).to.deep.equal(asked);
      for (const [key, value] of Object.entries(result ?? {})) expect(got).to.have.deep.property(key, value);
      if (!result?.cached) expect(got.cached).to.equal(undefined);
    });
  }

  it('hands back what it learned, to be remembered', async () => {
    const {learned} = await run([email, phone], {phone: [bob]}).result;
    expect(learned?.map(({query, records}) => ({query, records}))).to.deep.equal([
      {query: byEmail, records: []},
      {query: byPhone, records: [bob]},
    ]);
  });

  it('uses the newest remembered answer, whatever the letter case', async () => {
    const cached = [
      {...remembered({...byEmail, value: 'ANN@example.com'}, [ann]), at: 5},
      {...remembered(byEmail, [bob]), at: 2},
    ];
    const {records} = await run([email], {email: 'silent'}, {cached}).result;
    expect(records).to.deep.equal([ann]);
  });

  it('names each failed call for the log', async () => {
    const {result, failures} = run([open, email], {open: 'refused', email: 'throws'});
    await result;
    expect(failures).to.deep.equal(['open', 'search']);
  });

  it('always settles, in bounded time, with a possible outcome, and never makes a record twice or while one rings', async () => {
    const verb = fc.constantFrom<Verb>('ok', 'silent', 'refused', 'throws');
    const answer = fc.constantFrom<Answer>([], [ann], [ann, bob], 'silent', 'refused', 'throws');
    const script = fc.record({open: verb, create: verb, email: answer, phone: answer});
    const steps = fc.array(fc.constantFrom(open, email, phone, create), {maxLength: 5});
    const cached = fc.constantFrom<CachedAnswer[]>([], [remembered(byEmail, [ann])], [remembered(byPhone, [ann, bob])]);
    await fc.assert(
      fc.asyncProperty(script, steps, cached, fc.boolean(), async (hostScript, plan, known, holdNewRecord) => {
        const startedAt = performance.now();
        const {result, asked} = run(plan, hostScript, {cached: known, holdNewRecord, lookupTimeoutMs: 5});
        const got = await result;
        expect(performance.now() - startedAt).to.be.below(10_000);
        expect(asked.filter((call) => call === 'create')).to.have.lengthOf.at.most(holdNewRecord ? 0 : 1);
        if (got.outcome === 'failed') expect(got.error).to.be.oneOf(['ADAPTER_FAILED', 'ADAPTER_TIMEOUT']);
        if (got.outcome === 'several') expect(got.records).to.have.lengthOf.above(1);
        if (got.cached) expect(known).to.have.lengthOf(1);
      }),
      {numRuns: 60},
    );
  });
});
