import {aTimeout, expect} from '@open-wc/testing';
import fc from '../support/fast-check.js';
import {AdapterError, type GenericCrmOptions} from '../../src/adapters/crm-adapter.js';
import {GenericAdapter} from '../../src/adapters/generic/generic.js';
import {MessageHost} from '../../src/adapters/generic/message-host.js';
import {recordedContext} from '../support/adapter-context.js';
import {readNews, readRecords, readReply} from '../../src/adapters/generic/replies.js';
import {waitUntil} from '../support/wait-until.js';

/** The same server under another name: another origin, and for the browser another site. */
const FOREIGN = location.origin.replace('localhost', 'host.localhost');
const contact = {entity: 'contact', by: 'email', value: "o'neil@example.com"} as const;
const {signal} = new AbortController();

async function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => (error instanceof AdapterError ? error.code : String(error)),
  );
}

interface Heard {
  readonly origin: string;
  readonly data: {readonly method: string; readonly id: string} & Record<string, unknown>;
}

/** A real window of another origin that answers; `heard` is what reached it. */
async function hostFrame(
  query: Record<string, string> = {},
): Promise<{window: Window; heard: Heard[]; remove(): void}> {
  const frame = document.createElement('iframe');
  const heard: Heard[] = [];
  let ready = false;
  const listen = ({data, source}: MessageEvent<{type?: string} & Heard>): void => {
    if (source !== frame.contentWindow) return;
    if (data.type === 'host-ready') ready = true;
    if (data.type === 'host-heard') heard.push(data);
  };
  addEventListener('message', listen);
  frame.src = `${FOREIGN}/test/support/message-host.html?${new URLSearchParams(query).toString()}`;
  document.body.append(frame);
  await waitUntil(() => ready, 'the host page is there');
  return {
    window: frame.contentWindow!,
    heard,
    remove() {
      removeEventListener('message', listen);
      frame.remove();
    },
  };
}

describe('MessageHost against a real window of another origin', () => {
  const remove: (() => void)[] = [];

  afterEach(() => {
    for (const done of remove.splice(0)) done();
  });

  async function connect(query: Record<string, string> = {}, timeoutMs = 500, origin = FOREIGN) {
    const frame = await hostFrame(query);
    const news: unknown[] = [];
    const host = new MessageHost({target: frame.window, origin, timeoutMs}, (item) => news.push(item));
    remove.push(() => (host.close(), frame.remove()));
    return {host, frame, news};
  }

  it('asks and is answered', async () => {
    const {host, frame} = await connect({result: '[{"entity":"contact","id":"C-1","name":"Ann"}]'});
    expect(readRecords(await host.request('search', {...contact}))).to.deep.equal([
      {entity: 'contact', id: 'C-1', name: 'Ann'},
    ]);
    expect(frame.heard[0]!.origin).to.equal(location.origin);
    expect(frame.heard[0]!.data).to.include({type: 'cxone-crm', version: 1, method: 'search', value: contact.value});
  });

  it('takes a refusal as one', async () => {
    const {host} = await connect({mode: 'refuse'});
    expect(await failure(host.request('open', {entity: 'account', recordId: '1'}))).to.equal('refused');
  });

  it('gives up on a silent host within the limit, and when it is told to', async () => {
    const {host} = await connect({mode: 'silent'}, 100);
    const startedAt = performance.now();
    expect(await failure(host.request('ping', {}))).to.equal('timeout');
    expect(performance.now() - startedAt).to.be.at.least(90);
    const aborter = new AbortController();
    const asked = failure(host.request('ping', {}, aborter.signal, 60_000));
    aborter.abort();
    expect(await asked).to.equal('timeout');
  });

  it('says nothing to a window that is not of the named origin, and hears nothing from it', async () => {
    const {host, frame, news} = await connect({}, 150, 'https://crm.example.com');
    expect(await failure(host.request('open', {entity: 'account', recordId: '1'}))).to.equal('timeout');
    frame.window.postMessage({type: 'host-say', message: {type: 'cxone-crm-event', event: 'activity'}}, FOREIGN);
    await aTimeout(100);
    expect(news).to.deep.equal([]);
    expect(frame.heard).to.deep.equal([]);
  });

  it('believes no other window, even of the same origin, and no other origin in that window', async () => {
    const {host, frame} = await connect({mode: 'silent'}, 400);
    const impostor = await hostFrame({mode: 'silent'});
    remove.push(impostor.remove);
    const answer = failure(host.request('search', {...contact}));
    await waitUntil(() => frame.heard.length === 1);
    const message = {type: 'cxone-crm-reply', id: frame.heard[0]!.data.id, ok: true, result: []};
    // The same origin, another window; and this page's own window.
    impostor.window.postMessage({type: 'host-say', message}, FOREIGN);
    postMessage(message, location.origin);
    expect(await answer).to.equal('timeout');
  });

  it('takes each reply once, and only for what was asked', async () => {
    const {host, frame} = await connect();
    for (const id of ['none', '__proto__', 'constructor']) {
      frame.window.postMessage({type: 'host-say', message: {type: 'cxone-crm-reply', id, ok: true}}, FOREIGN);
    }
    expect(await host.request('ping', {})).to.equal(undefined);
  });

  it('hears what the host tells unasked', async () => {
    const {frame, news} = await connect();
    const say = (message: unknown): void => frame.window.postMessage({type: 'host-say', message}, FOREIGN);
    say({type: 'cxone-crm-event', event: 'activity'});
    say({type: 'cxone-crm-event', event: 'nonsense'});
    say({type: 'cxone-crm-event', event: 'click-to-dial', number: '+1555', record: {entity: 'contact', id: 'C-1'}});
    await waitUntil(() => news.length === 2);
    expect(news).to.deep.equal([
      {event: 'activity'},
      {event: 'click-to-dial', number: '+1555', record: {entity: 'contact', id: 'C-1'}},
    ]);
  });
});

describe('GenericAdapter', () => {
  const asked: Record<string, unknown>[] = [];
  let answer: (data: Record<string, unknown>) => Record<string, unknown> | undefined = () => ({ok: true});
  const ending = new AbortController();

  /** This page as the host: the widgets and the CRM in one document. */
  const listen = ({data, origin, source}: MessageEvent<Record<string, unknown>>): void => {
    if (data.type !== 'cxone-crm') return;
    asked.push(data);
    const reply = answer(data);
    if (reply) source!.postMessage({type: 'cxone-crm-reply', id: data.id, ...reply}, {targetOrigin: origin});
  };

  before(() => addEventListener('message', listen));
  after(() => {
    ending.abort();
    removeEventListener('message', listen);
  });
  beforeEach(() => {
    asked.length = 0;
    answer = () => ({ok: true});
  });

  async function connected(
    options: GenericCrmOptions = {message: {target: 'self', timeoutMs: 300}},
  ): Promise<GenericAdapter> {
    const adapter = new GenericAdapter(options);
    await adapter.connect(recordedContext(ending.signal));
    return adapter;
  }

  it('waits for a host that comes late', async () => {
    let pings = 0;
    answer = () => (++pings < 3 ? undefined : {ok: true});
    await connected();
    expect(pings).to.equal(3);
    expect(asked.every(({method}) => method === 'ping')).to.equal(true);
  });

  it('hands logs of contacts to a host that takes them, and has no such call for another', async () => {
    expect((await connected()).saveLog).to.equal(undefined);
    const adapter = await connected({message: {target: 'self', timeoutMs: 300, log: true}});
    const log = {
      interactionId: 'i1',
      mediaType: 'voice',
      direction: 'inbound',
      startedAt: 1,
      endedAt: 2,
      talkSeconds: 1,
    } as const;
    await adapter.saveLog!(log, signal);
    expect(asked.at(-1)).to.deep.include({method: 'log', log});
    answer = () => ({ok: false});
    expect(await failure(adapter.saveLog!(log, signal))).to.equal('refused');
  });

  it('opens, creates and shows by message', async () => {
    const adapter = await connected();
    await adapter.open({entity: 'account', id: 'ACC-1', name: 'secret'}, signal);
    await adapter.create({entity: 'contact', fields: {email: 'a@b.c'}}, signal);
    await adapter.showMatches(contact, [{entity: 'contact', id: 'C-1'}], signal);
    adapter.onCallState({interactionId: 'i1', mediaType: 'voice', direction: 'inbound', state: 'ringing'});
    await waitUntil(() => asked.length === 5);
    expect(asked.map(({method}) => method)).to.deep.equal(['ping', 'open', 'create', 'show', 'call-state']);
    expect(asked[1]).to.include({entity: 'account', recordId: 'ACC-1'});
    expect(asked[2]!.fields).to.deep.equal({email: 'a@b.c'});
    expect(asked[4]).to.include({interactionId: 'i1', state: 'ringing'});
    adapter.disconnect();
  });

  it('tells the spellings of a number with a search for it, and with its matches', async () => {
    const adapter = await connected();
    answer = () => ({ok: true, result: []});
    const number = {
      entity: 'contact',
      by: 'phone',
      value: '+14155550119',
      numbers: ['14155550119', '4155550119'],
    } as const;
    await adapter.search(number, signal);
    await adapter.showMatches(number, [], signal);
    await adapter.search(contact, signal);
    const told = asked.slice(1).map(({method, value, numbers}) => ({method, value, numbers}));
    const {value, numbers} = number;
    expect(told).to.deep.equal([
      {method: 'search', value, numbers},
      {method: 'show', value, numbers},
      {method: 'search', value: contact.value, numbers: undefined},
    ]);
  });

  it('tries the URL template only for what the host refuses', async () => {
    const opened: string[] = [];
    const {open} = window;
    window.open = (url) => (opened.push(String(url)), window);
    const adapter = await connected({
      message: {target: 'self', timeoutMs: 100},
      urls: {account: '/accounts/{id}'},
      urlTarget: 'crm',
    });
    answer = () => ({ok: false, error: 'not mine'});
    await adapter.open({entity: 'account', id: 'A 1'}, signal);
    expect(await failure(adapter.open({entity: 'case', id: '1'}, signal))).to.equal('refused');
    answer = () => undefined;
    expect(await failure(adapter.open({entity: 'account', id: 'A 2'}, signal))).to.equal('timeout');
    window.open = open;
    expect(opened).to.deep.equal([`${location.origin}/accounts/A%201`]);
  });

  it('navigates by template alone, finds nothing, and says what has no template', async () => {
    const {hash} = location;
    const adapter = await connected({
      urls: {account: '#/accounts/{id}'},
      newUrls: {contact: '#/contacts/new?email={email}'},
    });
    await adapter.open({entity: 'account', id: 'ACC-1'}, signal);
    expect(location.hash).to.equal('#/accounts/ACC-1');
    await adapter.create({entity: 'contact', fields: {email: 'a&b@c'}}, signal);
    expect(location.hash).to.equal('#/contacts/new?email=a%26b%40c');
    expect(await adapter.search(contact, signal)).to.deep.equal([]);
    expect(await failure(adapter.open({entity: 'constructor', id: '1'}, signal))).to.equal('badConfig');
    location.hash = hash;
  });

  it('says that the browser blocked the window', async () => {
    const {open} = window;
    window.open = () => null;
    const adapter = await connected({urls: {account: '/a/{id}'}, urlTarget: 'crm'});
    expect(await failure(adapter.open({entity: 'account', id: '1'}, signal))).to.equal('refused');
    window.open = open;
  });

  const bad: readonly [string, GenericCrmOptions][] = [
    ['nothing', {}],
    ['any origin', {message: {target: 'parent', origin: '*'}}],
    ['no origin of a parent', {message: {target: 'parent'}}],
    ['an origin with a path', {message: {target: 'parent', origin: 'https://crm.example.com/x'}}],
    ['a list of origins', {message: {target: 'parent', origin: 'https://a.example https://b.example'}}],
    ['the null origin', {message: {target: 'parent', origin: 'null'}}],
  ];
  for (const [name, options] of bad) {
    it(`refuses ${name} as settings`, async () => {
      expect(await failure(new GenericAdapter(options).connect(recordedContext(ending.signal)))).to.equal('badConfig');
    });
  }
});

describe('a host’s replies', () => {
  const code = (result: unknown): string => {
    try {
      return JSON.stringify(readRecords(result));
    } catch (error) {
      return (error as AdapterError).code;
    }
  };

  it('are records with entity and id, or refused', () => {
    const good = [{entity: 'contact', id: 'C-1', extra: 1}];
    expect(code(good)).to.equal('[{"entity":"contact","id":"C-1"}]');
    expect(code({records: good})).to.equal('[{"entity":"contact","id":"C-1"}]');
    for (const bad of [undefined, null, 'x', {}, [null], [{}], [{entity: 'c', id: 1}], [{entity: '', id: '1'}], [[]]]) {
      expect(code(bad), JSON.stringify(bad)).to.equal('badReply');
    }
  });

  it('never come from a prototype', () => {
    const hostile: unknown = JSON.parse('{"__proto__": {"type": "cxone-crm-reply", "id": "1", "ok": true}}');
    expect(readReply(hostile)).to.equal(undefined);
    expect(readReply(Object.create({type: 'cxone-crm-reply', id: '1', ok: true}))).to.equal(undefined);
    expect(code([Object.create({entity: 'contact', id: '1'})])).to.equal('badReply');
  });

  it('are cut to what a panel can show', () => {
    expect(readRecords(Array.from({length: 500}, (_, i) => ({entity: 'c', id: String(i)})))).to.have.lengthOf(50);
    expect(code([{entity: 'c', id: 'x'.repeat(1_000)}])).to.equal('badReply');
    expect(code([{entity: 'c', id: '1', name: 'x'.repeat(1_000)}])).to.equal('[{"entity":"c","id":"1"}]');
  });

  it('of any shape are read or refused, never thrown over', () => {
    fc.assert(
      fc.property(fc.anything({withNullPrototype: true, withBigInt: true}), (data) => {
        readReply(data);
        readNews(data);
        expect(code(data)).to.match(/^(badReply|\[.*\])$/s);
      }),
      {numRuns: 500},
    );
  });
});
