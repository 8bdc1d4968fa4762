import {sampleRecords} from './open-cti-records.js';
import {findRecords} from './open-cti-search.js';

const first = (calls) => (Array.isArray(calls) ? calls[0] : calls);

/**
 * An org's phone controls: speaks the messages of Salesforce's connector library with the page in one frame, keeps what
 * it was told, and pops records by itself, as a flow of Omni-Channel does. What a person sees of it is up to `view`.
 */
export class ScvHost {
  /** The CRM's records: `{entity, id, name, fields}`. */
  records = sampleRecords();
  /** Times in ms; `readyAfterMs` counts from the page's load. Voice has no request that an org could refuse. */
  behaviour = {mode: 'ok', delayMs: 0, readyAfterMs: 0};
  /** What was really shown: `{kind: 'open' | 'matches', entity, id?, query?}`. */
  navigations = [];
  /** Each event of the connector: `{type, payload}`. */
  events = [];
  /** What the connector logged: `{eventType, payload, isError}`. */
  log = [];
  /** Voice keeps a record of each call itself: nobody writes one. */
  logs = [];
  /** What the admin keeps in the contact center. */
  contactCenter = {
    '/reqGeneralInfo/reqInternalName': 'CXoneVoice',
    '/reqGeneralInfo/reqDisplayName': 'CXone Voice',
  };
  /** What the connector said of itself when it was set up, last; `undefined` before. */
  ready;
  /** What the controls show: call id → `{callId, state, phoneNumber, onHold, parties}`. */
  calls = new Map();
  muted = false;
  /** The presence status by its id, as the connector last told it. */
  statusId;

  #frame;
  #origin;
  #view;
  #port;

  /**
   * @param {() => Window | null | undefined} frame the connector's window
   * @param {string} origin the connector's exact origin
   * @param {{open?, matches?, calls?, said?}} view what shows a person what the org does
   */
  constructor(frame, origin, view = {}) {
    this.#frame = frame;
    this.#origin = origin;
    this.#view = view;
  }

  close() {
    this.#port?.close();
  }

  /** Hands the connector its port, as Salesforce does once its frame has loaded; again after a reload of its own. */
  async setUp() {
    const left = this.behaviour.readyAfterMs - performance.now();
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left));
    this.#port?.close();
    const {port1, port2} = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({data}) => this.#hear(data);
    const setup = {type: 'SETUP_CONNECTOR', connectorConfig: {...this.contactCenter}};
    this.#frame()?.postMessage(setup, this.#origin, [port2]);
  }

  /** Asks the connector; what comes of it is in `events`. */
  async send(type, data = {}) {
    const {delayMs} = this.behaviour;
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    this.#port?.postMessage({type, ...data});
  }

  /** What the controls show of a call: ringing, talking or hold. */
  stateOf(callId) {
    const call = this.calls.get(callId);
    if (!call) return undefined;
    return call.state === 'ringing' ? 'ringing' : call.onHold ? 'hold' : 'talking';
  }

  /** The agent presses one of Salesforce's buttons for a call. */
  press(callId, action) {
    const call = {callId};
    const requests = {
      answer: ['ACCEPT_CALL', {call}],
      reject: ['DECLINE_CALL', {call}],
      hold: ['HOLD', {call}],
      resume: ['RESUME', {call}],
      mute: ['MUTE'],
      unmute: ['UNMUTE'],
      // Nobody is named: the agent goes.
      release: ['END_CALL', {call: {callAttributes: {participantType: 'Agent'}}}],
    };
    const [type, data] = requests[action];
    return this.send(type, data);
  }

  /** The agent clicks a number that is shown in the org: Salesforce dials by itself. */
  clickToDial(phoneNumber) {
    return this.send('DIAL', {contact: {type: 'PhoneNumber', phoneNumber}});
  }

  /** Voice tells a connector nothing of where the agent goes in the org. */
  activity() {}

  #hear({type, payload}) {
    if (type === 'LOG') return void this.log.push(payload);
    if (type === 'CONNECTOR_READY') {
      this.ready = payload;
      this.events.push({type, payload});
      return this.#start();
    }
    if (type !== 'TELEPHONY_EVENT_DISPATCHED') return;
    const {telephonyEventType, telephonyEventPayload} = payload;
    this.events.push({type: telephonyEventType, payload: telephonyEventPayload});
    this.#handlers[telephonyEventType]?.call(this, telephonyEventPayload);
    this.#view.calls?.([...this.calls.values()]);
  }

  /** As Omni-Channel: once the agent can be reached, the calls that go on are told anew. */
  #start() {
    return this.send('AGENT_AVAILABLE', {isAvailable: true});
  }

  #begin({callId, phoneNumber, callInfo = {}, callType}, state) {
    const known = this.calls.get(callId);
    this.calls.set(callId, {parties: [], ...known, callId, phoneNumber, state, onHold: callInfo.isOnHold === true});
    this.muted = callInfo.isMuted === true;
    if (!known && callType === 'Inbound') this.#pop(phoneNumber);
  }

  /** By the caller's number: the one record that has it, the list of several, nothing for none. */
  #pop(phoneNumber) {
    const digits = String(phoneNumber ?? '').replace(/\D/g, '');
    const found = digits ? (findRecords(this.records, digits) ?? []) : [];
    if (found.length === 0) return;
    const [record] = found;
    if (found.length === 1) {
      this.navigations.push({kind: 'open', entity: record.entity, id: record.id});
      this.#view.open?.(record);
    } else {
      this.navigations.push({kind: 'matches', entity: '*', query: phoneNumber});
      this.#view.matches?.(phoneNumber, found);
    }
  }

  #end(calls) {
    // Of a blind transfer, Salesforce is told of the call that it named itself, if any.
    if (!calls) return;
    for (const {callId} of Array.isArray(calls) ? calls : [calls]) this.calls.delete(callId);
    if (this.calls.size === 0) this.muted = false;
  }

  #hold({isCustomerOnHold, calls}) {
    const call = this.calls.get(first(calls)?.callId) ?? [...this.calls.values()].at(-1);
    if (call) call.onHold = isCustomerOnHold;
  }

  /** A party belongs to the one call that is not over. */
  #party({callId, phoneNumber}, state) {
    const call = [...this.calls.values()].at(-1);
    if (!call) return;
    const others = call.parties.filter((party) => party.callId !== callId);
    call.parties = [...others, {callId, phoneNumber, state}];
  }

  #removed(party) {
    for (const call of this.calls.values()) {
      call.parties = call.parties.filter(({callId}) => party?.callId !== undefined && callId !== party.callId);
    }
  }

  #handlers = {
    CALL_STARTED: (call) => this.#begin(call, call.state),
    CALL_CONNECTED: (call) => this.#begin(call, 'connected'),
    HANGUP: this.#end,
    HOLD_TOGGLE: this.#hold,
    MUTE_TOGGLE: ({isMuted}) => (this.muted = isMuted),
    PARTICIPANT_ADDED: (party) => this.#party(party, 'transferring'),
    PARTICIPANT_CONNECTED: (party) => this.#party(party, 'transferred'),
    PARTICIPANT_REMOVED: this.#removed,
    SET_AGENT_STATUS: ({statusId}) => (this.statusId = statusId),
    LOGIN_RESULT: ({success}) => this.#view.said?.(success ? 'Signed in' : 'Not signed in'),
    SHOW_LOGIN: () => this.#view.said?.('The phone wants a sign-in'),
    INFO: ({message}) => this.#view.said?.(message),
    ERROR: ({message, customError}) => this.#view.said?.(message ?? customError?.message),
  };
}
