import {eventually, same} from './expect.js';
import type {Abilities, ConformanceHost, ConformancePlatform, HostTab, Navigation, SampleRecord} from './host.js';

export interface ScenarioWorld {
  readonly host: ConformanceHost;
  readonly platform: ConformancePlatform;
}

/** One thing every adapter must do. `run` throws where it does not. */
export interface Scenario {
  readonly name: string;
  /** What the host must be able to do for it to mean anything. */
  readonly needs?: readonly (keyof Abilities)[];
  /**
   * Whom it tries: `adapter`, where CRMs differ, or `hub`, what the widgets do whatever the CRM: trying that with one
   * host says as much as with many. Run both before you ship.
   */
  readonly tries: 'adapter' | 'hub';
  /** How long it does nothing but wait, in ms, where that is long. */
  readonly waitsMs?: number;
  /** How long it may take, in ms. */
  readonly limitMs: number;
  run(world: ScenarioWorld): Promise<void>;
}

/** Long enough for a host that is slow but answers within the lookup's limit of the contract, in ms. */
const SLOW_MS = 1_200;
/** As the issue that this product answers to: an adapter that is ready 20 s after the ring still pops. */
const LATE_MS = 20_000;
const LIMIT_MS = 90_000;

const alder: SampleRecord = {entity: 'account', n: 1, name: 'Alder & Finch', phone: '+15035550100'};
const lea: SampleRecord = {
  entity: 'contact',
  n: 2,
  name: 'Lea Moreau',
  email: 'lea.moreau@example.com',
  phone: '+12125550142',
};
const twin: SampleRecord = {...lea, n: 3, name: 'Lea Moreau-Diaz'};
const other: SampleRecord = {
  entity: 'contact',
  n: 4,
  name: 'Sam Ortiz',
  email: 'sam.ortiz@example.com',
  phone: '+13125550187',
};
const RECORDS = [alder, lea, other];

/** Texts that have broken out of a query, a page or an address somewhere. */
const HOSTILE = [
  `O'Brien"); drop`,
  `x' or '1'='1`,
  '<img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  '../../admin',
  '*?&%00\\',
  '__proto__',
];

const opens = (host: ConformanceHost, record: SampleRecord): Navigation => ({
  kind: 'open',
  entity: host.entity(record.entity),
  id: host.idOf(record),
});

/** Navigations to records, without what else a host tells of them. */
const opened = async (tab: HostTab): Promise<Navigation[]> =>
  (await tab.navigations())
    .filter(({kind}) => kind === 'open')
    .map(({kind, entity, id}) => ({kind, ...(entity !== undefined && {entity}), ...(id !== undefined && {id})}));

const kinds = async (tab: HostTab): Promise<string[]> => (await tab.navigations()).map(({kind}) => kind);

async function open(host: ConformanceHost, more: Parameters<ConformanceHost['openTab']>[0] = {}): Promise<HostTab> {
  const tab = await host.openTab({records: RECORDS, ...more});
  await tab.ready();
  return tab;
}

/** A call of this customer, known by what the host can look up; without after-call work. */
function callOf({can}: ConformanceHost, {email, phone}: SampleRecord): Parameters<ConformancePlatform['ring']>[0] {
  return can.email
    ? {screenPop: {customer_email: email}, acwSeconds: 0}
    : {screenPop: {priority: 'high'}, from: phone, acwSeconds: 0};
}

/** Waits until a pop came to an outcome. */
const comesTo = (tab: HostTab, interactionId: string, outcome: string, limitMs?: number): Promise<void> =>
  eventually(`the pop of ${interactionId}`, () => tab.outcome(interactionId), outcome, limitMs);

/** Waits until the widgets and the host's own controls show a call's state; `undefined`: it is gone. */
async function shows(tab: HostTab, interactionId: string, state: string | undefined): Promise<void> {
  await eventually(`${interactionId} in the widgets`, () => tab.state(interactionId), state);
  await eventually(`${interactionId} in the host`, () => tab.hostState(interactionId), state);
}

async function finish(platform: ConformancePlatform, tab: HostTab, interactionId: string): Promise<void> {
  await platform.end(interactionId);
  await eventually('the call is over', () => tab.state(interactionId), undefined);
}

/** What every adapter of a CRM must do, whatever the CRM. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'an exact id opens that very record, once',
    needs: ['records'],
    tries: 'adapter',
    limitMs: LIMIT_MS,
    async run({host, platform}) {
      const tab = await open(host);
      const screenPop = {crm_account_id: host.idOf(alder), customer_email: lea.email};
      const {interactionId} = await platform.ring({screenPop, acwSeconds: 0});
      await comesTo(tab, interactionId, 'opened');
      same('what was opened', await opened(tab), [opens(host, alder)]);
    },
  },
  {
    name: 'one match of an e-mail address opens, and no search page is shown',
    needs: ['email'],
    tries: 'adapter',
    limitMs: LIMIT_MS,
    async run({host, platform}) {
      const tab = await open(host);
      const {interactionId} = await platform.ring({screenPop: {customer_email: lea.email}, acwSeconds: 0});
      await comesTo(tab, interactionId, 'opened');
      same('what was opened', await opened(tab), [opens(host, lea)]);
      same('what the host showed', await kinds(tab), ['open']);
    },
  },
  {
    name: 'one match of the caller’s number opens',
    needs: ['records'],
    tries: 'adapter',
    limitMs: LIMIT_MS,
    async run({host, platform}) {
      const tab = await open(host);
      const {interactionId} = await platform.ring({screenPop: {priority: 'high'}, from: other.phone, acwSeconds: 0});
      await comesTo(tab, interactionId, 'opened');
      same('what was opened', await opened(tab), [opens(host, other)]);
    },
  },
  {
    name: 'several matches are a choice, and open nothing by themselves',
    needs: ['records'],
    tries: 'adapter',
    limitMs: LIMIT_MS,
    async run({host, platform}) {
      const tab = await open(host, {records: [...RECORDS, twin]});
      const {interactionId} = await platform.ring(callOf(host, lea));
      await comesTo(tab, interactionId, 'several');
      same('what was opened', await opened(tab), []);
    },
  },
  {
    name: 'no match opens no form while the call rings, and offers none that would cover Answer',
    tries: 'hub',
    limitMs: LIMIT_MS,
    async run({host, platform}) {
      const tab = await open(host);
      const screenPop = {customer_email: 'nobody@example.com'};
      const {interactionId} = await platform.ring({screenPop, from: '+19995550000', acwSeconds: 0});
      await comesTo(tab, interactionId, 'none');
      same('what the host showed', await kinds(tab), []);
    },
  },
  {
    name: 'no match on answer opens the form with its fields filled in',
    needs: ['create'],
    tries: 'adapter',
    limitMs: LIMIT_MS,
    async run({host, platform}) {
      const tab = await open(host, {settings: {popMoment: {voice: 'answer'}}});
      const screenPop = {customer_email: 'nobody@example.com'};
      const {interactionId} = await platform.ring({screenPop, from: '+19995550000', acwSeconds: 0});
      await comesTo(tab, interactionId, 'waiting');
      await tab.press(interactionId, 'answer');
      await comesTo(tab, interactionId, 'opened');
      const [form, ...more] = await tab.navigations();
      same('what else the host showed', more, []);
      same('the form', [form?.kind, form?.entity], ['create', host.entity('contact')]);
      same('its e-mail', form?.fields?.[host.field('contact', 'email')], 'nobody@example.com');
      same('its number', form?.fields?.[host.field('contact', 'phone')], '+19995550000');
    },
  },
  {
    name: 'hostile values find nothing, open nothing, and are looked up as they are',
    needs: ['records'],
    tries: 'adapter',
    limitMs: 110_000,
    async run({host, platform}) {
      const obrien: SampleRecord = {
        entity: 'contact',
        n: 9,
        name: "O'Brien",
        email: "o'brien@example.com",
        phone: '+14155550123',
      };
      const tab = await open(host, {records: [...RECORDS, obrien]});
      for (const value of HOSTILE) {
        const screenPop = {customer_email: value, crm_contact_id: value};
        const {interactionId} = await platform.ring({screenPop, from: 'anonymous', acwSeconds: 0});
        await eventually(
          `an outcome for ${value}`,
          async () => !/^(waiting)?$/.test((await tab.outcome(interactionId)) ?? ''),
          true,
        );
        const outcome = await tab.outcome(interactionId);
        if (outcome === 'opened')
          throw new Error(`${value} opened something: ${JSON.stringify(await tab.navigations())}`);
        await finish(platform, tab, interactionId);
      }
      same('what was opened', await opened(tab), []);
      const {interactionId} = await platform.ring(callOf(host, obrien));
      await comesTo(tab, interactionId, 'opened');
      same('what was opened', await opened(tab), [opens(host, obrien)]);
    },
  },
  {
    name: 'a slow host is waited for',
    needs: ['records'],
    tries: 'hub',
    limitMs: LIMIT_MS,
    async run({host, platform}) {
      const tab = await open(host);
      await tab.setBehaviour({delayMs: SLOW_MS});
      const {interactionId} = await platform.ring(callOf(host, lea));
      await comesTo(tab, interactionId, 'opened', 15_000);
      // Some hosts do not say when a form is shown.
      await eventually('what was opened', () => opened(tab), [opens(host, lea)]);
    },
  },
  {
    name: 'a host that never answers is a failure in words; the next call works',
    needs: ['records'],
    tries: 'hub',
    limitMs: 110_000,
    async run({host, platform}) {
      const tab = await open(host);
      await tab.setBehaviour({mode: 'silent'});
      const first = await platform.ring(callOf(host, lea));
      await comesTo(tab, first.interactionId, 'failed', 20_000);
      await finish(platform, tab, first.interactionId);
      await tab.setBehaviour({mode: 'ok'});
      const second = await platform.ring(callOf(host, other));
      await comesTo(tab, second.interactionId, 'opened');
      same('what was opened', await opened(tab), [opens(host, other)]);
    },
  },
  {
    name: 'a host that refuses is a failure in words; the next call works',
    needs: ['records'],
    tries: 'adapter',
    limitMs: LIMIT_MS,
    async run({host, platform}) {
      const tab = await open(host);
      await tab.setBehaviour({mode: 'refuse'});
      const first = await platform.ring(callOf(host, lea));
      await comesTo(tab, first.interactionId, 'failed', 20_000);
      same('what the host showed', await kinds(tab), []);
      await finish(platform, tab, first.interactionId);
      await tab.setBehaviour({mode: 'ok'});
      const second = await platform.ring(callOf(host, other));
      await comesTo(tab, second.interactionId, 'opened');
      same('what was opened', await opened(tab), [opens(host, other)]);
    },
  },
  {
    name: 'the first pop waits for a host that is ready 20 s after the ring, and opens once',
    needs: ['records'],
    tries: 'hub',
    waitsMs: LATE_MS,
    limitMs: 110_000,
    async run({host, platform}) {
      const tab = await host.openTab({records: RECORDS, behaviour: {readyAfterMs: LATE_MS}});
      await tab.ready({adapter: false});
      const {interactionId} = await platform.ring(callOf(host, lea));
      await comesTo(tab, interactionId, 'waiting');
      await comesTo(tab, interactionId, 'opened', LATE_MS + 12_000);
      same('what was opened', await opened(tab), [opens(host, lea)]);
    },
  },
  {
    name: 'the agent goes elsewhere while a call rings: the record is opened once, not again on answer',
    needs: ['records'],
    tries: 'hub',
    limitMs: LIMIT_MS,
    async run({host, platform}) {
      const tab = await open(host);
      const {interactionId} = await platform.ring(callOf(host, lea));
      await comesTo(tab, interactionId, 'opened');
      await tab.activity();
      await tab.press(interactionId, 'answer');
      await eventually('the call is answered', () => tab.state(interactionId), 'talking');
      await finish(platform, tab, interactionId);
      same('what was opened', await opened(tab), [opens(host, lea)]);
    },
  },
  {
    name: 'with two tabs one of them opens the record: the one used last, seen from the host',
    needs: ['records'],
    tries: 'hub',
    limitMs: 110_000,
    async run({host, platform}) {
      const first = await open(host);
      const second = await open(host);
      // Both are in view, side by side; the agent works in the first.
      await first.activity();
      const {interactionId} = await platform.ring(callOf(host, lea));
      await comesTo(first, interactionId, 'opened');
      await comesTo(second, interactionId, 'opened');
      same('what both opened', [...(await opened(first)), ...(await opened(second))], [opens(host, lea)]);
    },
  },
  {
    name: 'a second call after the first pops as well',
    needs: ['records'],
    tries: 'hub',
    limitMs: LIMIT_MS,
    async run({host, platform}) {
      const tab = await open(host);
      for (const record of [lea, other, lea]) {
        const {interactionId} = await platform.ring(callOf(host, record));
        await comesTo(tab, interactionId, 'opened');
        await tab.press(interactionId, 'answer');
        await eventually('the call is answered', () => tab.state(interactionId), 'talking');
        await finish(platform, tab, interactionId);
      }
      same(
        'what was opened',
        await opened(tab),
        [lea, other, lea].map((record) => opens(host, record)),
      );
    },
  },
  {
    name: 'a number that is clicked twice in a row is told twice, and after a call still',
    needs: ['clickToDial'],
    tries: 'adapter',
    limitMs: LIMIT_MS,
    async run({host, platform}) {
      const tab = await open(host);
      await tab.clickToDial('+12125550142');
      await eventually('the first click', () => tab.dialled(), ['+12125550142']);
      await tab.clickToDial('+12125550142');
      await eventually('the second click', () => tab.dialled(), ['+12125550142', '+12125550142']);
      const {interactionId} = await platform.ring(callOf(host, lea));
      await comesTo(tab, interactionId, 'opened');
      await finish(platform, tab, interactionId);
      await tab.clickToDial('+13125550187');
      await eventually('a click after a call', async () => (await tab.dialled()).length, 3);
    },
  },
  {
    name: 'a contact that is over is logged once, with two tabs open',
    needs: ['logs'],
    tries: 'hub',
    limitMs: 110_000,
    async run({host, platform}) {
      const first = await open(host);
      const second = await open(host);
      const {interactionId} = await platform.ring(callOf(host, lea));
      await comesTo(first, interactionId, 'opened');
      await first.press(interactionId, 'answer');
      await eventually('the call is answered', () => first.state(interactionId), 'talking');
      await finish(platform, first, interactionId);
      const logs = async (): Promise<number> =>
        (await first.logsOf(interactionId)) + (await second.logsOf(interactionId));
      await eventually('it is logged', logs, 1);
      // A second contact's log shows that nothing more came of the first.
      const next = await platform.ring(callOf(host, other));
      await eventually('it rings', () => second.state(next.interactionId), 'ringing');
      await second.press(next.interactionId, 'answer');
      await eventually('the call is answered', () => first.state(next.interactionId), 'talking');
      await finish(platform, first, next.interactionId);
      await eventually(
        'the next one is logged',
        async () => (await first.logsOf(next.interactionId)) + (await second.logsOf(next.interactionId)),
        1,
      );
      same('logs of the first', await logs(), 1);
    },
  },
  {
    name: 'a frame of another site can neither command nor listen',
    needs: ['messages'],
    tries: 'adapter',
    limitMs: LIMIT_MS,
    async run({host, platform}) {
      const tab = await open(host);
      await tab.intrude(host.forgeries);
      const screenPop = {priority: 'high'};
      const unknown = {screenPop, from: '+19995550000', acwSeconds: 0};
      const order = host.can.records ? callOf(host, lea) : unknown;
      const {interactionId} = await platform.ring(order);
      await comesTo(tab, interactionId, host.can.records ? 'opened' : 'none');
      await tab.intrude(host.forgeries);
      same('what was opened', await opened(tab), host.can.records ? [opens(host, lea)] : []);
      same('what was dialled', await tab.dialled(), []);
      same('what the foreign frame heard', await tab.overheard(), []);
      same('what became of the call', await tab.state(interactionId), 'ringing');
    },
  },
  {
    name: 'a call is answered, held, resumed and ended with the host’s own controls, and so is the next one',
    needs: ['phone'],
    tries: 'adapter',
    limitMs: LIMIT_MS,
    async run({host, platform}) {
      const tab = await open(host);
      for (const {phone} of [lea, other]) {
        const {interactionId} = await platform.ring({from: phone, acwSeconds: 0});
        await shows(tab, interactionId, 'ringing');
        for (const [action, state] of [
          ['answer', 'talking'],
          ['hold', 'hold'],
          ['resume', 'talking'],
          ['release', undefined],
        ] as const) {
          await tab.pressInHost(interactionId, action);
          await shows(tab, interactionId, state);
        }
      }
    },
  },
  {
    name: 'what is done in the widgets shows in the host’s own controls',
    needs: ['phone'],
    tries: 'adapter',
    limitMs: LIMIT_MS,
    async run({host, platform}) {
      const tab = await open(host);
      const {interactionId} = await platform.ring({from: lea.phone, acwSeconds: 0});
      for (const [action, state] of [
        ['answer', 'talking'],
        ['hold', 'hold'],
        ['resume', 'talking'],
        ['release', undefined],
      ] as const) {
        await tab.press(interactionId, action);
        await shows(tab, interactionId, state);
      }
    },
  },
  {
    name: 'a host that is ready 20 s after the ring shows the call, and answers it',
    needs: ['phone'],
    tries: 'hub',
    waitsMs: LATE_MS,
    limitMs: 110_000,
    async run({host, platform}) {
      const tab = await host.openTab({records: RECORDS, behaviour: {readyAfterMs: LATE_MS}});
      await tab.ready({adapter: false});
      const {interactionId} = await platform.ring({from: lea.phone, acwSeconds: 0});
      await eventually('it rings in the host', () => tab.hostState(interactionId), 'ringing', LATE_MS + 12_000);
      await tab.pressInHost(interactionId, 'answer');
      await shows(tab, interactionId, 'talking');
    },
  },
  {
    name: 'with two tabs the controls of both hosts show the call; what one of them does shows in the other',
    needs: ['phone'],
    tries: 'hub',
    limitMs: 110_000,
    async run({host, platform}) {
      const tabs = [await open(host), await open(host)] as const;
      const {interactionId} = await platform.ring({from: lea.phone, acwSeconds: 0});
      for (const tab of tabs) await shows(tab, interactionId, 'ringing');
      await tabs[0].pressInHost(interactionId, 'answer');
      for (const tab of tabs) await shows(tab, interactionId, 'talking');
      await tabs[1].pressInHost(interactionId, 'release');
      for (const tab of tabs) await shows(tab, interactionId, undefined);
    },
  },
];
