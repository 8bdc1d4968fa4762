import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it} from 'node:test';
import type {Page} from 'puppeteer-core';
import type {CxoneSession} from '../../src/session/session.js';
import {hubChannelName} from '../../src/domain/hub-channel.js';
import {LONG} from '../support/long.js';
import {HINDRANCES} from './support/hindrances.js';
import {newWorld} from './support/new-world.js';
import {snapshotOf} from './support/plain-page.js';
import {Tap, tokensIn, withoutTokensPlace} from './support/tap.js';
import {find, memoryOf, Traces, tracesIn, type Trace} from './support/traces.js';
import {
  AGENT,
  MODES,
  press,
  requests,
  until,
  waitForAttribute,
  waitUntilLive,
  type Mode,
  type World,
} from './support/world.js';

const LIMIT = {timeout: 120_000};
const CONTROLS = 'cxone-call-controls';

/** What a widget had a screen reader say stays in the page for 5 s. */
const STILL_SAID_MS = 7_000;

/** Nobody else's: each is one word that occurs nowhere but in this customer's data. */
const CUSTOMER = {name: 'Wilhelmina Quarzheim', email: 'vrnq.mail@kunde.example', number: '+4930555019283'};
const CUSTOMER_WORDS = ['Quarzheim', 'vrnq.mail@kunde', '4930555019283'];
const POP = {customer_name: CUSTOMER.name, customer_email: CUSTOMER.email, ani: CUSTOMER.number};

/** Where customer data may lie about while the agent works. Source: architecture.md "What must survive is in IndexedDB". */
const CUSTOMER_LIES = [/^indexedDB \S+ (pops|crmCache)$/, /^dom .*>cxone-(screen-pop|call-controls)\b/];
/** The CRM's own part of the demo page, which a pop fills. */
const HOSTS_OWN = /^dom .*>main#record\b/;
/** What is told of customers as it happens. Pages without a SharedWorker get their slices over the channel. */
const customerTold = (mode: Mode): RegExp =>
  mode === 'shared' ? /^event cxone-screen-pop$/ : /^(event cxone-screen-pop|broadcast)$/;

/** The parts of a token are secret, too. The first one of a JWT says nothing, but has no business anywhere either. */
const partsOf = (tokens: readonly string[]): string[] => [...new Set(tokens.flatMap((token) => token.split('.')))];

/** Chromium itself writes the address of a refused handshake to the console; the contract puts the token there. */
const withoutHandshakes = (traces: readonly Trace[]): Trace[] =>
  traces.map(({where, text}) => ({
    where,
    text: where.startsWith('console') ? text.replace(/(\/stream\?token=)[\w.-]+/g, '$1') : text,
  }));

/** How the page comes by its tokens. */
const SOURCES = {
  'a broker': {
    path: '/demo/generic.html',
    /** Where else customer data is to be seen: here a CRM is asked, and its answers are kept. */
    places: [/ crmCache$/],
    async fill(): Promise<void> {
      // The demo page has all it needs.
    },
  },
  'the page': {
    path: '/test/blank.html',
    places: [],
    /** A token source that tells the token it last had in its errors, as a host's script may. */
    fill: (page: Page): Promise<void> =>
      page.evaluate((agentId) => {
        const session = document.createElement('cxone-session');
        Object.assign(session, {agentId, apiBase: '/', crm: 'none'});
        let last = '';
        session.tokenSource = async () => {
          const headers = {'x-requested-with': 'test', 'content-type': 'application/json'};
          const answer = await fetch('/token', {method: 'POST', headers, body: JSON.stringify({agentId})});
          if (!answer.ok) throw new Error(`cannot refresh ${last}`);
          const {access_token: accessToken, expires_in: expiresInSeconds} = (await answer.json()) as {
            access_token: string;
            expires_in: number;
          };
          last = accessToken;
          return {accessToken, expiresInSeconds};
        };
        session.config = {settings: {tokenRetryBaseMs: 100, reconnectDelaysMs: [500], reconnectJitterMs: 10}};
        for (const name of ['status-picker', 'call-controls', 'acw-timer', 'screen-pop', 'connection-banner']) {
          session.append(document.createElement(`cxone-${name}`));
        }
        document.body.append(session);
      }, AGENT),
  },
} as const;
type Source = keyof typeof SOURCES;

/** Which shifts are worked: in the long run each source in each mode. */
const SHIFTS: Readonly<Record<Mode, readonly Source[]>> = LONG
  ? {
      shared: ['a broker', 'the page'],
      'elected worker': ['a broker', 'the page'],
      'elected page': ['a broker', 'the page'],
    }
  : {shared: ['a broker'], 'elected worker': [], 'elected page': ['the page']};

const log = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const {session} = document.querySelector('cxone-session') as unknown as {session: CxoneSession};
    return JSON.stringify(await session.log());
  });

/** Holds a call, which fails: everything that the caller gets to see of the error. */
const failedHold = (page: Page, interactionId: string): Promise<string> =>
  page.evaluate(async (id) => {
    const {session} = document.querySelector('cxone-session') as unknown as {session: CxoneSession};
    const error = (await session.commands.hold(id).then(
      () => new Error('it did not fail'),
      (reason: unknown) => reason,
    )) as Error;
    return JSON.stringify({...error, message: error.message, stack: error.stack, cause: String(error.cause)});
  }, interactionId);

for (const mode of (Object.keys(MODES) as Mode[]).filter((each) => SHIFTS[each].length > 0)) {
  describe(`secrets and customers (${mode})`, () => {
    let world: World;
    let tap: Tap;
    let traces: Traces;
    let pages: Page[];

    beforeEach(async () => {
      tap = new Tap();
      world = await newWorld();
      traces = new Traces(world.context, world.sim.url);
      pages = [];
    });
    afterEach(async () => {
      await world.close();
      tap.stop();
    });

    const streams = (): Promise<{open: number}> => world.sim.get('/_sim/streams');
    const stateIs = (page: Page, state: string): Promise<void> => waitForAttribute(page, CONTROLS, 'state', state);

    async function open(source: Source): Promise<Page> {
      const page = await world.context.newPage({type: 'window'});
      pages.push(page);
      await traces.watch(page);
      const hindrance = MODES[mode];
      if (hindrance) await page.evaluateOnNewDocument(HINDRANCES[hindrance]);
      await page.goto(world.sim.url + SOURCES[source].path);
      await SOURCES[source].fill(page);
      await waitUntilLive(page);
      return page;
    }

    const lying = async (): Promise<Trace[]> => (await Promise.all(pages.map(tracesIn))).flat();

    /** A day at work, ten seconds long; signed out of at its end. @returns what lay about before and after. */
    async function shift(source: Source): Promise<{working: Trace[]; over: Trace[]; memory: string}> {
      const {sim} = world;
      const first = await open(source);
      const second = await open(source);
      await second.bringToFront();
      await second.mouse.click(5, 5);

      const call = await sim.ring({screenPop: POP, from: CUSTOMER.number, acwSeconds: 0});
      await stateIs(first, 'ringing');
      await waitForAttribute(first, 'cxone-screen-pop', 'count', '1');
      await press(second, CONTROLS, '[data-action="answer"]');
      await stateIs(first, 'talking');
      await until('the pop is settled', async () => (await snapshotOf(first))?.pops.items[0]?.outcome !== 'waiting');

      // A platform that quotes what it was sent, and more.
      const [token] = tokensIn(tap.texts()).slice(-1);
      const message = `${token} of ${CUSTOMER.name} <${CUSTOMER.email}> cannot be held`;
      const body = {errorCode: 'INVALID_TRANSITION', message, currentState: 'talking', error: message};
      await sim.post('/_sim/faults', {kind: 'http-status', path: '/control', status: 409, body});
      traces.add('error', await failedHold(first, call.interactionId));
      await until('it is told', async () => traces.told.some(({where}) => where === 'event cxone-command-error'));

      // The stream is lost and, when it is tried again, the token is too; the source refuses twice before it gives one.
      const asked = (await requests(sim, '/token')).length;
      await sim.post('/_sim/faults', {kind: 'http-status', path: '/token', status: 401, times: 2, body});
      await sim.post('/_sim/faults', {kind: 'expire-tokens'});
      await sim.post('/_sim/faults', {kind: 'drop-stream', forMs: 700});
      await until('a new token is asked for', async () => (await requests(sim, '/token')).length >= asked + 3);
      await sim.end(call.interactionId);
      await waitUntilLive(first);
      await first.reload();
      await SOURCES[source].fill(first);
      await waitUntilLive(first);
      await waitForAttribute(first, 'cxone-screen-pop', 'count', '1');

      await sim.ring({screenPop: {...POP, crm_account_id: 'ACC-44921'}, from: CUSTOMER.number, mediaType: 'chat'});
      await stateIs(second, 'ringing');
      await until('it popped', async () => {
        const pops = (await snapshotOf(first))?.pops.items ?? [];
        return pops.length === 2 && pops.every(({outcome}) => outcome !== 'waiting');
      });
      await press(first, 'cxone-screen-pop', '[data-action="open"]');

      traces.add('log', await log(first));
      const working = await lying();
      const memory = await memoryOf(first);
      await second.evaluate(() => {
        const {session} = document.querySelector('cxone-session') as unknown as {session: CxoneSession};
        return session.signOut();
      });
      for (const page of [first, second]) await waitForAttribute(page, 'cxone-session', 'connection', 'error');
      await until('the stream is closed', async () => (await streams()).open === 0);
      return {working, over: await lying(), memory};
    }

    for (const source of SHIFTS[mode]) {
      it(`a shift with tokens from ${source} leaves neither where it does not belong`, LIMIT, async () => {
        const {working, over, memory} = await shift(source);
        const texts = tap.texts();
        const tokens = tokensIn(texts);
        assert.ok(tokens.length >= 2, 'the shift used several tokens');
        const sent = texts.map((text) => ({where: 'request', text: withoutTokensPlace(text)}));
        const {told} = traces;
        // What the search is to find, it finds.
        const seen = find(CUSTOMER_WORDS, [...working, ...told]);
        const places = [/ pops$/, />cxone-screen-pop>/, />cxone-call-controls>/, / cxone-screen-pop$/];
        for (const place of [...places, ...SOURCES[source].places]) {
          assert.ok(
            seen.some((found) => place.test(found)),
            `customer data is seen in ${place}`,
          );
        }
        for (const where of ['log', 'error', 'event cxone-command-error', 'event cxone-connection-change']) {
          assert.ok(
            told.some((trace) => trace.where === where),
            `${where} was looked at`,
          );
        }
        assert.equal(find(tokens, [{where: 'request', text: texts.join()}]).length, tokens.length);

        assert.deepEqual(find(partsOf(tokens), withoutHandshakes([...told, ...working, ...over, ...sent])), []);
        // Where the hub is not the page's own business, the page never gets to know a token.
        if (source === 'a broker' && mode !== 'elected page') {
          assert.notDeepEqual(find(CUSTOMER_WORDS, [{where: 'memory', text: memory}]), []);
          assert.deepEqual(find(tokens, [{where: 'memory', text: memory}]), []);
        }
        const misplaced = working.filter(
          ({where}) => ![...CUSTOMER_LIES, HOSTS_OWN].some((place) => place.test(where)),
        );
        const mistold = told.filter(({where}) => !customerTold(mode).test(where));
        assert.deepEqual(find(CUSTOMER_WORDS, [...misplaced, ...mistold, ...sent]), []);
        const left = async (): Promise<string> =>
          find(
            CUSTOMER_WORDS,
            (await lying()).filter(({where}) => !HOSTS_OWN.test(where)),
          ).join('\n');
        await until(
          'no customer data is left',
          async () => (await left()) === '' || Promise.reject(new Error(await left())),
          STILL_SAID_MS,
        );
      });
    }
  });
}

describe('the search for what was left behind', () => {
  it('finds a value in every place it looks at', LIMIT, async () => {
    const tap = new Tap();
    const world = await newWorld();
    try {
      const traces = new Traces(world.context, world.sim.url);
      const page = await world.context.newPage();
      await traces.watch(page);
      // A document without a policy, which would keep the worker out.
      await page.goto(`${world.sim.url}/_sim/state`);
      const planted = 'eyJ.planted';
      await page.evaluate(
        async (value, channel) => {
          localStorage.setItem('a', value);
          sessionStorage.setItem('a', value);
          document.cookie = `a=${value}`;
          await (await caches.open('a')).put('/a', new Response(value));
          await new Promise<void>((resolve) => {
            const opening = indexedDB.open('a');
            opening.onupgradeneeded = () => opening.result.createObjectStore('b').add({c: [value]}, 1);
            opening.onsuccess = () => (opening.result.close(), resolve());
          });
          const host = document.body.appendChild(document.createElement('div'));
          host.attachShadow({mode: 'open'}).appendChild(document.createElement('i')).title = value;
          history.replaceState({value}, '', `#${value}`);
          document.title = window.name = value;
          console.log(value);
          // From a script of the page: to one of the tools, errors are none of its business.
          const script = document.createElement('script');
          script.text = `reportError(new Error('a', {cause: ${JSON.stringify(value)}}))`;
          document.body.append(script);
          document.dispatchEvent(Object.assign(new Event('cxone-warning'), {detail: value}));
          new BroadcastChannel(channel).postMessage({value});
          await fetch(`/a?token=${value}`, {method: 'POST', body: value});
          new SharedWorker(`data:text/javascript,console.log("${value}")`);
          void navigator.locks.request(value, () => new Promise(() => undefined));
        },
        planted,
        hubChannelName(world.sim.url, AGENT),
      );
      const places = [
        ...[
          'localStorage',
          'sessionStorage',
          'cookie',
          'cache a',
          'indexedDB a b',
          'locks',
          'title',
          'history',
          'error',
        ],
        ...['dom >html>body>div>shadow>i [title]', 'address', 'name of the window', 'performance', 'broadcast'],
        ...['console', 'console of the page', 'console of the worker', 'event cxone-warning', 'address of the worker'],
      ];
      const missing = async (): Promise<string[]> => {
        const found = find([planted], [...traces.told, ...(await tracesIn(page))]);
        return places.filter((place) => !found.includes(`${planted} in ${place}`));
      };
      await until(
        'all are found',
        async () => (await missing()).length === 0 || Promise.reject(new Error((await missing()).join())),
      );
      const [address, body] = [`/a?token=${planted} HTTP`, `\r\n\r\n${planted}`];
      for (const text of [address, body]) {
        assert.ok(
          tap.texts().some((sent) => withoutTokensPlace(sent).includes(text)),
          text,
        );
      }
      assert.notEqual((await memoryOf(page)).indexOf(planted), -1);
    } finally {
      await world.close();
      tap.stop();
    }
  });
});
