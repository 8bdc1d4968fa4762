import type {
  ActiveCallsResult,
  AgentConfigResult,
  AgentStatusInfo,
  CapabilitiesResult,
  GenericResult,
  InitResult,
  LogoutResult,
  PhoneContactsResult,
  SignedRecordingUrlResult,
  VendorConnector,
} from '@salesforce/scv-connector-base';
import type {AdapterContext} from '../crm-adapter.js';
import {CallRequests, type HostCall, type HostContact} from './call-requests.js';
import {CallWriter} from './calls.js';
import type {Library} from './library.js';
import type {SalesforceVoiceOptions} from './options.js';
import {Publisher} from './publisher.js';
import {commanded, Refusal} from './refusal.js';
import {SignIn} from './sign-in.js';
import {StatusRequests, type HostStatus} from './status-requests.js';
import {Teller} from './teller.js';
import {SHOWN_LIMIT_MS, until} from './until.js';
import {WrapUp} from './wrap-up.js';

/** How long the phone may take to be live, in ms. Source: our choice; a cold start takes 2 s. */
const SIGN_IN_AFTER_MS = 8_000;

const refused = (what: string) => (): Promise<never> => Promise.reject(new Refusal(`${what} is not supported`));

/** For methods that have no result in the library's types, although it accepts a promise. */
type Unawaited = 'sendDigits' | 'superviseCall' | 'supervisorBargeIn' | 'supervisorDisconnect';

/** The phone for Service Cloud Voice. It refuses what the platform cannot do and never pretends success. */
export class Connector implements Omit<VendorConnector, Unawaited> {
  readonly #library: Library;
  readonly #context: AdapterContext;
  readonly #options: SalesforceVoiceOptions;
  readonly #write: CallWriter;
  readonly #publish: Publisher;
  readonly #teller: Teller;
  readonly #calls: CallRequests;
  readonly #status: StatusRequests;
  readonly #wrapUp: WrapUp;
  readonly #signIn: SignIn;
  readonly #stops: (() => void)[] = [];
  /** The call that was just ended. Right afterwards, the library asks for the active calls. */
  #endedNow: string | undefined;
  #begun = false;
  #stopped = false;
  #setups = 0;

  constructor(library: Library, context: AdapterContext, options: SalesforceVoiceOptions) {
    this.#library = library;
    this.#context = context;
    this.#options = options;
    this.#publish = new Publisher(library, context.note);
    this.#write = new CallWriter(library, options.phone ?? 'SOFT_PHONE');
    this.#teller = new Teller(library, this.#write, this.#publish);
    this.#calls = new CallRequests(library, context.phone, this.#write, this.#teller);
    this.#status = new StatusRequests(library, context.phone, this.#publish, options.statuses);
    this.#wrapUp = new WrapUp(this.#publish, (id) => this.#teller.isOpen(id));
    this.#teller.onLooked = () => this.#wrapUp.look();
    this.#signIn = new SignIn(library, context.phone, this.#publish);
  }

  /** Salesforce's first request. It comes again each time Salesforce sets the connector up. */
  async init(): Promise<InitResult> {
    this.stop();
    const setup = ++this.#setups;
    this.#stopped = false;
    const live = await this.#signIn.live(this.#options.signInAfterMs ?? SIGN_IN_AFTER_MS);
    if (this.#stopped) throw new Refusal('init: the telephone was taken away');
    // Salesforce has started a new setup. The library would send an answer to this one as the answer to the new one.
    if (setup !== this.#setups) return new Promise(() => undefined);
    if (live) this.#begin();
    else this.#stops.push(this.#signIn.tellWhenLive(() => this.#begin()));
    return new this.#library.InitResult({showLogin: !live});
  }

  /** Ends everything that was started. Later requests of the host are refused. */
  stop(): void {
    this.#stopped = true;
    for (const stop of this.#stops.splice(0)) stop();
    this.#teller.begin([], false);
    this.#begun = false;
  }

  #begin(): void {
    const {phone} = this.#context;
    const first = {calls: true, acw: true};
    this.#begun = true;
    // Each subscription first gets the current state, which Salesforce learns through its setup.
    this.#stops.push(
      phone.subscribe('interactions', ({items, asOf}) => {
        if (first.calls) this.#teller.begin(items, asOf > 0);
        else this.#teller.show(items, asOf);
        if (!first.acw) this.#wrapUp.showCalls(this.#teller.items);
        first.calls = false;
      }),
      phone.subscribe('acw', ({items}) => {
        if (first.acw) this.#wrapUp.begin(this.#teller.items, items);
        else this.#wrapUp.showWork(items);
        first.acw = false;
      }),
      this.#status.follow(),
      this.#signIn.followErrors(),
    );
  }

  // A request shows that the agent is active in Salesforce, so this tab is the one in use.
  #asked<T>(act: () => T): T {
    if (!this.#begun) throw new Refusal('the telephone is not connected');
    this.#context.onHostActivity();
    return act();
  }

  acceptCall = async (call?: HostCall) => this.#asked(() => this.#calls.accept(call));
  declineCall = async (call?: HostCall) => this.#asked(() => this.#calls.decline(call));
  mute = async () => this.#asked(() => this.#calls.mute(true));
  unmute = async () => this.#asked(() => this.#calls.mute(false));
  hold = async (call?: HostCall) => this.#asked(() => this.#calls.hold(call, true));
  resume = async (call?: HostCall) => this.#asked(() => this.#calls.hold(call, false));
  dial = async (contact: HostContact) => this.#asked(() => this.#calls.dial(contact));
  sendDigits = async (digits: string) => this.#asked(() => this.#calls.digits(digits));
  conference = async () => this.#asked(() => this.#calls.conference());
  addParticipant = async (contact: HostContact, call?: HostCall, isBlindTransfer?: boolean) =>
    this.#asked(() => this.#calls.add(contact, call, isBlindTransfer === true));

  endCall = async (call?: HostCall) =>
    this.#asked(async () => {
      const {result, of, party} = await this.#calls.end(call);
      if (!party) {
        this.#endedNow = of;
        setTimeout(() => (this.#endedNow = undefined));
      }
      return result;
    });

  async getActiveCalls(): Promise<ActiveCallsResult> {
    // Right after the end of a call, the library would treat any other call as part of it and not report the end.
    const activeCalls = this.#endedNow === undefined ? this.#write.active(this.#teller.items) : [];
    return new this.#library.ActiveCallsResult({activeCalls});
  }

  setAgentStatus = async (status: string, info?: HostStatus, enqueue?: boolean): Promise<GenericResult> =>
    this.#asked(() => this.#status.set(status, info ?? {}, enqueue === true, this.#wrapUp.going));
  getAgentStatus = async () => this.#status.get() as unknown as AgentStatusInfo;

  /** The library does not await this, so we report a refusal as an error of the phone. */
  wrapUpCall(call?: HostCall): void {
    const id = typeof call?.callId === 'string' ? call.callId : this.#wrapUp.firstId;
    void this.#carryOut('wrapUpCall', async () => {
      if (!id) throw new Refusal('wrapUpCall: nothing is being wrapped up');
      await until(() => this.#wrapUp.hasWork(id) || undefined, SHOWN_LIMIT_MS);
      await commanded('completeAcw', this.#context.phone.commands.completeAcw(id));
    });
  }

  async #carryOut(what: string, act: () => Promise<void>): Promise<void> {
    try {
      await this.#asked(act);
    } catch (error) {
      this.#publish.error('SOFTPHONE_ERROR', error instanceof Refusal ? error.message : what);
    }
  }

  async getAgentConfig(): Promise<AgentConfigResult> {
    const {AgentConfigResult, Phone} = this.#library;
    const selectedPhone = new Phone({type: this.#options.phone ?? 'SOFT_PHONE'});
    return new AgentConfigResult({phones: [selectedPhone], selectedPhone});
  }

  /** The platform decides which phone is used, so we accept only the current choice. */
  async setAgentConfig(config?: {selectedPhone?: {type?: unknown}}): Promise<GenericResult> {
    if (config?.selectedPhone?.type !== (this.#options.phone ?? 'SOFT_PHONE')) throw new Refusal('the phone is fixed');
    return new this.#library.GenericResult({success: true});
  }

  async getCapabilities(): Promise<CapabilitiesResult> {
    return new this.#library.CapabilitiesResult({
      hasMute: true,
      hasMerge: true,
      hasBlindTransfer: true,
      hasPendingStatusChange: true,
      hasRecord: false,
      hasSwap: false,
      hasSignedRecordingUrl: false,
      hasContactSearch: false,
      hasPhoneBook: false,
      hasSupervisorListenIn: false,
      hasSupervisorBargeIn: false,
      supportsMos: false,
      // Salesforce's log file would contain callers' numbers.
      debugEnabled: false,
    });
  }

  async getPhoneContacts(): Promise<PhoneContactsResult> {
    return new this.#library.PhoneContactsResult({contacts: [], contactTypes: []});
  }

  async getSignedRecordingUrl(): Promise<SignedRecordingUrlResult> {
    return new this.#library.SignedRecordingUrlResult({success: false, url: '', duration: 0, callId: ''});
  }

  /** The agent signs out of Omni-Channel, not of the phone, so the phone's status stays. */
  async logout(): Promise<LogoutResult> {
    this.#context.note({level: 'info', event: 'host_signed_out', data: {adapter: 'salesforce-voice'}});
    return new this.#library.LogoutResult({success: true});
  }

  swap = refused('swap');
  pauseRecording = refused('pauseRecording');
  resumeRecording = refused('resumeRecording');
  superviseCall = refused('superviseCall');
  supervisorBargeIn = refused('supervisorBargeIn');
  supervisorDisconnect = refused('supervisorDisconnect');
  handleMessage(): void {}
  downloadLogs(): void {}
  logMessageToVendor(): void {}
}
