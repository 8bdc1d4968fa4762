import {executeServerCommand} from '@web/test-runner-commands';
import {aTimeout, expect} from '@open-wc/testing';
import {wrap, type Remote} from 'comlink';
import {OpenCtiHost} from '../../demo/hosts/open-cti-host.js';
import type {ContactLog} from '../../src/adapters/crm-adapter.js';
import type {SalesforceOptions} from '../../src/adapters/salesforce/options.js';
import {waitUntil} from '../support/wait-until.js';
import type {Outcome, PhoneApi} from './salesforce-phone.js';

/** The same server under another name: another origin, and for the browser another site. */
const PHONE = location.origin.replace('localhost', 'phone.localhost');
const LOCAL: SalesforceOptions = {hosts: ['localhost', '*.localhost']};
const FRAME = {sfdcIframeOrigin: location.origin, mode: 'Lightning'};

type Records = OpenCtiHost['records'];
const cleanUp: (() => void)[] = [];

afterEach(() => {
  for (const done of cleanUp.splice(0)) done();
});

/** A frame with the phone's page, and the way to drive it. Each load of the page has a way of its own. */
async function phoneFrame(src: string): Promise<{frame: HTMLIFrameElement; next: () => Promise<Remote<PhoneApi>>}> {
  const frame = document.createElement('iframe');
  const ports: MessagePort[] = [];
  const listen = ({data, ports: [port]}: MessageEvent<{type?: string}>): void => {
    if (data?.type === 'phone-ready' && port) ports.push(port);
  };
  addEventListener('message', listen);
  cleanUp.push(() => {
    removeEventListener('message', listen);
    frame.remove();
  });
  const next = async (): Promise<Remote<PhoneApi>> => {
    await waitUntil(() => ports.length > 0, 'the phone’s page is there');
    return wrap<PhoneApi>(ports.shift()!);
  };
  frame.src = src;
  return {frame, next};
}

const phoneUrl = (query: Readonly<Record<string, string>>): string =>
  `${PHONE}/test/adapters/salesforce-phone.html?${new URLSearchParams(query).toString()}`;

/** An org, this page, with a phone in a frame of another site. */
async function org(
  options: SalesforceOptions = {},
  query: Readonly<Record<string, string>> = {...FRAME, ownLibrary: '1'},
): Promise<{host: OpenCtiHost; phone: Remote<PhoneApi>; next: () => Promise<Remote<PhoneApi>>}> {
  const {frame, next} = await phoneFrame(phoneUrl(query));
  const host = new OpenCtiHost(() => frame.contentWindow, PHONE);
  cleanUp.push(() => host.close());
  document.body.append(frame);
  const phone = await next();
  await phone.make({...LOCAL, lookupTimeoutMs: 400, callTimeoutMs: 400, readyTimeoutMs: 4_000, ...options});
  return {host, phone, next};
}

/** The same, connected. */
async function connected(options: SalesforceOptions = {}): Promise<{host: OpenCtiHost; phone: Remote<PhoneApi>}> {
  const {host, phone} = await org(options);
  expect(await phone.ask('connect')).not.to.have.property('code');
  await waitUntil(() => host.dialling);
  host.requests.length = 0;
  return {host, phone};
}

const find = (records: Records, name: string): Records[number] => {
  const found = records.find((record) => record.name === name);
  if (!found) throw new Error(`no record ${name}`);
  return found;
};
const methods = (host: OpenCtiHost): string[] => host.requests.map(({method}) => method);
const contact = (by: 'email' | 'phone' | 'text', value: string) => ({entity: 'contact', by, value});
const names = ({value}: Outcome): string[] => (value as {name: string}[]).map(({name}) => name).sort();

describe('SalesforceAdapter in a frame of an org', () => {
  it('opens a record by Salesforce’s own id, at once', async () => {
    const {host, phone} = await connected();
    const {id} = find(host.records, 'John Doe');
    expect(await phone.ask('open', [{entity: 'contact', id, name: 'secret'}])).not.to.have.property('code');
    expect(host.requests).to.deep.equal([{method: 'screenPop', args: {type: 'sobject', params: {recordId: id}}}]);
    expect(host.navigations).to.deep.equal([{kind: 'open', entity: 'Contact', id}]);
  });

  it('looks another system’s id up, and opens the one record that has all of it', async () => {
    const {host, phone} = await connected();
    const {id} = find(host.records, 'Alder & Finch Logistics');
    // The same parts in other places, and the same number on another object.
    host.records.push({
      entity: 'Account',
      id: '001xx000003DGb1AAG',
      name: 'ACC 44921 Ltd',
      fields: {AccountNumber: 'X'},
    });
    host.records.push({entity: 'Case', id: '500xx000003DGb1AAG', name: 'Case', fields: {Subject: 'ACC-44921'}});
    expect(await phone.ask('open', [{entity: 'account', id: 'ACC-44921'}])).not.to.have.property('code');
    expect(methods(host)).to.deep.equal(['searchAndScreenPop', 'screenPop']);
    expect(host.requests[0]!.args).to.deep.equal({
      searchParams: 'ACC\\-44921',
      callType: 'inbound',
      deferred: true,
      queryParams: undefined,
      defaultFieldValues: undefined,
      params: undefined,
    });
    expect(host.navigations).to.deep.equal([{kind: 'open', entity: 'Account', id}]);
  });

  it('opens nothing for an id that no record has, or several', async () => {
    const {host, phone} = await connected();
    expect(await phone.ask('open', [{entity: 'account', id: 'ACC-00000'}])).to.include({code: 'notFound'});
    expect(await phone.ask('open', [{entity: 'contact', id: 'ACC-44921'}])).to.include({code: 'notFound'});
    host.records.push({
      entity: 'Account',
      id: '001xx000003DGb1AAG',
      name: 'Twin',
      fields: {AccountNumber: 'ACC-44921'},
    });
    const twice = await phone.ask('open', [{entity: 'account', id: 'ACC-44921'}]);
    expect(twice).to.include({code: 'refused'});
    expect(twice.message).not.to.contain('44921');
    expect(host.navigations).to.deep.equal([]);
  });

  it('finds by e-mail only whom the address belongs to, and navigates when it is told to', async () => {
    const {host, phone} = await connected();
    host.records.push({
      entity: 'Contact',
      id: '003xx000004TmiQAAS',
      name: 'Same parts',
      fields: {Email: 'brightwater@reception.example'},
    });
    const query = contact('email', 'Reception@brightwater.example');
    const found = await phone.ask('search', [query]);
    expect(names(found)).to.deep.equal(['Ingrid Sorensen', 'Lena Fischer', 'Tom Okafor']);
    expect((found.value as {entity: string}[]).every(({entity}) => entity === 'Contact')).to.equal(true);
    expect(host.navigations).to.deep.equal([]);
    await phone.ask('showMatches', [query, found.value]);
    const wanted = {type: 'search', params: {searchString: 'Reception@brightwater.example'}};
    expect(host.requests.at(-1)).to.deep.equal({method: 'screenPop', args: wanted});
    expect(host.navigations.map(({kind}) => kind)).to.deep.equal(['matches']);
  });

  it('hands back just what the org wanted shown, for the latest twenty queries', async () => {
    const {host, phone} = await connected();
    const email = 'a-b@reception.example';
    const ids = ['003xx000004TmiQAAS', '003xx000004TmiRAAS'];
    host.records = ids.map((id) => ({entity: 'Contact', id, name: id, fields: {Email: email}}));
    const searched = Array.from({length: 21}, (_, i) => contact('email', email + ' '.repeat(i)));
    for (const query of searched) expect((await phone.ask('search', [query])).value).to.have.lengthOf(2);
    host.requests.length = 0;
    for (const query of [searched[1]!, searched[20]!, searched[0]!]) await phone.ask('showMatches', [query, []]);
    // The oldest is forgotten: a search page of the adapter's own, without the signs that the search needs.
    expect(host.requests.map(({args}) => args)).to.deep.equal([
      {type: 'search', params: {searchString: 'a\\-b@reception.example'}},
      {type: 'search', params: {searchString: 'a\\-b@reception.example'}},
      {type: 'search', params: {searchString: 'a b@reception.example'}},
    ]);
    expect(await phone.ask('showMatches', [contact('text', 'ab'), []])).to.include({code: 'refused'});
  });

  it('finds a number however it is written', async () => {
    const {host, phone} = await connected();
    host.records.push({entity: 'Contact', id: '003xx000004TmiQAAS', name: 'Berlin', fields: {Phone: '030 1234567'}});
    for (const value of ['+15550100123', '15550100123', '+1 (555) 010-0123', '5550100123']) {
      expect(names(await phone.ask('search', [contact('phone', value)])), value).to.deep.equal(['John Doe']);
    }
    for (const value of ['+49301234567', '0049 30 1234567', '0301234567']) {
      expect(names(await phone.ask('search', [contact('phone', value)])), value).to.deep.equal(['Berlin']);
    }
    expect(names(await phone.ask('search', [contact('phone', 'anonymous')]))).to.deep.equal([]);
  });

  it('asks nothing for what no search takes', async () => {
    const {host, phone} = await connected();
    for (const query of [
      contact('email', ''),
      contact('text', ' a '),
      contact('phone', '123'),
      contact('text', 'x'.repeat(300)),
    ]) {
      expect((await phone.ask('search', [query])).value).to.deep.equal([]);
    }
    expect(host.requests).to.deep.equal([]);
  });

  it('takes hostile values for texts', async () => {
    const {host, phone} = await connected();
    for (const hostile of [
      'O\'Brien"); drop',
      '__proto__',
      '<img src=x onerror=alert(1)>',
      'javascript:alert(1)',
      "' OR Name LIKE '%",
      '} RETURNING Account(Id) {',
      'a AND NOT b',
      '*?*?',
      '\\',
      '\\"\n--',
    ]) {
      host.navigations.length = 0;
      host.records = [{entity: 'Contact', id: '003xx000004TmiQAAS', name: hostile, fields: {Email: hostile}}];
      const found = await phone.ask('search', [contact('text', hostile)]);
      expect(found.code, hostile).to.equal(undefined);
      // Of a text without a letter nothing can be found.
      if (/\w/.test(hostile)) expect(names(found), hostile).to.deep.equal([hostile]);
      await phone.ask('create', [{entity: 'contact', fields: {email: hostile, name: hostile}}]);
      expect(host.navigations, hostile).to.deep.equal([
        {kind: 'create', entity: 'Contact', fields: {Email: hostile, LastName: hostile}},
      ]);
      expect((await phone.ask('open', [{entity: 'case', id: hostile}])).code, hostile).to.equal('notFound');
    }
  });

  it('fills the form of a new record by the org’s names, or starts a flow', async () => {
    const {host, phone} = await connected({
      names: {entities: {ticket: 'Case'}, fields: {Contact: {phone: 'MobilePhone'}}},
      flow: {ticket: {name: 'New_Ticket', args: {callerPhone: 'phone', lost: '__proto__'}}},
    });
    await phone.ask('create', [{entity: 'contact', fields: {email: 'a@b.example', phone: '+1555', Custom__c: 'x'}}]);
    await phone.ask('create', [{entity: 'ticket', fields: {phone: '+1555'}}]);
    expect(host.requests.map(({args}) => args)).to.deep.equal([
      {
        type: 'newRecord',
        params: {
          entityName: 'Contact',
          defaultFieldValues: {Email: 'a@b.example', MobilePhone: '+1555', Custom__c: 'x'},
        },
      },
      {
        type: 'flow',
        params: {
          flowDevName: 'New_Ticket',
          flowArgs: [
            {name: 'callerPhone', type: 'String', value: '+1555'},
            {name: 'lost', type: 'String', value: ''},
          ],
        },
      },
    ]);
  });

  it('opens a path of the org where an entity has one, and no other address', async () => {
    const {host, phone} = await connected({
      urls: {
        order: '/apex/Order?id={id}',
        bad: 'https://evil.example/{id}',
        worse: '//evil.example/{id}',
        script: 'javascript:{id}',
      },
    });
    await phone.ask('open', [{entity: 'order', id: '1&x=2'}]);
    expect(host.requests.at(-1)!.args).to.deep.equal({type: 'url', params: {url: '/apex/Order?id=1%26x%3D2'}});
    for (const entity of ['bad', 'worse', 'script']) {
      expect(await phone.ask('open', [{entity, id: '1'}]), entity).to.include({code: 'badConfig'});
    }
    expect(host.navigations).to.have.lengthOf(1);
  });

  it('says that it is not connected before it is, and after', async () => {
    const {phone} = await org();
    expect(await phone.ask('search', [contact('text', 'John')])).to.include({code: 'notHere'});
    await phone.ask('connect');
    await phone.disconnect();
    expect(await phone.ask('open', [{entity: 'account', id: 'ACC-44921'}])).to.include({code: 'notHere'});
  });

  it('connects again, and then dials and opens as before', async () => {
    const {host, phone} = await connected();
    await phone.disconnect();
    expect((await phone.ask('connect')).code).to.equal(undefined);
    expect((await phone.ask('open', [{entity: 'account', id: 'ACC-44921'}])).code).to.equal(undefined);
    host.clickToDial('1');
    await waitUntil(async () => (await phone.seen()).dialled.length === 1);
  });
});

describe('SalesforceAdapter and an org that does not do its part', () => {
  const log: ContactLog = {
    interactionId: 'i1',
    mediaType: 'voice',
    direction: 'inbound',
    startedAt: 0,
    endedAt: 1,
    talkSeconds: 1,
  };
  const calls: readonly (readonly [Parameters<PhoneApi['ask']>[0], unknown])[] = [
    ['open', {entity: 'account', id: 'ACC-44921'}],
    ['search', contact('email', 'john.doe@example.com')],
    ['create', {entity: 'contact', fields: {}}],
    ['showMatches', contact('text', 'John')],
    ['saveLog', log],
  ];

  it('gives up in time where it never answers', async () => {
    const {host, phone} = await connected({lookupTimeoutMs: 150, callTimeoutMs: 250});
    host.behaviour.mode = 'silent';
    for (const [method, argument] of calls) {
      const args = method === 'showMatches' ? [argument, []] : [argument];
      const {code, tookMs} = await phone.ask(method, args);
      expect(code, method).to.equal('timeout');
      expect(tookMs, method).to.be.within(140, 1_500);
    }
  });

  it('gives up at once where the plan does', async () => {
    const {host, phone} = await connected({lookupTimeoutMs: 60_000});
    host.behaviour.mode = 'silent';
    const {code, tookMs} = await phone.ask('search', [contact('text', 'John')], {abortAfterMs: 50});
    expect(code).to.equal('timeout');
    expect(tookMs).to.be.below(2_000);
  });

  it('ignores an answer that comes late, and takes the next one', async () => {
    const {host, phone} = await connected({lookupTimeoutMs: 150});
    host.behaviour.delayMs = 300;
    expect(await phone.ask('search', [contact('email', 'wei.zhang@corvid.example')])).to.include({code: 'timeout'});
    host.behaviour.delayMs = 0;
    expect(names(await phone.ask('search', [contact('email', 'john.doe@example.com')]))).to.deep.equal(['John Doe']);
    await aTimeout(300);
    expect(names(await phone.ask('search', [contact('email', 'kaja@fjordrental.example')]))).to.deep.equal([
      'Kaja Lund',
    ]);
  });

  it('tells a refusal by its code, without the org’s text', async () => {
    const {host, phone} = await connected();
    host.behaviour.mode = 'refuse';
    for (const [method, argument] of calls) {
      const args = method === 'showMatches' ? [argument, []] : [argument];
      const {code, message} = await phone.ask(method, args);
      expect(code, method).to.equal('refused');
      expect(message).to.contain('GENERIC_ERROR').and.not.contain('everything');
    }
  });

  it('takes nonsense for an answer that makes no sense', async () => {
    const {host, phone} = await connected();
    host.close();
    let response: unknown;
    const answer = ({data, source, origin}: MessageEvent<Record<string, unknown>>): void => {
      if (data?.apiType !== 'opencti' || origin !== PHONE) return;
      const {apiVersion, methodName, callId} = data;
      source!.postMessage(
        {apiType: 'opencti', apiVersion, methodName, callId, shouldExecuteCallback: true, response},
        {targetOrigin: PHONE},
      );
    };
    addEventListener('message', answer);
    cleanUp.push(() => removeEventListener('message', answer));
    const outcomes: [unknown, string][] = [
      [undefined, 'badReply'],
      ['ok', 'badReply'],
      [{success: 'true', returnValue: {}}, 'badReply'],
      [{success: true, returnValue: 'text'}, 'badReply'],
      [{success: true, returnValue: [1]}, 'badReply'],
      [{success: true, returnValue: {x: 1, y: null}}, '[]'],
      [{success: true, returnValue: null}, '[]'],
      [{success: true}, '[]'],
      [{success: false, errors: 'a text of John Doe'}, 'refused'],
      [{success: false, errors: [{code: 'John Doe'}, null, {code: 'SERVER_ERROR'}]}, 'refused'],
      [
        JSON.parse('{"success": true, "returnValue": {"__proto__": {"Name": "x"}}}'),
        '[{"entity":"contact","id":"__proto__","name":"x"}]',
      ],
    ];
    for (const [given, expected] of outcomes) {
      response = given;
      const {value, code, message} = await phone.ask('search', [contact('text', 'John')]);
      expect(code ?? JSON.stringify(value).replace('Contact', 'contact'), JSON.stringify(given)).to.equal(expected);
      expect(message ?? '').not.to.contain('John');
    }
  });

  it('waits for an org that comes late, and asks it again', async () => {
    const {host, phone} = await org();
    host.behaviour.readyAfterMs = performance.now() + 1_300;
    const {code, tookMs} = await phone.ask('connect');
    expect(code).to.equal(undefined);
    expect(tookMs).to.be.within(500, 3_500);
  });

  it('takes the answer to its first question, however slow the org is', async () => {
    const {host, phone} = await org();
    host.behaviour.delayMs = 900;
    const {code, tookMs} = await phone.ask('connect');
    expect(code).to.equal(undefined);
    expect(tookMs).to.be.within(850, 2_500);
  });

  it('ends where nobody ever answers, and asks no more', async () => {
    const {host, phone} = await org({readyTimeoutMs: 700});
    host.behaviour.mode = 'silent';
    expect(await phone.ask('connect')).to.include({code: 'timeout'});
    const asked = host.requests.length;
    expect(asked).to.be.within(1, 3);
    await aTimeout(700);
    expect(host.requests).to.have.lengthOf(asked);
  });

  it('is connected to an org that refuses: it is there', async () => {
    const {host, phone} = await org();
    host.behaviour.mode = 'refuse';
    expect((await phone.ask('connect')).code).to.equal(undefined);
    await waitUntil(async () => (await phone.seen()).notes.length === 2);
    expect((await phone.seen()).notes[0]).to.deep.equal({
      level: 'warn',
      event: 'adapter_call_failed',
      data: {adapter: 'salesforce', call: 'enableClickToDial', error: 'refused'},
    });
  });
});

describe('SalesforceAdapter and what goes on in the org', () => {
  it('tells of each clicked number, the third like the first, and opens the panel', async () => {
    const {host, phone} = await connected();
    const record = find(host.records, 'John Doe');
    for (const number of ['+1 555 010 0123', '1', '2']) {
      host.panel.visible = false;
      host.clickToDial(number, record);
      await waitUntil(() => host.panel.visible, 'the panel opens');
    }
    host.clickToDial('3');
    host.clickToDial('');
    host.clickToDial('4'.repeat(1_000));
    await waitUntil(async () => (await phone.seen()).dialled.length === 4);
    const {dialled, asked} = await phone.seen();
    expect(dialled[0]).to.deep.equal({
      number: '+1 555 010 0123',
      record: {entity: 'Contact', id: record.id, name: 'John Doe'},
    });
    expect(dialled.map(({number}) => number)).to.deep.equal(['+1 555 010 0123', '1', '2', '3']);
    expect(dialled[3]).not.to.have.property('record');
    expect(asked).to.deep.equal([]);
  });

  it('knows that the agent is at work in this tab', async () => {
    const {host, phone} = await connected();
    host.activity();
    host.activity();
    await waitUntil(async () => (await phone.seen()).active === 2);
  });

  it('hears through one listener for all adapters of the page, and not once it is disconnected', async () => {
    const {host, phone} = await org();
    await phone.make(LOCAL, 'second');
    await phone.ask('connect');
    await phone.ask('connect', [], {name: 'second'});
    expect(methods(host).filter((method) => method === 'onNavigationChange')).to.have.lengthOf(1);
    host.activity();
    await waitUntil(async () => (await phone.seen()).active === 2);
    await phone.disconnect('second');
    host.activity();
    await waitUntil(async () => (await phone.seen()).active === 3);
    await phone.disconnect();
    host.activity();
    await phone.ask('settings');
    expect((await phone.seen()).active).to.equal(3);
  });

  const change = (interactionId: string, state: string) => ({
    interactionId,
    mediaType: 'voice' as const,
    direction: 'inbound' as const,
    state: state as 'ringing',
  });

  it('has label, icon and panel follow the contact that wants the agent most', async () => {
    const {host, phone} = await connected({labels: {hold: 'Gehalten'}, icons: {acw: 'edit'}});
    const steps: [string, string, string, string][] = [
      ['i1', 'ringing', 'Ringing', 'incoming_call'],
      ['i1', 'talking', 'Connected', 'unmuted'],
      ['i1', 'hold', 'Gehalten', 'pause'],
      ['i2', 'ringing', 'Ringing', 'incoming_call'],
      ['i2', 'ended', 'Gehalten', 'pause'],
      ['i1', 'acw', 'After-call work', 'edit'],
      ['i1', 'ended', 'Phone', 'call'],
    ];
    for (const [id, state, label, icon] of steps) {
      host.panel.visible = false;
      await phone.callState(change(id, state));
      await waitUntil(() => host.panel.label === label && host.panel.icon === icon, `${id} ${state}`);
      expect(host.panel.visible, `${id} ${state}`).to.equal(state === 'ringing');
    }
    const told = host.requests.length;
    await phone.callState(change('i9', 'ended'));
    await phone.ask('settings');
    expect(host.requests).to.have.lengthOf(told + 1);
  });

  it('leaves no label of a contact behind', async () => {
    const {host, phone} = await connected({openOnRing: false});
    await phone.callState(change('i1', 'ringing'));
    await waitUntil(() => host.panel.label === 'Ringing');
    expect(host.panel.visible).to.equal(false);
    await phone.disconnect();
    await waitUntil(() => host.panel.label === 'Phone');
  });

  it('notes what the org does not let it show, and goes on', async () => {
    const {host, phone} = await connected();
    host.behaviour.mode = 'refuse';
    await phone.callState(change('i1', 'ringing'));
    await waitUntil(async () => (await phone.seen()).notes.length === 3);
    const {notes} = await phone.seen();
    expect(notes.map(({data}) => data?.call)).to.deep.equal([
      'setSoftphonePanelVisibility',
      'setSoftphoneItemLabel',
      'setSoftphoneItemIcon',
    ]);
  });
});

describe('SalesforceAdapter’s log of a contact', () => {
  const log: ContactLog = {
    interactionId: 'i-77',
    mediaType: 'voice',
    direction: 'inbound',
    from: '+15550100123',
    startedAt: new Date(2026, 10, 21, 23, 59).getTime(),
    answeredAt: new Date(2026, 10, 21, 23, 59, 10).getTime(),
    endedAt: new Date(2026, 10, 22, 0, 3).getTime(),
    talkSeconds: 230.4,
    acwSeconds: 30,
    disposition: 'RESOLVED',
  };

  it('is a completed task of the person, and the page shows it', async () => {
    const {host, phone} = await connected();
    const {id} = find(host.records, 'John Doe');
    const {value} = await phone.ask('saveLog', [{...log, record: {entity: 'contact', id}}]);
    expect(host.logs).to.deep.equal([
      {
        entityApiName: 'Task',
        Id: host.logs[0]!.Id,
        Subject: 'Inbound call',
        Status: 'Completed',
        TaskSubtype: 'Call',
        ActivityDate: '2026-11-21',
        CallObject: 'i-77',
        CallType: 'Inbound',
        CallDurationInSeconds: 230,
        CallDisposition: 'RESOLVED',
        WhoId: id,
      },
    ]);
    expect(value).to.deep.equal({entity: 'Task', id: host.logs[0]!.Id});
    await waitUntil(() => host.requests.length === 2);
    expect(methods(host)).to.deep.equal(['saveLog', 'refreshView']);
  });

  it('is of any other record, found by another system’s id too, and is written without one that is not found', async () => {
    const {host, phone} = await connected({
      log: {subject: '{direction} of {from}{x}', fields: {Region__c: 'EU', Status: 'Done'}},
    });
    const {id} = find(host.records, 'Alder & Finch Logistics');
    await phone.ask('saveLog', [{...log, mediaType: 'webchat', record: {entity: 'account', id: 'ACC-44921'}}]);
    await phone.ask('saveLog', [{...log, record: {entity: 'account', id: 'ACC-00000'}}]);
    const [chat, call] = host.logs;
    expect(chat).to.include({
      WhatId: id,
      Subject: 'inbound of +15550100123',
      TaskSubtype: 'Task',
      Region__c: 'EU',
      Status: 'Done',
    });
    expect(chat).not.to.have.any.keys('WhoId', 'CallType', 'CallDurationInSeconds');
    expect(call).to.include({CallType: 'Inbound'}).and.not.have.any.keys('WhoId', 'WhatId');
  });

  it('is none where the admin wants none', async () => {
    const {host, phone} = await connected({log: false});
    expect((await phone.ask('saveLog', [log])).value).to.equal(undefined);
    expect(host.requests).to.deep.equal([]);
  });
});

describe('SalesforceAdapter’s settings in the org', () => {
  it('are the items of the call center, before anything is connected', async () => {
    const {host, phone} = await org();
    Object.assign(host.callCenter, {
      '/reqCxone/agentId': 'agent-7',
      '/reqCxone/cxoneApiBase': ' https://api.example.com ',
      '/reqOther/cxone_tokenUrl': 'https://token.example.com',
      '/reqOther/agentId': 'other',
      '/reqOther/popRules': '[]',
      '/reqOther/unknown': 'x',
      'no path': 'x',
    });
    const {value} = await phone.ask('settings');
    expect(value).to.deep.equal({
      agentId: 'agent-7',
      apiBase: 'https://api.example.com',
      tokenUrl: 'https://token.example.com',
      popRules: [],
    });
    expect(methods(host)).to.deep.equal(['getCallCenterSettings']);
  });

  it('name what cannot be read, and do not wait for ever', async () => {
    const {host, phone} = await org({readyTimeoutMs: 600});
    host.callCenter['/reqCxone/salesforce'] = '{no JSON';
    const bad = await phone.ask('settings');
    expect(bad).to.include({code: 'badConfig'});
    expect(bad.message).to.contain('salesforce is not JSON');
    host.behaviour.mode = 'refuse';
    expect(await phone.ask('settings')).to.include({code: 'refused'});
    host.behaviour.mode = 'silent';
    expect(await phone.ask('settings')).to.include({code: 'timeout'});
    expect((await phone.ask('settings', [], {abortAfterMs: 20})).tookMs).to.be.below(500);
  });
});

describe('SalesforceAdapter’s frame', () => {
  it('is none without an org in the address, or with one that is not allowed', async () => {
    const {phone: first, next} = await org({}, {mode: 'Lightning'});
    let phone = first;
    expect(await phone.ask('connect')).to.include({code: 'notHere'});
    // Where a pattern allows the host, the scheme or the form of the origin does not.
    const hosts = ['localhost', '*.lightning.force.com'];
    for (const origin of [
      'https://evil.example',
      'javascript:alert(1)',
      `${location.origin}/x`,
      'http://acme.lightning.force.com',
      'https://lightning.force.com',
    ]) {
      void phone.goTo(`?sfdcIframeOrigin=${encodeURIComponent(origin)}&mode=Lightning`);
      phone = await next();
      await phone.make({...LOCAL, hosts});
      expect(await phone.ask('connect'), origin).to.include({code: 'notHere'});
      expect((await phone.seen()).scripts).to.deep.equal([]);
    }
  });

  it('needs host names as its list of hosts', async () => {
    const {phone} = await org({hosts: ['*']}, FRAME);
    expect(await phone.ask('connect')).to.include({code: 'badConfig'});
    await phone.make({...LOCAL, apiVersion: '../../evil'});
    expect(await phone.ask('connect')).to.include({code: 'badConfig'});
    expect((await phone.seen()).scripts).to.deep.equal([]);
  });

  it('outlives a login that loses the query: origin and mode come back, and nothing else', async () => {
    const {phone, next} = await org({}, {...FRAME, nonce: 'secret-nonce'});
    // This org serves no library: the attempt is what counts here.
    expect(await phone.ask('connect')).to.include({code: 'refused'});
    expect((await phone.seen()).stored).not.to.contain('secret-nonce');
    void phone.goTo('?code=login%20code');
    const back = await next();
    await back.make(LOCAL);
    expect(await back.ask('connect')).to.include({code: 'refused'});
    const {query} = await back.seen();
    expect(query).to.equal(`?code=login%20code&sfdcIframeOrigin=${encodeURIComponent(location.origin)}&mode=Lightning`);
  });

  it('loads the org’s own library once for all adapters of the page', async () => {
    const {url} = await executeServerCommand<{url: string}, unknown>('simulator:start', {
      staticRoots: [
        {
          prefix: '/demo/',
          dir: 'demo',
          headers: {'content-security-policy': "default-src 'self'; frame-src http://phone.localhost:*"},
        },
        {prefix: '/support/api/66.0/lightning/opencti_min.js', dir: 'demo/hosts/opencti_min.js'},
      ],
    });
    const org = url.replace('127.0.0.1', 'localhost');
    try {
      const inner = encodeURIComponent(`${PHONE}/test/adapters/salesforce-phone.html`);
      const {frame, next} = await phoneFrame(`${org}/demo/hosts/open-cti.html?phone=${inner}`);
      document.body.append(frame);
      const phone = await next();
      await phone.make(LOCAL, 'settings');
      await phone.make(LOCAL);
      const [settings, connect] = await Promise.all([
        phone.ask('settings', [], {name: 'settings'}),
        phone.ask('connect'),
      ]);
      expect([settings.code, connect.code]).to.deep.equal([undefined, undefined]);
      expect(names(await phone.ask('search', [contact('email', 'john.doe@example.com')]))).to.deep.equal(['John Doe']);
      expect((await phone.ask('open', [{entity: 'account', id: 'ACC-44921'}])).code).to.equal(undefined);
      expect((await phone.seen()).scripts).to.deep.equal([
        `${new URL(org).origin}/support/api/66.0/lightning/opencti_min.js`,
      ]);
    } finally {
      await executeServerCommand('simulator:stop', {url});
    }
  });
});
