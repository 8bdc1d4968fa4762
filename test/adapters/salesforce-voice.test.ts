import {expect} from '@open-wc/testing';
import {wrap, type Remote} from 'comlink';
import {ScvHost} from '../../demo/hosts/scv-host.js';
import type {SalesforceVoiceOptions} from '../../src/adapters/salesforce-voice/options.js';
import {SalesforceVoiceAdapter} from '../../src/adapters/salesforce-voice/salesforce-voice.js';
import {recordedContext} from '../support/adapter-context.js';
import {scriptedAcw} from '../support/scripted-session.js';
import type {GivenCall, VoicePhoneApi} from './salesforce-voice-phone.js';
import {waitUntil} from '../support/wait-until.js';

/** The same server under another name: another origin, and for the browser another site. */
const PHONE = location.origin.replace('localhost', 'phone.localhost');
const PAGE = `${PHONE}/test/adapters/salesforce-voice-phone.html`;
const STATUSES = {
  available: {statusId: '0N5A', status: 'Online'},
  lunch: {statusId: '0N5L', statusApiName: 'At_Lunch'},
  'custom:Training': {statusId: '0N5T'},
} as const;

const cleanUp: (() => void)[] = [];
afterEach(() => {
  for (const done of cleanUp.splice(0)) done();
});

const until = (what: string, is: () => unknown): Promise<void> => waitUntil(is, what);

interface Desk {
  readonly host: ScvHost;
  readonly phone: Remote<VoicePhoneApi>;
  readonly frame: HTMLIFrameElement;
}

/** An org, this page, with the connector's page in a frame of another site. Nothing is set up yet. */
async function desk(options: SalesforceVoiceOptions = {}): Promise<Desk> {
  const frame = document.createElement('iframe');
  let port: MessagePort | undefined;
  const listen = ({data, ports}: MessageEvent<{type?: string}>): void => {
    if (data?.type === 'phone-ready') [port] = ports;
  };
  addEventListener('message', listen);
  const host = new ScvHost(() => frame.contentWindow, PHONE);
  cleanUp.push(() => {
    removeEventListener('message', listen);
    host.close();
    frame.remove();
  });
  frame.src = PAGE;
  document.body.append(frame);
  await until('the phone’s page is there', () => port);
  const phone = wrap<VoicePhoneApi>(port!);
  await phone.make({origin: location.origin, setupTimeoutMs: 6_000, statuses: STATUSES, ...options});
  return {host, phone, frame};
}

/** The same, set up, with a live telephone that has these calls. */
async function signedIn(calls: readonly GivenCall[] = [], options: SalesforceVoiceOptions = {}): Promise<Desk> {
  const made = await desk(options);
  const {host, phone} = made;
  await phone.show('connection', {mode: 'live'});
  await phone.calls(calls);
  await phone.show('agent', {presence: {state: 'available'}});
  const connected = phone.connect();
  await host.setUp();
  expect(await connected).not.to.have.property('code');
  await until('the connector is ready', () => host.ready);
  await until('its calls are told anew', () => host.calls.size === calls.length);
  host.events.length = 0;
  return made;
}

const types = ({events}: ScvHost): string[] => events.map(({type}) => type);
const events = (host: ScvHost, type: string): unknown[] =>
  host.events.filter((event) => event.type === type).map(({payload}) => payload);
const first = <T = Record<string, unknown>>(host: ScvHost, type: string): T => events(host, type)[0] as T;
const errors = (host: ScvHost): unknown[] =>
  events(host, 'ERROR').map((payload) => (payload as {message: string}).message);

/** Waits until the platform was asked for these, and nothing else, in order. */
async function asked(phone: Remote<VoicePhoneApi>, ...wanted: unknown[][]): Promise<void> {
  await until(
    `${String(wanted.at(-1)?.[0])} is asked for`,
    async () => (await phone.seen()).asked.length >= wanted.length,
  );
  expect((await phone.seen()).asked).to.deep.equal(wanted);
}

const call = (state: GivenCall['state'], more: Partial<GivenCall> = {}): GivenCall => ({
  interactionId: 'i-1',
  state,
  ...more,
});
const CALL = {callId: 'i-1'};
const BOB = {role: 'consult', target: '+15550002', state: 'talking'} as const;
const consult = (party: object = BOB): GivenCall =>
  call('hold', {consultOpen: true, participants: [party as typeof BOB]});
const named = (participantType: string) => ({callAttributes: {participantType}});

describe('SalesforceVoiceAdapter: setup', () => {
  it('is set up by Salesforce, and says what the telephone can and what it cannot', async () => {
    const {host} = await signedIn();
    expect(host.ready!.capabilities).to.deep.equal({
      MUTE: true,
      RECORD: false,
      MERGE: true,
      SWAP: false,
      SIGNED_RECORDING_URL: false,
      DEBUG_ENABLED: false,
      CONTACT_SEARCH: false,
      VENDOR_PROVIDED_AVAILABILITY: false,
      VENDOR_PROVIDED_QUEUE_WAIT_TIME: false,
      SUPERVISOR_LISTEN_IN: false,
      SUPERVISOR_BARGE_IN: false,
      MOS: false,
      BLIND_TRANSFER: true,
      TRANSFER_TO_OMNI_FLOW: false,
      PENDING_STATUS_CHANGE: true,
      PHONEBOOK: false,
    });
    const {agentConfig, callInProgress} = host.ready as Record<string, Record<string, unknown> | null>;
    expect(agentConfig!['SELECTED_PHONE']).to.include({type: 'SOFT_PHONE'});
    expect(callInProgress).to.equal(null);
  });

  it('tells of the call that goes on already, once, as it is', async () => {
    const {host, phone} = await signedIn([call('hold', {muted: true})]);
    expect(host.ready!.callInProgress).to.deep.include({callId: 'i-1', callType: 'Inbound', state: 'connected'});
    expect(host.calls.get('i-1')).to.include({state: 'connected', onHold: true, phoneNumber: '+14155550134'});
    expect(host.muted).to.equal(true);
    await phone.calls([call('talking', {muted: true})]);
    await until('the change is told', () => host.events.length > 0);
    expect(types(host)).to.deep.equal(['HOLD_TOGGLE']);
  });

  it('tells of a call that rings already', async () => {
    const {host} = await signedIn([call('ringing')]);
    expect(host.calls.get('i-1')).to.include({state: 'ringing'});
  });

  it('is shown as a sign-in until the telephone is live', async () => {
    const {host, phone} = await desk({signInAfterMs: 50});
    const connected = phone.connect();
    await host.setUp();
    await connected;
    await until('the sign-in is asked for', () => types(host).includes('SHOW_LOGIN'));
    await host.send('MUTE');
    await until('what is asked meanwhile is refused', () => errors(host).length > 0);
    expect(errors(host)).to.deep.equal(['CAN_NOT_MUTE_CALL']);
    expect(host.ready).to.equal(undefined);
    await phone.calls([call('ringing')]);
    await phone.show('connection', {mode: 'live'});
    await until('it is ready', () => host.ready);
    expect(first(host, 'LOGIN_RESULT')).to.include({success: true});
    await until('the call is told', () => host.calls.has('i-1'));
    await phone.show('connection', {mode: 'polling'});
    await phone.calls([]);
    await until('its end is told', () => types(host).includes('HANGUP'));
    expect(events(host, 'LOGIN_RESULT')).to.have.length(1);
  });

  it('asks for a sign-in at once where the connection needs a person', async () => {
    const {host, phone} = await desk({signInAfterMs: 60_000});
    await phone.show('connection', {mode: 'error', problem: {code: 'signedOut'}});
    const connected = phone.connect();
    await host.setUp();
    await connected;
    await until('the sign-in is asked for', () => types(host).includes('SHOW_LOGIN'));
  });

  it('hears the setup that came before anybody asked for it', async () => {
    const {host, phone} = await desk();
    await phone.show('connection', {mode: 'live'});
    await host.setUp();
    // It has come, then.
    expect(await phone.settings()).not.to.have.property('code');
    expect(await phone.connect()).not.to.have.property('code');
    await until('it is ready', () => host.ready);
  });

  it('works on the new port when Salesforce begins again, and says nothing of the setup that was overtaken', async () => {
    const {host, phone} = await desk({signInAfterMs: 60_000});
    const connected = phone.connect();
    const begun = (): number => host.log.filter(({eventType}) => eventType === 'SETUP_CONNECTOR').length;
    await host.setUp();
    await connected;
    await until('the first is under way', () => begun() === 1);
    await host.setUp();
    await until('the second is under way', () => begun() === 2);
    await phone.show('connection', {mode: 'live'});
    await until('it is ready', () => host.ready);
    await phone.calls([call('ringing')]);
    await until('the call is told', () => host.calls.has('i-1'));
    expect(types(host)).to.deep.equal(['CONNECTOR_READY', 'CALL_STARTED']);
    host.ready = undefined;
    await host.setUp();
    await until('it is ready once more', () => host.ready);
    expect(host.ready!.callInProgress).to.deep.include({callId: 'i-1'});
  });

  it('believes no origin but the one that it was told', async () => {
    const {host, phone} = await desk({origin: 'https://acme.lightning.force.com', setupTimeoutMs: 300});
    const connected = phone.connect();
    await host.setUp();
    expect(await connected).to.include({code: 'timeout'});
    expect(host.log).to.deep.equal([]);
  });

  it('believes no host that is not Salesforce’s, where it was told none', async () => {
    const {host, phone} = await desk({origin: undefined, setupTimeoutMs: 300});
    const connected = phone.connect();
    await host.setUp();
    expect(await connected).to.include({code: 'timeout'});
  });

  it('believes no frame beside it, and no setup without a port', async () => {
    const {phone, frame} = await desk({setupTimeoutMs: 500});
    const beside = document.createElement('iframe');
    document.body.append(beside);
    cleanUp.push(() => beside.remove());
    const connected = phone.connect();
    const setup = {type: 'SETUP_CONNECTOR', connectorConfig: {}};
    // As a script of that frame would: the message's source is its window, its origin the host's.
    const {Function: Foreign} = beside.contentWindow as unknown as typeof globalThis;
    const post = new Foreign('target', 'message', 'origin', 'port', 'target.postMessage(message, origin, [port])') as (
      ...args: readonly unknown[]
    ) => void;
    const {port1, port2} = new MessageChannel();
    let answered = false;
    port1.onmessage = () => (answered = true);
    post(frame.contentWindow!, setup, PHONE, port2);
    frame.contentWindow!.postMessage(setup, PHONE);
    expect(await connected).to.include({code: 'timeout'});
    expect(answered).to.equal(false);
  });

  it('keeps every setup from the rest of the page, and other messages not', async () => {
    const {host, phone, frame} = await desk();
    await host.setUp();
    frame.contentWindow!.postMessage({type: 'something else'}, PHONE);
    await until('the message is heard', async () => (await phone.seen()).heard.length > 0);
    expect((await phone.seen()).heard).to.deep.equal(['something else']);
  });

  it('takes one exact origin only', async () => {
    for (const origin of ['*', 'null', 'https://acme.lightning.force.com/', 'acme', '']) {
      const {code, message} = await (await desk({origin})).phone.connect();
      expect(code, origin).to.equal('badConfig');
      expect(message).to.equal('salesforce-voice: origin must be one exact origin');
    }
  });

  it('is not here where no page is around it', async () => {
    const error: unknown = await new SalesforceVoiceAdapter()
      .connect(recordedContext(new AbortController().signal))
      .catch((reason: unknown) => reason);
    expect(error).to.include({name: 'AdapterError', code: 'notHere'});
  });

  it('reads its settings from the contact center’s own section', async () => {
    const {host, phone} = await desk();
    Object.assign(host.contactCenter, {'/reqCxone/agentId': 'a-1', '/reqCxone/apiBase': 'https://api.example.com'});
    await host.setUp();
    expect((await phone.settings()).value).to.deep.include({agentId: 'a-1', apiBase: 'https://api.example.com'});
    Object.assign(host.contactCenter, {'/reqCxone/popRules': '{'});
    await host.setUp();
    await until('the newer one counts', async () => (await phone.settings()).code === 'badConfig');
  });

  it('opens, finds and makes no records: Salesforce does', async () => {
    const {phone} = await signedIn();
    const {open, create, search} = await phone.records();
    expect(open).to.include({code: 'notFound'});
    expect(create).to.include({code: 'notFound'});
    expect(search).to.deep.equal({value: []});
  });

  it('tells nothing more and does nothing more once it is disconnected', async () => {
    const {host, phone} = await signedIn([call('talking')]);
    await phone.disconnect();
    await phone.calls([]);
    await host.send('HOLD', {call: CALL});
    await until('the request is refused', () => errors(host).length > 0);
    expect(types(host)).to.deep.equal(['ERROR']);
    expect((await phone.seen()).asked).to.deep.equal([]);
  });
});

describe('SalesforceVoiceAdapter: what it tells', () => {
  it('tells a call’s life, each thing once and in order', async () => {
    const {host, phone} = await signedIn();
    const life = [
      call('ringing'),
      call('ringing'),
      call('talking'),
      call('talking', {muted: true}),
      call('talking'),
      call('hold'),
      call('hold'),
      call('talking'),
      call('acw'),
    ];
    for (const state of life) await phone.calls([state]);
    await phone.calls([]);
    await until('the end is told', () => types(host).includes('WRAP_UP_ENDED'));
    expect(types(host)).to.deep.equal([
      'CALL_STARTED',
      'CALL_CONNECTED',
      'MUTE_TOGGLE',
      'MUTE_TOGGLE',
      'HOLD_TOGGLE',
      'HOLD_TOGGLE',
      'HANGUP',
      'AFTER_CALL_WORK_STARTED',
      'WRAP_UP_ENDED',
    ]);
    expect(first(host, 'CALL_STARTED')).to.deep.include({
      callId: 'i-1',
      callType: 'Inbound',
      state: 'ringing',
      phoneNumber: '+14155550134',
    });
    expect(first(host, 'CALL_STARTED')['callInfo']).to.include({
      acceptEnabled: true,
      muteEnabled: false,
      holdEnabled: false,
    });
    expect(first(host, 'CALL_CONNECTED')['callInfo']).to.include({
      muteEnabled: true,
      holdEnabled: true,
      isOnHold: false,
    });
    expect(events(host, 'MUTE_TOGGLE')).to.deep.equal([{isMuted: true}, {isMuted: false}]);
    expect(first(host, 'HOLD_TOGGLE')).to.include({isCustomerOnHold: true, isThirdPartyOnHold: false});
    expect(first(host, 'AFTER_CALL_WORK_STARTED')).to.deep.equal({callId: 'i-1'});
    expect(first<{callId: string; reason: string}[]>(host, 'HANGUP')[0]).to.include({callId: 'i-1', reason: 'ended'});
    expect(host.calls.size).to.equal(0);
  });

  it('tells of a call that nobody answered, and of the next one', async () => {
    const {host, phone} = await signedIn();
    await phone.calls([call('ringing')]);
    await phone.calls([]);
    await phone.calls([call('ringing', {interactionId: 'i-2'})]);
    await until('the next is told', () => host.calls.has('i-2'));
    expect(types(host)).to.deep.equal(['CALL_STARTED', 'HANGUP', 'CALL_STARTED']);
  });

  it('tells of a second call beside the first, and of neither’s end for the other’s', async () => {
    const {host, phone} = await signedIn([call('hold')]);
    const second = {interactionId: 'i-2', direction: 'outbound', from: '+1', to: '+15550009'} as const;
    await phone.calls([call('hold'), call('ringing', second)]);
    await until('it is told', () => host.calls.has('i-2'));
    expect(host.calls.get('i-2')).to.include({phoneNumber: '+15550009', state: 'ringing'});
    expect(first(host, 'CALL_STARTED')).to.include({callType: 'Outbound'});
    await phone.calls([call('hold'), call('talking', second)]);
    await phone.calls([call('talking')]);
    await until('the resumption is told', () => types(host).includes('HOLD_TOGGLE'));
    expect(types(host)).to.deep.equal(['CALL_STARTED', 'CALL_CONNECTED', 'HANGUP', 'HOLD_TOGGLE']);
    expect([...host.calls.keys()]).to.deep.equal(['i-1']);
  });

  it('tells of calls only', async () => {
    const {host, phone} = await signedIn();
    await phone.calls([call('ringing', {interactionId: 'chat', mediaType: 'webchat'})]);
    await phone.show('acw', {items: [scriptedAcw({interactionId: 'chat', mediaType: 'webchat'})]});
    await phone.calls([call('ringing')]);
    await until('the call is told', () => host.calls.has('i-1'));
    expect(types(host)).to.deep.equal(['CALL_STARTED']);
  });

  it('takes what it does not know for no end of a call', async () => {
    const {host, phone} = await signedIn([call('talking')]);
    await phone.show('interactions', {items: [], asOf: 0});
    await phone.calls([call('hold')]);
    await until('the hold is told', () => types(host).length > 0);
    expect(types(host)).to.deep.equal(['HOLD_TOGGLE']);
  });

  it('tells each trouble of the connection once, without customer data', async () => {
    const {host, phone} = await signedIn();
    await phone.show('connection', {mode: 'degraded', problem: {code: 'streamLost'}});
    await phone.show('connection', {mode: 'degraded', attempt: 2});
    await phone.show('connection', {mode: 'live', problem: undefined});
    await phone.show('connection', {mode: 'error', problem: {code: 'signedOut'}});
    const reasons = () =>
      host.log.flatMap(({payload, isError}) => (isError ? (payload as {error: unknown}).error : []));
    await until('both are told', () => reasons().length === 2);
    expect(errors(host)).to.deep.equal(['AGENT_ERROR', 'AGENT_ERROR']);
    expect(reasons()).to.deep.equal(['cxone: streamLost', 'cxone: signedOut']);
  });

  it('puts no numbers into Salesforce’s log', async () => {
    const {host, phone} = await signedIn();
    await phone.calls([call('ringing')]);
    await phone.refuse('transfer', 'UNKNOWN_OUTCOME');
    await phone.calls([call('talking')]);
    await host.send('ADD_PARTICIPANT', {contact: {phoneNumber: '+15550002'}, call: CALL});
    await until('the refusal is told', () => errors(host).length > 0);
    expect(JSON.stringify(host.log)).not.to.match(/4155550134|5550002/);
  });
});

describe('SalesforceVoiceAdapter: what Salesforce asks', () => {
  it('answers once the snapshot shows it, and tells it once', async () => {
    const {host, phone} = await signedIn([call('ringing')]);
    await host.press('i-1', 'answer');
    await asked(phone, ['answer', 'i-1']);
    await phone.calls([call('talking')]);
    await until('it is told', () => host.calls.get('i-1')?.state === 'connected');
    await phone.calls([call('talking', {muted: true})]);
    await until('the next change is told', () => host.muted);
    expect(types(host)).to.deep.equal(['CALL_CONNECTED', 'MUTE_TOGGLE']);
    expect((await phone.seen()).active).to.equal(1);
  });

  it('answers by itself where the snapshot is late, and does not tell it again', async () => {
    const {host, phone} = await signedIn([call('ringing')]);
    await host.press('i-1', 'answer');
    await until('it is told', () => types(host).includes('CALL_CONNECTED'));
    await phone.calls([call('talking')]);
    await phone.calls([call('hold')]);
    await until('the hold is told', () => types(host).includes('HOLD_TOGGLE'));
    expect(types(host)).to.deep.equal(['CALL_CONNECTED', 'HOLD_TOGGLE']);
  });

  it('declines a call, also where none is named', async () => {
    const {host, phone} = await signedIn([call('ringing')]);
    await host.send('DECLINE_CALL');
    await asked(phone, ['reject', 'i-1']);
    await phone.calls([]);
    await until('the end is told', () => host.calls.size === 0);
    expect(types(host)).to.deep.equal(['HANGUP']);
    await phone.calls([call('ringing', {interactionId: 'i-2'}), call('ringing', {interactionId: 'i-3'})]);
    await until('two ring', () => host.calls.size === 2);
    await host.send('DECLINE_CALL');
    await until('one of several is not chosen', () => errors(host).length > 0);
    expect(errors(host)).to.deep.equal(['CAN_NOT_DECLINE_THE_CALL']);
    await asked(phone, ['reject', 'i-1']);
  });

  for (const [type, name, before, after, event] of [
    ['MUTE', 'mute', {}, {muted: true}, 'MUTE_TOGGLE'],
    ['UNMUTE', 'unmute', {muted: true}, {}, 'MUTE_TOGGLE'],
    ['HOLD', 'hold', {}, {state: 'hold'}, 'HOLD_TOGGLE'],
    ['RESUME', 'resume', {state: 'hold'}, {}, 'HOLD_TOGGLE'],
  ] as const) {
    it(`${type}: carries it out, and tells it once`, async () => {
      const {host, phone} = await signedIn([call('talking', before)]);
      await host.send(type, {call: CALL});
      await asked(phone, [name, 'i-1']);
      expect(types(host)).to.deep.equal([]);
      await phone.calls([call('talking', after)]);
      await until('it is told', () => types(host).includes(event));
      await phone.calls([]);
      await until('the end is told', () => types(host).includes('HANGUP'));
      expect(types(host)).to.deep.equal([event, 'HANGUP']);
      expect(host.log.filter(({isError}) => isError)).to.deep.equal([]);
    });
  }

  it('holds the call that the agent is in where none is named, and no party of it', async () => {
    const {host, phone} = await signedIn([call('hold', {interactionId: 'i-0'}), call('talking')]);
    await host.send('HOLD');
    await asked(phone, ['hold', 'i-1']);
    await host.send('HOLD', {call: {callId: 'somebody'}});
    await until('it is refused', () => errors(host).length > 0);
    expect(errors(host)).to.deep.equal(['INVALID_PARTICIPANT']);
  });

  it('ends the call, and says that it ended though another one is there', async () => {
    const {host, phone} = await signedIn([call('hold', {interactionId: 'i-0'}), call('talking')]);
    await host.send('END_CALL', {call: CALL});
    await asked(phone, ['release', 'i-1']);
    await phone.calls([call('hold', {interactionId: 'i-0'}), call('acw')]);
    await until('the end is told', () => !host.calls.has('i-1'));
    await until('wrap-up is told', () => types(host).includes('AFTER_CALL_WORK_STARTED'));
    expect(types(host)).to.deep.equal(['HANGUP', 'AFTER_CALL_WORK_STARTED']);
    expect([...host.calls.keys()]).to.deep.equal(['i-0']);
  });

  it('ends the call that the agent leaves, though no call is named', async () => {
    const {host, phone} = await signedIn([call('talking')]);
    await host.press('i-1', 'release');
    await asked(phone, ['release', 'i-1']);
    await phone.calls([]);
    await until('the end is told', () => host.calls.size === 0);
  });

  it('gives up a call that nobody answers yet', async () => {
    const {host, phone} = await signedIn([call('ringing', {direction: 'outbound', to: '+15550009'})]);
    await host.press('i-1', 'release');
    await asked(phone, ['release', 'i-1']);
  });

  it('sends tones, and none that are no text', async () => {
    const {host, phone} = await signedIn([call('talking')]);
    await host.send('SEND_DIGITS', {digits: '12#'});
    await host.send('SEND_DIGITS', {digits: {toString: 1}});
    await asked(phone, ['sendDtmf', 'i-1', '12#'], ['sendDtmf', 'i-1', '']);
  });

  it('dials, and tells the call once', async () => {
    const {host, phone} = await signedIn();
    await host.clickToDial('+15550009');
    await asked(phone, ['dial', '+15550009']);
    const outbound = {direction: 'outbound', from: '+1', to: '+15550009'} as const;
    await phone.calls([call('ringing', outbound)]);
    await until('it is told', () => host.calls.has('i-1'));
    await phone.calls([call('talking', outbound)]);
    await until('the answer is told', () => host.calls.get('i-1')?.state === 'connected');
    expect(types(host)).to.deep.equal(['CALL_STARTED', 'CALL_CONNECTED']);
    expect(first(host, 'CALL_STARTED')).to.include({callType: 'Outbound', phoneNumber: '+15550009'});
    expect((await phone.seen()).dialled).to.deep.equal([]);
  });

  it('dials with a prefix, and nothing that is no number to call', async () => {
    const {host, phone} = await signedIn();
    await host.send('DIAL', {contact: {phoneNumber: '5550009', prefix: '+1'}});
    await asked(phone, ['dial', '+15550009']);
    for (const contact of [
      {phoneNumber: '5550009', extension: '12'},
      {type: 'Queue', queue: 'q'},
      {phoneNumber: ' '},
    ]) {
      host.events.length = 0;
      await host.send('DIAL', {contact});
      await until('it is refused', () => errors(host).length > 0);
      expect(types(host)).to.deep.equal(['CALL_FAILED', 'ERROR']);
      expect(errors(host)).to.deep.equal(['INVALID_DESTINATION']);
    }
    await asked(phone, ['dial', '+15550009']);
  });

  it('finishes after-call work, and says where that was refused', async () => {
    const {host, phone} = await signedIn([call('talking')]);
    await phone.calls([call('acw')]);
    await phone.show('acw', {items: [scriptedAcw({interactionId: 'i-1'})]});
    await until('it has begun', () => types(host).includes('AFTER_CALL_WORK_STARTED'));
    await host.send('WRAP_UP_CALL', {call: CALL});
    await asked(phone, ['completeAcw', 'i-1']);
    await phone.refuse('completeAcw', 'NOT_ALLOWED');
    await host.send('WRAP_UP_CALL');
    await until('the refusal is told', () => errors(host).length > 0);
    expect(errors(host)).to.deep.equal(['GENERIC_ERROR']);
    await asked(phone, ['completeAcw', 'i-1'], ['completeAcw', 'i-1']);
    await phone.show('acw', {items: []});
    await phone.calls([]);
    await until('its end is told', () => types(host).includes('WRAP_UP_ENDED'));
    expect(types(host)).to.deep.equal(['HANGUP', 'AFTER_CALL_WORK_STARTED', 'ERROR', 'WRAP_UP_ENDED']);
    await host.send('WRAP_UP_CALL');
    await until('nothing is wrapped up', () => errors(host).length === 2);
  });

  it('finishes after-call work only once the work itself is known', async () => {
    const {host, phone} = await signedIn([call('talking')]);
    await phone.calls([call('acw')]);
    await until('it has begun', () => types(host).includes('AFTER_CALL_WORK_STARTED'));
    const startedAt = host.log.length;
    await host.send('WRAP_UP_CALL', {call: CALL});
    await until('the request has come', () => host.log.length > startedAt);
    expect((await phone.seen()).asked).to.deep.equal([]);
    await phone.show('acw', {items: [scriptedAcw({interactionId: 'i-1'})]});
    await asked(phone, ['completeAcw', 'i-1']);
  });

  it('tells its one phone, and lets nobody choose another', async () => {
    const {host} = await signedIn([], {phone: 'DESK_PHONE'});
    await host.send('SET_AGENT_CONFIG', {config: {selectedPhone: {type: 'DESK_PHONE'}}});
    await until('the same is granted', () => types(host).includes('AGENT_CONFIG_UPDATED'));
    await host.send('SET_AGENT_CONFIG', {config: {selectedPhone: {type: 'SOFT_PHONE'}}});
    await host.send('SET_AGENT_CONFIG');
    await until('another is not', () => errors(host).length === 2);
    expect(errors(host)).to.deep.equal(['CAN_NOT_SET_AGENT_CONFIG', 'CAN_NOT_SET_AGENT_CONFIG']);
  });

  it('lets the agent leave Omni-Channel, and leaves the telephone as it is', async () => {
    const {host, phone} = await signedIn();
    await host.send('LOGOUT');
    await until('it is told', () => types(host).includes('LOGOUT_RESULT'));
    expect(first(host, 'LOGOUT_RESULT')).to.include({success: true});
    const {asked: commands, notes} = await phone.seen();
    expect(commands).to.deep.equal([]);
    expect(notes).to.deep.equal([{level: 'info', event: 'host_signed_out', data: {adapter: 'salesforce-voice'}}]);
  });

  it('has no contacts and no recordings, and says so', async () => {
    const {host} = await signedIn();
    await host.send('GET_PHONE_CONTACTS', {filter: {type: 'AGENT'}});
    await host.send('GET_SIGNED_RECORDING_URL', {recordingUrl: 'x', vendorCallKey: 'y', callId: 'i-1'});
    await until('both are answered', () => host.events.length === 2);
    expect(first(host, 'PHONE_CONTACTS')).to.deep.equal({contacts: [], contactTypes: []});
    expect(first(host, 'SIGNED_RECORDING_URL')).to.include({success: false});
  });

  for (const [type, error] of [
    ['SWAP_PARTICIPANTS', 'CAN_NOT_SWAP_PARTICIPANTS'],
    ['PAUSE_RECORDING', 'CAN_NOT_PAUSE_RECORDING'],
    ['RESUME_RECORDING', 'CAN_NOT_RESUME_RECORDING'],
    ['SUPERVISE_CALL', 'CAN_NOT_SUPERVISE_CALL'],
    ['SUPERVISOR_BARGE_IN', 'CAN_NOT_BARGE_IN_SUPERVISOR'],
    ['SUPERVISOR_DISCONNECT', 'CAN_NOT_DISCONNECT_SUPERVISOR'],
  ] as const) {
    it(`${type}: is refused`, async () => {
      const {host, phone} = await signedIn([call('talking')]);
      await host.send(type, {call: CALL});
      await until('it is refused', () => errors(host).length > 0);
      expect(errors(host)).to.deep.equal([error]);
      expect((await phone.seen()).asked).to.deep.equal([]);
    });
  }

  it('bears messages, logs and requests for a log file, and gives none away', async () => {
    const {host, phone} = await signedIn([call('talking')]);
    await host.send('MESSAGE', {message: {text: 'x'}});
    await host.send('LOG', {logLevel: 'INFO', logMessage: 'x', payload: {}});
    await host.send('DOWNLOAD_VENDOR_LOGS');
    await host.send('NEVER_HEARD_OF');
    await host.send('MUTE');
    await asked(phone, ['mute', 'i-1']);
  });
});

describe('SalesforceVoiceAdapter: refusals of the platform', () => {
  for (const [type, name, state, data, error] of [
    ['DECLINE_CALL', 'reject', 'ringing', {call: CALL}, 'CAN_NOT_DECLINE_THE_CALL'],
    ['END_CALL', 'release', 'talking', {call: CALL}, 'CAN_NOT_END_THE_CALL'],
    ['MUTE', 'mute', 'talking', {}, 'CAN_NOT_MUTE_CALL'],
    ['UNMUTE', 'unmute', 'talking', {}, 'CAN_NOT_UNMUTE_CALL'],
    ['HOLD', 'hold', 'talking', {call: CALL}, 'CAN_NOT_HOLD_CALL'],
    ['RESUME', 'resume', 'hold', {call: CALL}, 'CAN_NOT_RESUME_CALL'],
    ['DIAL', 'dial', 'talking', {contact: {phoneNumber: '+1'}}, 'GENERIC_ERROR'],
    ['ADD_PARTICIPANT', 'transfer', 'talking', {contact: {phoneNumber: '+1'}, call: CALL}, 'CAN_NOT_ADD_PARTICIPANT'],
  ] as const) {
    it(`${type}: is refused in Salesforce’s words, and what is really so is told later`, async () => {
      const {host, phone} = await signedIn([call(state)]);
      // Nobody knows whether it happened: no word of success, and none of failure that would hide it.
      await phone.refuse(name, 'UNKNOWN_OUTCOME');
      await host.send(type, data);
      await until('it is refused', () => errors(host).length > 0);
      expect(errors(host)).to.deep.equal([error]);
      const {payload} = host.log.find(({isError}) => isError)!;
      expect(JSON.stringify(payload)).to.contain('UNKNOWN_OUTCOME').and.not.to.contain('4155550134');
      await phone.calls([]);
      await until('the end is told', () => types(host).includes('HANGUP'));
      expect(events(host, 'HANGUP')).to.have.length(1);
    });
  }

  it('ACCEPT_CALL: Salesforce is told that the call cannot be taken', async () => {
    const {host, phone} = await signedIn([call('ringing')]);
    await phone.refuse('answer', 'INVALID_TRANSITION');
    await host.press('i-1', 'answer');
    await until('it is told', () => types(host).includes('INFO'));
    expect(first(host, 'INFO')).to.deep.equal({message: 'CAN_NOT_ACCEPT_THE_CALL'});
    await host.press('gone', 'answer');
    await until('it is told of a call that is gone', () => events(host, 'INFO').length === 2);
    await asked(phone, ['answer', 'i-1']);
  });

  it('tells what became of a command whose outcome nobody knew', async () => {
    const {host, phone} = await signedIn([call('talking')]);
    await phone.refuse('hold', 'UNKNOWN_OUTCOME');
    await host.send('HOLD', {call: CALL});
    await until('it is refused', () => errors(host).length > 0);
    await phone.calls([call('hold')]);
    await until('it was done after all', () => types(host).includes('HOLD_TOGGLE'));
    expect(host.calls.get('i-1')).to.include({onHold: true});
  });

  it('calls a number that cannot be called by its name, dialled or added', async () => {
    const {host, phone} = await signedIn([call('talking')]);
    await phone.refuse('dial', 'BAD_REQUEST');
    await phone.refuse('transfer', 'NOT_FOUND');
    await host.send('DIAL', {contact: {phoneNumber: '+1'}});
    await until('the one is refused', () => errors(host).length === 1);
    await host.send('ADD_PARTICIPANT', {contact: {phoneNumber: '+1'}, call: CALL});
    await until('the other is refused', () => errors(host).length === 2);
    expect(errors(host)).to.deep.equal(['INVALID_DESTINATION', 'INVALID_DESTINATION']);
  });

  it('acts on no call where there is none', async () => {
    const {host, phone} = await signedIn();
    for (const type of ['ACCEPT_CALL', 'DECLINE_CALL', 'END_CALL', 'MUTE', 'HOLD', 'CONFERENCE']) await host.send(type);
    await host.send('END_CALL', {call: named('Third_Party')});
    await host.send('ADD_PARTICIPANT', {contact: {phoneNumber: '+1'}});
    await until('all are refused', () => errors(host).length === 7);
    expect(types(host)).to.include('INFO');
    expect((await phone.seen()).asked).to.deep.equal([]);
  });
});

describe('SalesforceVoiceAdapter: others in a call', () => {
  it('consults somebody, joins them, and ends the whole', async () => {
    const {host, phone} = await signedIn([call('talking')]);
    await host.send('ADD_PARTICIPANT', {contact: {phoneNumber: '+15550002'}, call: CALL});
    await asked(phone, ['transfer', 'i-1', {target: '+15550002', type: 'consult'}]);
    await phone.calls([consult({...BOB, state: 'ringing'})]);
    await until('the party is called', () => host.calls.get('i-1')?.parties[0]?.state === 'transferring');
    await until('the caller is on hold', () => host.calls.get('i-1')?.onHold);
    await phone.calls([consult()]);
    await until('the party is there', () => host.calls.get('i-1')?.parties[0]?.state === 'transferred');
    expect(types(host)).to.deep.equal(['PARTICIPANT_ADDED', 'HOLD_TOGGLE', 'PARTICIPANT_CONNECTED']);
    expect(first(host, 'PARTICIPANT_ADDED')).to.deep.include({phoneNumber: '+15550002', initialCallHasEnded: false});
    // The caller waits, not whom the agent talks to.
    expect(first(host, 'PARTICIPANT_CONNECTED')['callInfo']).to.include({
      isOnHold: false,
      removeParticipantVariant: 'ALWAYS',
    });
    host.events.length = 0;

    await host.send('CONFERENCE', {calls: []});
    await until('it is asked for', async () => (await phone.seen()).asked.length === 2);
    expect((await phone.seen()).asked[1]).to.deep.equal(['conference', 'i-1', {target: '+15550002'}]);
    await phone.calls([call('talking', {participants: [{...BOB, role: 'conference'}]})]);
    await until('all are in one call', () => !host.calls.get('i-1')?.onHold);
    expect(types(host)).to.deep.equal(['HOLD_TOGGLE']);
    host.events.length = 0;

    const {callId} = host.calls.get('i-1')!.parties[0]!;
    await host.send('END_CALL', {call: {callId}});
    await until('one of them cannot be put out', () => errors(host).length > 0);
    expect(errors(host)).to.deep.equal(['CAN_NOT_END_THE_CALL']);
    await host.send('END_CALL', {call: named('Agent')});
    await until('it is asked for', async () => (await phone.seen()).asked.length === 3);
    expect((await phone.seen()).asked[2]).to.deep.equal(['release', 'i-1']);
    await phone.calls([]);
    await until('the end is told', () => host.calls.size === 0);
    const ended = first<{callId: string; state: string}[]>(host, 'HANGUP');
    expect(ended.map(({callId: id, state}) => [id, state])).to.deep.equal([
      ['i-1', 'ended'],
      [callId, 'ended'],
    ]);
  });

  it('hands the caller over when the agent leaves the consult', async () => {
    const {host, phone} = await signedIn([consult()]);
    await host.send('END_CALL', {call: named('Agent')});
    await asked(phone, ['completeTransfer', 'i-1']);
    await phone.calls([]);
    await until('the end is told', () => host.calls.size === 0);
    expect(types(host)).to.deep.equal(['HANGUP']);
  });

  it('sends the consulted party away, named by its id or its part, and goes back to the caller', async () => {
    for (const name of ['id', 'part']) {
      const {host, phone} = await signedIn([consult()]);
      await until('the party is told', () => host.calls.get('i-1')?.parties.length);
      host.events.length = 0;
      const {callId} = host.calls.get('i-1')!.parties[0]!;
      await host.send('END_CALL', {call: name === 'id' ? {callId} : named('Third_Party')});
      await asked(phone, ['cancelTransfer', 'i-1']);
      await phone.calls([call('talking')]);
      await until('the caller is back', () => types(host).includes('HOLD_TOGGLE'));
      expect(types(host)).to.deep.equal(['PARTICIPANT_REMOVED', 'HOLD_TOGGLE']);
      expect(first(host, 'PARTICIPANT_REMOVED')).to.include({callId, state: 'ended', reason: 'ended'});
      expect(host.calls.get('i-1')!.parties).to.deep.equal([]);
    }
  });

  it('tells of a consult that was begun in the widgets, and of a party that went', async () => {
    const {host, phone} = await signedIn([call('talking')]);
    await phone.calls([consult()]);
    await phone.calls([call('talking')]);
    await until('it is over', () => types(host).length >= 5);
    expect(types(host)).to.deep.equal([
      'PARTICIPANT_ADDED',
      'PARTICIPANT_CONNECTED',
      'HOLD_TOGGLE',
      'PARTICIPANT_REMOVED',
      'HOLD_TOGGLE',
    ]);
    expect(first(host, 'PARTICIPANT_REMOVED')).to.deep.equal({reason: 'ended'});
  });

  it('hands a call over unseen', async () => {
    const {host, phone} = await signedIn([call('talking')]);
    await host.send('ADD_PARTICIPANT', {contact: {phoneNumber: '+15550002'}, call: CALL, isBlindTransfer: true});
    await asked(phone, ['transfer', 'i-1', {target: '+15550002', type: 'blind'}]);
    await phone.calls([call('acw')]);
    await until('the end is told', () => types(host).includes('AFTER_CALL_WORK_STARTED'));
    expect(types(host)).to.deep.equal(['PARTICIPANT_ADDED', 'HANGUP', 'AFTER_CALL_WORK_STARTED']);
    expect(first(host, 'PARTICIPANT_ADDED')).to.include({initialCallHasEnded: true});
    expect(host.calls.size).to.equal(0);
  });

  it('says that a consult did not come about', async () => {
    const {host, phone} = await signedIn([call('talking')]);
    await host.send('ADD_PARTICIPANT', {contact: {phoneNumber: '+15550002'}, call: CALL});
    await asked(phone, ['transfer', 'i-1', {target: '+15550002', type: 'consult'}]);
    await until('it is refused', () => errors(host).length > 0);
    expect(errors(host)).to.deep.equal(['CAN_NOT_ADD_PARTICIPANT']);
  });
});

describe('SalesforceVoiceAdapter: status', () => {
  const status = (data: object) => ({enqueueNextState: false, ...data});

  it('sets what Salesforce chooses, by the surest name, and does not tell it back', async () => {
    const {host, phone} = await signedIn();
    await host.send(
      'SET_AGENT_STATUS',
      status({agentStatus: 'Online', statusInfo: {statusId: '0N5L', statusApiName: 'x'}}),
    );
    await asked(phone, ['setStatus', {state: 'lunch'}]);
    await phone.show('agent', {presence: {state: 'lunch'}});
    await until('it is granted', () => types(host).includes('SET_AGENT_STATUS_RESULT'));
    expect(first(host, 'SET_AGENT_STATUS_RESULT')).to.deep.equal({success: true});
    await phone.show('agent', {presence: {state: 'available'}});
    await until('what came later is told', () => types(host).includes('SET_AGENT_STATUS'));
    expect(events(host, 'SET_AGENT_STATUS')).to.deep.equal([{statusId: '0N5A'}]);
  });

  it('reads a status by its API name, or one of Salesforce’s own three', async () => {
    const {host, phone} = await signedIn();
    await host.send('SET_AGENT_STATUS', status({agentStatus: 'Online', statusInfo: {statusApiName: 'At_Lunch'}}));
    await asked(phone, ['setStatus', {state: 'lunch'}]);
    await host.send('SET_AGENT_STATUS', status({agentStatus: 'Offline'}));
    await asked(phone, ['setStatus', {state: 'lunch'}], ['setStatus', {state: 'offline'}]);
    await host.send('SET_AGENT_STATUS', status({statusInfo: {statusId: '0N5T'}}));
    await until('a custom one', async () => (await phone.seen()).asked.length === 3);
    expect((await phone.seen()).asked[2]).to.deep.equal(['setStatus', {state: 'custom', label: 'Training'}]);
  });

  it('refuses a status that nobody mapped, and one that the platform refuses', async () => {
    const {host, phone} = await signedIn();
    await host.send('SET_AGENT_STATUS', status({agentStatus: 'Busy', statusInfo: {statusId: '0N5X'}}));
    await until('it is refused', () => errors(host).length === 1);
    await phone.refuse('setStatus', 'FORBIDDEN');
    await host.send('SET_AGENT_STATUS', status({statusInfo: {statusId: '0N5L'}}));
    await until('it is refused', () => errors(host).length === 2);
    expect(errors(host)).to.deep.equal(['INVALID_AGENT_STATUS', 'CAN_NOT_SET_AGENT_STATUS']);
    expect(events(host, 'SET_AGENT_STATUS_RESULT')).to.deep.equal([{success: false}, {success: false}]);
  });

  it('lets a change wait for the end of a call only where Salesforce asked for that', async () => {
    const {host, phone} = await signedIn([call('talking')]);
    const pending = {state: 'lunch', since: Date.now(), waitsFor: 1} as const;
    await phone.show('agent', {pending});
    await host.send('SET_AGENT_STATUS', {statusInfo: {statusId: '0N5L'}, enqueueNextState: true});
    await until('it is granted', () => events(host, 'SET_AGENT_STATUS_RESULT').length === 1);
    await host.send('SET_AGENT_STATUS', status({statusInfo: {statusId: '0N5L'}}));
    await until('it is not', () => events(host, 'SET_AGENT_STATUS_RESULT').length === 2);
    expect(events(host, 'SET_AGENT_STATUS_RESULT')).to.deep.equal([{success: true}, {success: false}]);
    await asked(phone, ['setStatus', {state: 'lunch'}], ['setStatus', {state: 'lunch'}], ['cancelPendingStatus']);
  });

  it('grants after-call work only while there is some: the platform sets it', async () => {
    const {host, phone} = await signedIn([call('talking')]);
    await host.send('SET_AGENT_STATUS', status({agentStatus: 'AfterCallWork'}));
    await until('there is none', () => events(host, 'SET_AGENT_STATUS_RESULT').length === 1);
    await phone.calls([call('acw')]);
    await host.send('SET_AGENT_STATUS', status({agentStatus: 'AfterCallWork'}));
    await until('there is some', () => events(host, 'SET_AGENT_STATUS_RESULT').length === 2);
    expect(events(host, 'SET_AGENT_STATUS_RESULT')).to.deep.equal([{success: false}, {success: true}]);
    expect((await phone.seen()).asked).to.deep.equal([]);
  });

  it('tells what the agent chooses in the widgets, once, and nothing that has no id', async () => {
    const {host, phone} = await signedIn();
    await phone.show('agent', {presence: {state: 'lunch'}});
    await phone.show('agent', {presence: {state: 'lunch'}});
    await phone.show('agent', {presence: {state: 'meeting'}});
    await phone.show('agent', {presence: {state: 'custom', label: 'Training'}});
    await until('both are told', () => events(host, 'SET_AGENT_STATUS').length === 2);
    expect(events(host, 'SET_AGENT_STATUS')).to.deep.equal([{statusId: '0N5L'}, {statusId: '0N5T'}]);
  });

  it('takes the first status that is known for no change', async () => {
    const {host, phone} = await desk();
    await phone.show('connection', {mode: 'live'});
    const connected = phone.connect();
    await host.setUp();
    await connected;
    await until('the connector is ready', () => host.ready);
    await phone.show('agent', {presence: {state: 'available'}});
    await phone.show('agent', {presence: {state: 'lunch'}});
    await until('the change is told', () => host.statusId);
    expect(events(host, 'SET_AGENT_STATUS')).to.deep.equal([{statusId: '0N5L'}]);
  });

  it('tells nothing while a choice is under way or waits', async () => {
    const {host, phone} = await signedIn();
    await phone.show('agent', {presence: {state: 'lunch'}, requested: {state: 'available'}});
    await phone.show('agent', {presence: {state: 'available'}, requested: undefined});
    await phone.show('agent', {presence: {state: 'lunch'}});
    await until('the settled one is told', () => host.statusId);
    expect(events(host, 'SET_AGENT_STATUS')).to.deep.equal([{statusId: '0N5L'}]);
  });

  it('says the status when asked, and that it does not know it', async () => {
    const {host, phone} = await signedIn();
    await phone.show('agent', {presence: {state: 'lunch'}});
    await host.send('GET_AGENT_STATUS');
    await until('it is said', () => types(host).includes('GET_AGENT_STATUS_RESULT'));
    expect(first(host, 'GET_AGENT_STATUS_RESULT')).to.include({statusId: '0N5L', statusName: 'lunch'});
    await phone.show('agent', {presence: undefined});
    await host.send('GET_AGENT_STATUS');
    await until('it is not known', () => errors(host).length > 0);
    expect(errors(host)).to.deep.equal(['CAN_NOT_GET_AGENT_STATUS']);
  });
});
