import {FakeHost} from './fake-host.js';

const PORTAL = 62515;
const TYPES = {contact: '0-1', company: '0-2'};
/** How often HubSpot greets the frame until it answers, and for how long, in ms. Source: HubSpot's calling SDK. */
const SYNC_EVERY_MS = 100;
const SYNC_FOR_MS = 30_000;

/** The sample CRM in HubSpot's words: contacts and companies, whose ids are numbers. */
const inHubSpot = ({entity, name, fields}, i) => ({
  entity: entity === 'account' ? 'company' : entity,
  id: String(50_101 + i),
  name,
  fields,
});

/**
 * HubSpot's end of its calling SDK, as the SDK's own source shows it: greets the frame until it answers, matches callers,
 * opens records without a word, keeps engagements. Messages go to one window of one origin and are taken from it only.
 */
export class HubSpotHost extends FakeHost {
  /** What the widget told of itself. */
  widget = {loggedIn: false, available: undefined, size: undefined, errors: []};
  /** Calls as the widget told them: id → the messages' types. */
  calls = {};
  greeted = false;
  /** What the greeting says besides who greets. */
  sync = {portalId: PORTAL, userId: 7, ownerId: 11, iframeLocation: 'remote', usesCallingWindow: false};
  #frame;
  #origin;
  #sent = 0;
  #ending = new AbortController();
  #nextEngagement = 900_001;

  /** @param frame gives the widget's window. */
  constructor(frame, origin) {
    super();
    this.#frame = frame;
    this.#origin = origin;
    this.records = this.records.map(inHubSpot);
    const {signal} = this.#ending;
    addEventListener(
      'message',
      ({data, origin: from, source}) => {
        if (from === origin && source === frame() && data?.type && data.messageId) void this.#take(data);
      },
      {signal},
    );
    // Whoever makes a host may set its behaviour first.
    queueMicrotask(() => void this.ready.then(() => this.#greet(performance.now() + SYNC_FOR_MS)));
  }

  clickToDial(number, record) {
    // HubSpot asks its user to sign in instead.
    if (!this.widget.loggedIn) return;
    const callee = record && {objectId: Number(record.id), objectType: record.entity.toUpperCase()};
    this.send('DIAL_NUMBER', {phoneNumber: number, ownerId: 11, portalId: PORTAL, countryCode: 'US', ...callee});
  }

  activity() {
    this.send('VISIBILITY_CHANGED', {isMinimized: false, isHidden: false});
  }

  /** HubSpot's own End button. */
  endCall(externalCallId) {
    this.send('END_CALL', {externalCallId});
  }

  send(type, data) {
    this.#post({type, data, messageId: `host_${++this.#sent}`});
  }

  close() {
    this.#ending.abort();
  }

  #post(message) {
    this.#frame()?.postMessage(message, this.#origin);
  }

  #greet(until) {
    if (this.greeted || this.#ending.signal.aborted || performance.now() > until) return;
    this.#post({type: 'SYNC', hostUrl: location.origin, messageId: `host_${++this.#sent}`, ...this.sync});
    setTimeout(() => this.#greet(until), SYNC_EVERY_MS);
  }

  async #take({type, data = {}}) {
    if (type === 'SYNC_ACK') {
      this.greeted = true;
      return;
    }
    this.requests.push({type, data});
    const {externalCallId: id} = data;
    if (id !== undefined) (this.calls[id] ??= []).push(type);
    switch (type) {
      case 'INITIALIZED':
        this.widget.loggedIn = data.isLoggedIn === true;
        return;
      case 'LOGGED_IN':
      case 'LOGGED_OUT':
        this.widget.loggedIn = type === 'LOGGED_IN';
        return;
      case 'USER_AVAILABLE':
      case 'USER_UNAVAILABLE':
        this.widget.available = type === 'USER_AVAILABLE';
        return;
      case 'RESIZE_WIDGET':
        this.widget.size = data;
        return;
      case 'ERROR':
        this.widget.errors.push(data);
        return;
      case 'INCOMING_CALL':
        await Promise.all([
          this.#answer('CALLER_ID_MATCH', id, () => ({callerIdMatches: this.#matches(data.fromNumber)})),
          this.#engage(data),
        ]);
        return;
      case 'OUTGOING_CALL_STARTED':
        return this.#engage(data);
      case 'NAVIGATE_TO_RECORD':
        return this.#navigate(data);
      case 'CALL_COMPLETED':
        return this.#answer('UPDATE_ENGAGEMENT', id, () => this.#complete(data));
      case 'FINALIZE_ENGAGEMENT':
        return this.#answer('FINALIZE_ENGAGEMENT', id, () => this.#engagement(data));
    }
  }

  /** Tells how it went, in the words of HubSpot: the subject and its outcome. */
  #answer(subject, externalCallId, answer) {
    return this.respond(
      answer,
      (result) => this.send(`${subject}_SUCCEEDED`, {externalCallId, ...result}),
      () => this.send(`${subject}_FAILED`, {externalCallId, error: {message: 'HubSpot could not do it'}}),
    );
  }

  #matches(number) {
    return ['contact', 'company'].flatMap((entity) =>
      this.lookUp(entity, ['phone'], number, {number: true}).map(({id, name, fields}) => ({
        callerIdType: entity.toUpperCase(),
        objectCoordinates: {portalId: PORTAL, objectId: Number(id), objectTypeId: TYPES[entity]},
        ...(entity === 'contact' ? {firstName: name, lastName: '', email: fields.email} : {name}),
      })),
    );
  }

  async #engage({externalCallId, createEngagement}) {
    if (!createEngagement) return;
    await this.#answer('CREATE_ENGAGEMENT', externalCallId, () => {
      const engagementId = this.#nextEngagement++;
      this.logs.push({engagementId, externalCallId});
      return {engagementId};
    });
  }

  #engagement({engagementId}) {
    const log = this.logs.find((one) => one.engagementId === engagementId);
    if (!log) throw new Error('no such engagement');
    return {engagementId};
  }

  #complete({engagementId, engagementProperties}) {
    this.#engagement({engagementId});
    Object.assign(
      this.logs.find((one) => one.engagementId === engagementId),
      {properties: engagementProperties},
    );
    return {engagementId};
  }

  /** HubSpot says only that it failed. */
  #navigate({objectCoordinates, openIn}) {
    return this.respond(
      () => {
        const {portalId, objectId, objectTypeId} = objectCoordinates;
        const entity = Object.keys(TYPES).find((name) => TYPES[name] === objectTypeId);
        if (portalId !== PORTAL || !this.find(entity, String(objectId))) throw new Error('no such record');
        this.navigate('open', {entity, id: String(objectId), openIn});
      },
      () => undefined,
      () => this.send('NAVIGATE_TO_RECORD_FAILED', {objectCoordinates}),
    );
  }
}
