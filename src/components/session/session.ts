import {ContextProvider} from '@lit/context';
import {property} from '../property.js';
import type {ConnectionMode} from '../../domain/snapshot.js';
import {CxoneWarningEvent} from '../../session/events.js';
import {sessionContext, type CxoneSession, type SessionConfig, type TokenSource} from '../../session/session.js';
import {html} from '../html.js';
import {MovableElement} from '../movable.js';
import {holdSession, type HeldSession} from './page-sessions.js';
import {configKey, readJson, readJsonConfig} from './read-config.js';
import {styles} from './session.styles.js';

/** How long a removed element keeps its session, in ms, because a move is a removal too. Our choice, a few frames. */
const MOVE_GRACE_MS = 100;

/**
 * Connects the page as an agent and gives the session to every widget, inside it or elsewhere in the document.
 * Settings come from a child `<script type="application/json">`, the property `config` and the attributes; the later win.
 *
 * @tag cxone-session
 * @slot - Anything; widgets in it use this very session.
 * @fires cxone-state-change - The agent's presence changed.
 * @fires cxone-interaction-change - An interaction arrived, changed or ended.
 * @fires cxone-screen-pop - A record is to open here; cancelable.
 * @fires cxone-command-error - Something that was asked for failed.
 * @fires cxone-connection-change - The connection's mode changed.
 * @fires cxone-warning - Something a person should know or do.
 * @fires cxone-click-to-dial - The agent clicked a number in the CRM.
 */
export class CxoneSessionElement extends MovableElement {
  static override styles = styles;

  /** The agent's id in CXone. */
  @property({attribute: 'agent-id'}) agentId?: string;
  /** The user's id, where it is not the agent's. */
  @property({attribute: 'user-id'}) userId?: string;
  /** The platform's address; relative ones count from this page. */
  @property({attribute: 'api-base'}) apiBase?: string;
  /** The address of the agent's stream, where it is not `api-base`. */
  @property({attribute: 'stream-base'}) streamBase?: string;
  /** A broker that answers POST with a token. */
  @property({attribute: 'token-url'}) tokenUrl?: string;
  /** The CRM around the widgets: auto, salesforce, salesforce-voice, dynamics, dynamics-xrm, hubspot, generic or none. */
  @property() crm?: SessionConfig['crm'];
  /** `host`: settings that are not in the page are read from the CRM, where the admin keeps them. */
  @property({attribute: 'settings-from'}) settingsFrom?: SessionConfig['settingsFrom'];
  /** What screen pops open: a list of rules, as JSON. */
  @property({attribute: 'pop-rules'}) popRules?: string;
  /** A same-origin copy of the worker, where the package comes from elsewhere. */
  @property({attribute: 'worker-url'}) workerUrl?: string;

  /** All settings, typed. */
  @property({attribute: false}) config?: Partial<SessionConfig>;
  /** Hands over tokens, instead of `token-url`. */
  @property({attribute: false}) tokenSource?: TokenSource;
  /** A CRM adapter of the page's own. */
  @property({attribute: false}) adapter?: SessionConfig['adapter'];

  /** The connection's mode. @readonly */
  @property({reflect: true}) connection: ConnectionMode = 'connecting';

  /** The CRM around the widgets opens records now. @readonly */
  @property({type: Boolean, attribute: 'host-ready', reflect: true}) hostReady = false;

  readonly #provider = new ContextProvider(this, {context: sessionContext});
  #held: HeldSession | undefined;
  #key: string | undefined;
  #unsubscribe: (() => void) | undefined;
  #leaving: ReturnType<typeof setTimeout> | undefined;

  /** The session, once the element is in a page. @readonly */
  get session(): CxoneSession | undefined {
    return this.#held?.session;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    clearTimeout(this.#leaving);
    // While the page is still parsed, the child script may be missing.
    document.addEventListener('DOMContentLoaded', this.#look);
    this.#look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('DOMContentLoaded', this.#look);
    this.#leaving = setTimeout(() => this.#stop(), MOVE_GRACE_MS);
  }

  protected override willUpdate(): void {
    if (this.isConnected && document.readyState !== 'loading') this.#follow();
    this.hostReady = this.#held?.hostReady ?? false;
  }

  protected override render(): unknown {
    return html`<slot @slotchange=${this.#look}></slot>`;
  }

  readonly #look = (): void => this.requestUpdate();

  #settings(): Partial<SessionConfig> {
    const json = readJsonConfig(this);
    const {agentId, userId, apiBase, streamBase, tokenUrl, crm, settingsFrom, workerUrl, tokenSource, adapter} = this;
    const own = {agentId, userId, apiBase, streamBase, tokenUrl, crm, settingsFrom, workerUrl, tokenSource, adapter};
    // Frameworks set what is absent to null or an empty string.
    const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value));
    // An unreadable script becomes a setting of the wrong type, so that the banner reports it.
    const base = json === 'unreadable' ? {settings: 'not JSON' as unknown as SessionConfig['settings']} : json;
    const rules = this.popRules ? {popRules: readJson(this.popRules) as SessionConfig['popRules']} : {};
    return {...base, ...this.config, ...given, ...rules};
  }

  /** Starts, or starts again when the settings have changed. */
  #follow(): void {
    const config = this.#settings();
    const key = configKey(config);
    if (key === this.#key && this.#held?.open) return this.#held.update(config as SessionConfig);
    this.#stop();
    this.#key = key;
    this.#held = holdSession(key, config as SessionConfig, this);
    const {session, differs} = this.#held;
    this.#unsubscribe = session.subscribe('connection', ({mode}) => (this.connection = mode));
    this.#provider.setValue(session);
    if (differs) this.dispatchEvent(new CxoneWarningEvent('settingsDiffer', 'another cxone-session in this page'));
  }

  #stop(): void {
    this.#unsubscribe?.();
    this.#held?.release();
    this.#held = this.#key = this.#unsubscribe = undefined;
    this.#provider.setValue(undefined);
    this.connection = 'connecting';
    this.hostReady = false;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cxone-session': CxoneSessionElement;
  }
}
