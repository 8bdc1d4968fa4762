import {expect} from '@open-wc/testing';
import {wrap, type Remote} from 'comlink';
import {HubSpotHost} from '../../demo/hosts/hubspot-host.js';
import type {ContactLog} from '../../src/adapters/crm-adapter.js';
import type {HubSpotOptions} from '../../src/adapters/hubspot/options.js';
import type {InteractionView} from '../../src/domain/snapshot.js';
import {waitUntil} from '../support/wait-until.js';
import type {Outcome, PhoneApi} from './hubspot-phone.js';

/** The same server under another name: another origin, and for the browser another site. */
const PHONE = location.origin.replace('localhost', 'phone.localhost');
const FAST: HubSpotOptions = {
  origin: location.origin,
  matchTimeoutMs: 400,
  refusalTimeoutMs: 300,
  logTimeoutMs: 400,
  readyTimeoutMs: 5_000,
};
const LEA = {
  entity: 'contact',
  id: '51',
  name: 'Lea Moreau',
  fields: {email: 'lea@example.com', phone: '+12125550142'},
};
const ALDER = {entity: 'company', id: '52', name: 'Alder & Finch', fields: {phone: '+15035550100'}};

const cleanUp: (() => void)[] = [];

afterEach(() => {
  for (const done of cleanUp.splice(0)) done();
});

interface World {
  readonly host: HubSpotHost;
  readonly phone: Remote<PhoneApi>;
  readonly frame: HTMLIFrameElement;
}

/** HubSpot, this page, with the calling app in a frame of another site. */
async function world(options: HubSpotOptions = {}, set: (host: HubSpotHost) => void = () => undefined): Promise<World> {
  const frame = document.createElement('iframe');
  let port: MessagePort | undefined;
  const listen = ({data, ports}: MessageEvent<{type?: string}>): void => {
    if (data?.type === 'phone-ready') port = ports[0];
  };
  addEventListener('message', listen);
  const host = new HubSpotHost(() => frame.contentWindow, PHONE);
  host.records = [LEA, ALDER];
  set(host);
  cleanUp.push(() => {
    removeEventListener('message', listen);
    host.close();
    frame.remove();
  });
  frame.src = `${PHONE}/test/adapters/hubspot-phone.html`;
  document.body.append(frame);
  await waitUntil(() => port !== undefined, 'the calling app’s page is there');
  const phone = wrap<PhoneApi>(port!);
  await phone.make({...FAST, ...options});
  return {host, phone, frame};
}

/** The same, connected, with the agent signed in and available. */
async function connected(options: HubSpotOptions = {}, set?: (host: HubSpotHost) => void): Promise<World> {
  const made = await world(options, set);
  await made.phone.show('connection', {mode: 'live'});
  await made.phone.show('agent', {presence: {state: 'available'}});
  expect(await made.phone.ask('connect')).to.deep.equal({value: undefined});
  await waitUntil(() => made.host.widget.loggedIn, 'HubSpot knows of the agent');
  return made;
}

const view = (more: Partial<InteractionView> = {}): InteractionView =>
  ({
    interactionId: 'call-1',
    state: 'ringing',
    mediaType: 'voice',
    direction: 'inbound',
    from: LEA.fields.phone,
    to: '+18005550199',
    startedAt: 1_700_000_000_000,
    ...more,
  }) as InteractionView;

/** Shows the page an interaction, as the session does: the slice, then the change. */
async function show(
  phone: Remote<PhoneApi>,
  item: InteractionView,
  state: InteractionView['state'] | 'ended' = item.state,
) {
  await phone.show('interactions', {items: state === 'ended' ? [] : [{...item, state}]});
  const {interactionId, mediaType, direction} = item;
  if (state !== 'queued') await phone.callState({interactionId, mediaType, direction, state});
}

const byPhone = (value: string, entity = 'contact') => [{entity, by: 'phone', value}];
const types = (host: HubSpotHost): string[] => host.requests.map(({type}) => type);
const seen = (host: HubSpotHost, type: string) => host.requests.filter((request) => request.type === type);
const code = ({code: value}: Outcome): string | undefined => value;

const LOG: ContactLog = {
  interactionId: 'call-1',
  mediaType: 'voice',
  direction: 'inbound',
  from: LEA.fields.phone,
  to: '+18005550199',
  skillId: 'sales',
  startedAt: 1_700_000_000_000,
  answeredAt: 1_700_000_005_000,
  endedAt: 1_700_000_065_000,
  talkSeconds: 60,
  acwSeconds: 12,
  disposition: 'sold',
  record: {entity: 'contact', id: '51'},
};

describe('HubSpotAdapter in HubSpot’s frame', () => {
  it('loads the SDK only where it connects, and says that the agent is signed in and available', async () => {
    const {host, phone} = await world({size: {width: 400, height: 650}});
    expect(await phone.loaded()).to.equal(0);
    await phone.show('connection', {mode: 'live'});
    await phone.show('agent', {presence: {state: 'lunch'}});
    expect(await phone.ask('connect')).to.deep.equal({value: undefined});
    expect(await phone.loaded()).to.be.greaterThan(0);
    await waitUntil(() => host.widget.size !== undefined);
    expect(host.requests).to.deep.equal([
      {type: 'INITIALIZED', data: {isLoggedIn: true}},
      {type: 'USER_UNAVAILABLE', data: {}},
      {type: 'RESIZE_WIDGET', data: {width: 400, height: 650}},
    ]);
  });

  it('keeps HubSpot told of sign-in and availability, each change once', async () => {
    const {host, phone} = await connected();
    host.requests.length = 0;
    await phone.show('connection', {mode: 'polling'});
    await phone.show('agent', {presence: {state: 'onCall'}});
    await phone.show('connection', {mode: 'error'});
    await phone.show('connection', {mode: 'live'});
    await phone.show('agent', {presence: {state: 'ready'}});
    const told = ['USER_UNAVAILABLE', 'LOGGED_OUT', 'LOGGED_IN', 'USER_AVAILABLE'];
    await waitUntil(() => host.requests.length >= told.length);
    expect(types(host)).to.deep.equal(told);
  });

  it('tells a call from ring to end, without an engagement, and once each', async () => {
    const {host, phone} = await connected();
    const call = view();
    for (const state of ['ringing', 'talking', 'hold', 'talking', 'acw', 'ended'] as const)
      await show(phone, call, state);
    await waitUntil(() => host.calls['call-1']?.includes('CALL_ENDED'));
    expect(host.calls).to.deep.equal({'call-1': ['INCOMING_CALL', 'CALL_ANSWERED', 'CALL_ENDED']});
    expect(seen(host, 'INCOMING_CALL')[0]!.data).to.deep.equal({
      externalCallId: 'call-1',
      fromNumber: LEA.fields.phone,
      toNumber: '+18005550199',
      callStartTime: 1_700_000_000_000,
      createEngagement: false,
    });
    expect(seen(host, 'CALL_ENDED')[0]!.data).to.deep.equal({externalCallId: 'call-1', callEndStatus: 'COMPLETED'});
    expect(host.logs).to.deep.equal([]);
  });

  it('tells of missed calls and dialled ones as such, and of nothing that is no customer’s call', async () => {
    const {host, phone} = await connected();
    await show(phone, view({interactionId: 'chat', mediaType: 'webchat'}));
    await show(phone, view({interactionId: 'colleague', direction: 'internal'}));
    await show(phone, view({interactionId: 'over', state: 'acw'}));
    const out = view({interactionId: 'out', direction: 'outbound', from: '+18005550199', to: LEA.fields.phone});
    await show(phone, out);
    await show(phone, out, 'ended');
    await show(phone, view());
    await show(phone, view(), 'ended');
    await waitUntil(() => host.calls['call-1']?.includes('CALL_ENDED'));
    expect(host.calls).to.deep.equal({
      out: ['OUTGOING_CALL_STARTED', 'CALL_ENDED'],
      'call-1': ['INCOMING_CALL', 'CALL_ENDED'],
    });
    expect(seen(host, 'OUTGOING_CALL_STARTED')[0]!.data).to.include({
      fromNumber: '+18005550199',
      toNumber: LEA.fields.phone,
    });
    expect(seen(host, 'CALL_ENDED').map(({data}) => data['callEndStatus'])).to.deep.equal(['NO_ANSWER', 'MISSED']);
  });

  it('finds whose number calls, by HubSpot’s own matching, and asks no more than once', async () => {
    const {host, phone} = await connected();
    await show(phone, view());
    const found = {value: [{entity: 'contact', id: '51', name: 'Lea Moreau'}]};
    expect(await phone.ask('search', byPhone(LEA.fields.phone))).to.deep.equal(found);
    expect(await phone.ask('search', byPhone('1 (212) 555-0142'))).to.deep.equal(found);
    expect(await phone.ask('search', byPhone(LEA.fields.phone, 'account'))).to.deep.equal({value: []});
    expect(seen(host, 'INCOMING_CALL')).to.have.length(1);
    // The answer outlives the call, for a pop that is opened late.
    await show(phone, view(), 'ended');
    expect(await phone.ask('search', byPhone(LEA.fields.phone))).to.deep.equal(found);
  });

  it('looks a caller up even when the search comes before the change of state', async () => {
    const {host, phone} = await connected();
    await phone.show('interactions', {items: [view({from: ALDER.fields.phone})]});
    const found = await phone.ask('search', byPhone(ALDER.fields.phone, 'account'));
    expect(found).to.deep.equal({value: [{entity: 'company', id: '52', name: 'Alder & Finch'}]});
    await show(phone, view({from: ALDER.fields.phone}));
    await show(phone, view({from: ALDER.fields.phone}), 'talking');
    await waitUntil(() => host.calls['call-1']?.includes('CALL_ANSWERED'));
    expect(host.calls).to.deep.equal({'call-1': ['INCOMING_CALL', 'CALL_ANSWERED']});
  });

  it('waits for a number that is known after the call, and for a call that is known after its pop', async () => {
    const {host, phone} = await connected();
    await show(phone, view({from: undefined}));
    const found = phone.ask('search', byPhone(LEA.fields.phone));
    await phone.show('interactions', {items: [view()]});
    expect((await found).value).to.have.length(1);
    expect(seen(host, 'INCOMING_CALL').map(({data}) => data['fromNumber'])).to.deep.equal([LEA.fields.phone]);
  });

  it('tells of a caller without a number once the call is answered', async () => {
    const {host, phone} = await connected();
    await show(phone, view({interactionId: 'missed', from: undefined}));
    await show(phone, view({interactionId: 'missed', from: undefined}), 'ended');
    await show(phone, view({from: undefined}));
    await show(phone, view({from: undefined}), 'talking');
    await waitUntil(() => host.calls['call-1']?.includes('CALL_ANSWERED'));
    expect(host.calls).to.deep.equal({'call-1': ['INCOMING_CALL', 'CALL_ANSWERED']});
  });

  it('finds nothing by what the SDK cannot look up, and says so of forms and other numbers', async () => {
    const {host, phone} = await connected();
    host.requests.length = 0;
    expect(await phone.ask('search', [{entity: 'contact', by: 'email', value: LEA.fields.email}])).to.deep.equal({
      value: [],
    });
    expect(await phone.ask('search', [{entity: 'contact', by: 'text', value: 'Lea'}])).to.deep.equal({value: []});
    expect(await phone.ask('search', byPhone('anonymous'))).to.deep.equal({value: []});
    expect(code(await phone.ask('search', byPhone('+19995550000')))).to.equal('refused');
    expect(code(await phone.ask('create', [{entity: 'contact', fields: {}}]))).to.equal('refused');
    expect(host.requests).to.deep.equal([]);
  });

  it('opens contacts and companies, where the setting says', async () => {
    const {host, phone} = await connected({openIn: 'NEW_TAB'});
    expect(await phone.ask('open', [{entity: 'contact', id: '51'}])).to.deep.equal({value: undefined});
    expect(await phone.ask('open', [{entity: 'account', id: '52'}])).to.deep.equal({value: undefined});
    expect(host.navigations).to.deep.equal([
      {kind: 'open', entity: 'contact', id: '51', openIn: 'NEW_TAB'},
      {kind: 'open', entity: 'company', id: '52', openIn: 'NEW_TAB'},
    ]);
  });

  it('opens no other system’s ids, and tells what HubSpot refuses', async () => {
    const {host, phone} = await connected({names: {entities: {machine: '2-1234567'}}});
    for (const id of ['ACC-44921', '', '0', '-1', '1e3', '51;drop', '../51', '99999999999999999999', '__proto__']) {
      expect(code(await phone.ask('open', [{entity: 'contact', id}])), id).to.equal('notFound');
    }
    expect(code(await phone.ask('open', [{entity: 'invoice', id: '51'}]))).to.equal('notFound');
    expect(code(await phone.ask('open', [{entity: 'constructor', id: '51'}]))).to.equal('notFound');
    expect(seen(host, 'NAVIGATE_TO_RECORD')).to.deep.equal([]);
    expect(code(await phone.ask('open', [{entity: 'contact', id: '77'}]))).to.equal('refused');
    expect(code(await phone.ask('open', [{entity: 'machine', id: '51'}]))).to.equal('refused');
    expect(seen(host, 'NAVIGATE_TO_RECORD').at(-1)!.data['objectCoordinates']).to.deep.equal({
      portalId: 62_515,
      objectId: 51,
      objectTypeId: '2-1234567',
    });
    expect((await phone.seen()).notes.map(({event, data}) => [event, data?.['call']])).to.deep.equal([
      ['adapter_call_failed', 'NAVIGATE_TO_RECORD_FAILED'],
      ['adapter_call_failed', 'NAVIGATE_TO_RECORD_FAILED'],
    ]);
  });

  it('waits for no answer without end, and asks again at the next try', async () => {
    const {host, phone} = await connected();
    host.behaviour.mode = 'silent';
    await show(phone, view());
    expect(code(await phone.ask('search', byPhone(LEA.fields.phone)))).to.equal('timeout');
    expect(code(await phone.ask('saveLog', [LOG]))).to.equal('timeout');
    host.behaviour.mode = 'refuse';
    expect(code(await phone.ask('search', byPhone(LEA.fields.phone)))).to.equal('refused');
    expect(code(await phone.ask('saveLog', [LOG]))).to.equal('refused');
    host.behaviour.mode = 'ok';
    expect((await phone.ask('search', byPhone(LEA.fields.phone))).value).to.have.length(1);
  });

  it('takes an answer that names no call for the one that waits longest, and never another call’s', async () => {
    const {host, phone} = await connected({matchTimeoutMs: 5_000}, ({behaviour}) => (behaviour.mode = 'silent'));
    await show(phone, view());
    const first = phone.ask('search', byPhone(LEA.fields.phone));
    const match = (objectId: number) => ({
      callerIdType: 'CONTACT',
      firstName: 'A',
      lastName: 'B',
      objectCoordinates: {portalId: 1, objectId, objectTypeId: '0-1'},
    });
    host.send('CALLER_ID_MATCH_SUCCEEDED', {externalCallId: 'another', callerIdMatches: [match(1)]});
    host.send('CALLER_ID_MATCH_SUCCEEDED', {
      callerIdMatches: [null, {}, {objectCoordinates: {objectId: '<b>'}}, match(2)],
    });
    expect(await first).to.deep.equal({value: [{entity: 'contact', id: '2', name: 'A B'}]});
  });

  it('tells of clicked numbers with their record; not connected, HubSpot’s user is told', async () => {
    const {host, phone} = await connected();
    host.clickToDial('+12125550142', LEA);
    host.send('DIAL_NUMBER', {phoneNumber: '+15035550100', calleeInfo: {calleeId: 52, calleeObjectTypeId: '0-2'}});
    host.send('DIAL_NUMBER', {phoneNumber: {toString: 'no'}});
    host.send('DIAL_NUMBER', null);
    host.clickToDial('+12125550142');
    await waitUntil(async () => (await phone.seen()).dialled.length >= 3);
    expect((await phone.seen()).dialled).to.deep.equal([
      {number: '+12125550142', record: {entity: 'contact', id: '51'}},
      {number: '+15035550100', record: {entity: 'company', id: '52'}},
      {number: '+12125550142'},
    ]);
    await phone.show('connection', {mode: 'offline'});
    host.send('DIAL_NUMBER', {phoneNumber: '+12125550142'});
    await waitUntil(() => host.widget.errors.length > 0);
    expect(host.widget.errors).to.deep.equal([{message: 'The CXone phone is not connected.'}]);
    expect((await phone.seen()).dialled).to.have.length(3);
  });

  it('ends the call that HubSpot’s button names, and follows the panel into view', async () => {
    const {host, phone} = await connected();
    host.send('VISIBILITY_CHANGED', {isMinimized: true, isHidden: false});
    host.activity();
    await waitUntil(async () => (await phone.seen()).active > 0);
    expect((await phone.seen()).active).to.equal(1);
    await show(phone, view(), 'talking');
    host.endCall('another');
    host.endCall('call-1');
    host.endCall();
    await waitUntil(async () => (await phone.seen()).asked.length >= 2);
    expect((await phone.seen()).asked).to.deep.equal([
      ['release', 'call-1'],
      ['release', 'call-1'],
    ]);
  });

  it('writes a call to the timeline: one engagement, completed, with what is known of it', async () => {
    const {host, phone} = await connected({log: {outcomes: {lost: 'guid-1'}, properties: {hs_activity_type: 'Sales'}}});
    expect(await phone.ask('saveLog', [{...LOG, disposition: '<img src=x>'}])).to.deep.equal({
      value: {entity: 'call', id: '900001'},
    });
    expect(host.calls['call-1']).to.deep.equal(['INCOMING_CALL', 'CALL_ENDED', 'CALL_COMPLETED']);
    expect(host.logs).to.deep.equal([
      {
        engagementId: 900_001,
        externalCallId: 'call-1',
        properties: {
          hs_timestamp: LOG.startedAt,
          hs_call_title: 'Inbound call',
          hs_call_body:
            'CXone interaction: call-1<br>Skill: sales<br>After-call work: 12 s<br>Disposition: &lt;img src=x&gt;',
          hs_call_direction: 'INBOUND',
          hs_call_status: 'COMPLETED',
          hs_call_duration: '60000',
          hs_call_from_number: LEA.fields.phone,
          hs_call_to_number: '+18005550199',
          hs_call_callee_object_id: '51',
          hs_call_callee_object_type: '0-1',
          hs_activity_type: 'Sales',
        },
      },
    ]);
    expect(seen(host, 'CALL_COMPLETED')[0]!.data).to.include({engagementId: 900_001, hideWidget: false});
  });

  it('writes outcomes that HubSpot knows, titles of the account’s own, and publishes where wanted', async () => {
    const {host, phone} = await connected({
      log: {title: '{direction} from {from} {nothing}', outcomes: {sold: 'guid-2'}, finalize: true},
    });
    await phone.ask('saveLog', [
      {...LOG, direction: 'outbound', from: '+18005550199', record: {entity: 'account', id: 'A'}},
    ]);
    expect(host.calls['call-1']).to.deep.equal([
      'OUTGOING_CALL_STARTED',
      'CALL_ENDED',
      'CALL_COMPLETED',
      'FINALIZE_ENGAGEMENT',
    ]);
    expect(host.logs[0]!.properties).to.include({
      hs_call_title: 'outbound from +18005550199',
      hs_call_direction: 'OUTBOUND',
      hs_call_disposition: 'guid-2',
    });
    expect(host.logs[0]!.properties).not.to.have.property('hs_call_callee_object_id');
  });

  it('writes nothing of other media, nor where logs are off', async () => {
    const {host, phone} = await connected();
    host.requests.length = 0;
    expect(await phone.ask('saveLog', [{...LOG, mediaType: 'email'}])).to.deep.equal({value: undefined});
    expect(host.requests).to.deep.equal([]);
    expect(await phone.make({log: false})).to.equal(false);
  });

  it('serves a second session of the page, which HubSpot does not greet again', async () => {
    const {host, phone} = await connected();
    await show(phone, view());
    await waitUntil(() => host.calls['call-1']);
    await phone.disconnect();
    await waitUntil(() => !host.widget.loggedIn, 'the first one says goodbye');
    expect(host.calls['call-1']!.at(-1)).to.equal('CALL_ENDED');
    expect(code(await phone.ask('open', [{entity: 'contact', id: '51'}]))).to.equal('notHere');
    await phone.make(FAST);
    expect(await phone.ask('connect')).to.deep.equal({value: undefined});
    await waitUntil(() => host.widget.loggedIn);
    await phone.ask('open', [{entity: 'contact', id: '51'}]);
    expect(host.navigations).to.have.length(1);
  });

  it('waits for a HubSpot that is late, and gives up on one that does not come', async () => {
    const readyAt = performance.now() + 1_500;
    const late = await world({}, ({behaviour}) => (behaviour.readyAfterMs = readyAt));
    expect(await late.phone.ask('connect')).to.deep.equal({value: undefined});
    expect(performance.now()).to.be.at.least(readyAt);
    const never = await world(
      {readyTimeoutMs: 200},
      ({behaviour}) => (behaviour.readyAfterMs = performance.now() + 60_000),
    );
    expect(code(await never.phone.ask('connect'))).to.equal('timeout');
  });

  it('says what is wrong where it cannot work', async () => {
    const {phone} = await world({origin: '*'});
    expect(code(await phone.ask('connect'))).to.equal('badConfig');
    const remote = await world({}, (host) => (host.sync['usesCallingWindow'] = true));
    const refused = await remote.phone.ask('connect');
    expect(refused).to.include({code: 'badConfig'});
    expect(refused.message).to.contain('usesCallingWindow');
  });
});

describe('HubSpotAdapter among strangers', () => {
  it('does not begin with a page that is not HubSpot, nor with another account', async () => {
    const stranger = await world({origin: 'https://app.hubspot.com', readyTimeoutMs: 500});
    expect(code(await stranger.phone.ask('connect'))).to.equal('timeout');
    const anyHubSpot = await world({origin: undefined, readyTimeoutMs: 500});
    expect(code(await anyHubSpot.phone.ask('connect'))).to.equal('timeout');
    const account = await world({portalId: 1, readyTimeoutMs: 500});
    expect(code(await account.phone.ask('connect'))).to.equal('timeout');
    for (const {host} of [stranger, anyHubSpot, account]) expect(host.greeted).to.equal(false);
  });

  it('does not begin with a greeting that names another origin to speak to', async () => {
    const {host, phone} = await world({readyTimeoutMs: 500}, ({sync}) => (sync['hostUrl'] = 'https://evil.example'));
    expect(code(await phone.ask('connect'))).to.equal('timeout');
    expect(host.greeted).to.equal(false);
  });

  it('hears no frame beside it, and is not sent elsewhere by HubSpot’s own words', async () => {
    const {host, phone, frame} = await connected();
    const beside = document.createElement('iframe');
    cleanUp.push(() => beside.remove());
    document.body.append(beside);
    const index = Array.from({length: window.length}, (_, i) => window[i]).indexOf(frame.contentWindow!);
    const script = beside.contentDocument!.createElement('script');
    script.text = `for (const message of ${JSON.stringify([
      {type: 'SYNC', hostUrl: 'https://evil.example', messageId: '1'},
      {type: 'DIAL_NUMBER', data: {phoneNumber: '666'}, messageId: '2'},
    ])}) parent[${index}].postMessage(message, '*');
    parent.postMessage('beside has spoken', '*');`;
    const spoken = new Promise((resolve) => {
      addEventListener('message', ({data}) => data === 'beside has spoken' && resolve(undefined));
    });
    beside.contentDocument!.body.append(script);
    await spoken;
    frame.contentWindow!.postMessage(
      {type: 'SET_WIDGET_URL', iFrameUrl: 'https://evil.example', messageId: '3'},
      PHONE,
    );
    for (const noise of [null, 'text', 7, {type: 7}, {type: 'DIAL_NUMBER'}, []])
      frame.contentWindow!.postMessage(noise, PHONE);
    await phone.ask('open', [{entity: 'contact', id: '51'}]);
    await waitUntil(() => host.navigations.length === 1, 'HubSpot is still the one spoken to');
    expect((await phone.seen()).dialled).to.deep.equal([]);
  });

  it('leaves no customer data in the console or the log', async () => {
    const {phone} = await connected();
    await show(phone, view());
    await phone.ask('search', byPhone(LEA.fields.phone));
    await phone.ask('saveLog', [LOG]);
    const {console: written, notes} = await phone.seen();
    expect(JSON.stringify([written, notes])).not.to.match(/5550142|Lea/);
  });
});
