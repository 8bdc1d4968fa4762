import {ContextEvent} from '@lit/context';
import {nothing, unsafeCSS, type CSSResult, type PropertyValues, type TemplateResult} from 'lit';
import {property} from './property.js';
import type {AgentStateName} from '../domain/agent-state.js';
import type {CxoneError, ErrorCode} from '../domain/errors.js';
import {EMPTY_SNAPSHOT, type Notice, type NoticeCode, type SliceName, type Snapshot} from '../domain/snapshot.js';
import {onDocumentSession} from '../session/document-session.js';
import type {SessionCommands} from '../domain/session-commands.js';
import {canFollow, sliceOf} from '../session/follow.js';
import {sessionContext, type CxoneSession} from '../session/session.js';
import {letSleep, now, secondsSince, wakeAt} from './clock.js';
import {html} from './html.js';
import {icon, type IconName} from './icons.js';
import {languageOf, translate, type Parameters, type StringKey} from './i18n/i18n.js';
import {keepKeys} from './keys.js';
import {areMissing, lateParts, loadLate, type LateParts} from './late/late.js';
import type {WidgetPlace} from './late/place.js';
import {MovableElement} from './movable.js';
import {Watching} from './watching.js';

/** A button of the widgets. It is never natively disabled, so that its reason can be reached by keyboard. */
export interface ButtonOptions {
  /** The value of `data-action`. */
  readonly action: string;
  readonly label: string;
  readonly icon?: IconName;
  /** Why it cannot be used now. Absent: it can. */
  readonly reason?: string | undefined;
  /** Asked for and not confirmed yet. */
  readonly busy?: boolean;
  /** What blocks it is over in a moment. It keeps its look, or all buttons would flash at every press. */
  readonly calm?: boolean;
  /** A class: `go`, `end`, `main`. */
  readonly look?: string;
  /** Its name for assistive technology, where the label alone does not say enough. */
  readonly name?: string;
  /** Tells buttons of one action apart, for ids. */
  readonly key?: number;
  /** Its label is not visible: the tooltip shows it. */
  readonly tip?: boolean;
  /** Whether what it opens is open. */
  readonly expanded?: boolean;
  readonly press: () => void;
}

/** Why something is not possible, as the texts know it. */
export type Block = StringKey extends infer Key ? (Key extends `block.${infer Name}` ? Name : never) : never;

/** How long spoken words stay in the live region, in ms. Source: our choice, longer than a sentence. */
const SPOKEN_MS = 5_000;

/**
 * What every widget is: it finds the page's session, reads slices, asks, and says what was refused.
 *
 * @cssprop [--cxone-font=system-ui, sans-serif] - Font family.
 * @cssprop [--cxone-font-size=13px] - Size of the text; all else scales with it.
 * @cssprop [--cxone-radius=6px] - Rounding of boxes and buttons.
 * @cssprop [--cxone-color-scheme=inherit] - `light` or `dark`, where the widgets should not follow the page.
 * @cssprop [--cxone-color-text] - Text.
 * @cssprop [--cxone-color-muted] - Secondary text and outlines of buttons.
 * @cssprop [--cxone-color-surface] - Background.
 * @cssprop [--cxone-color-raised] - Background of notes and of what the pointer is on.
 * @cssprop [--cxone-color-border] - Lines.
 * @cssprop [--cxone-color-accent] - Main buttons and what is chosen.
 * @cssprop [--cxone-color-on-accent] - Text on accent, success and danger.
 * @cssprop [--cxone-color-success] - Available, answer.
 * @cssprop [--cxone-color-warning] - Away, warnings.
 * @cssprop [--cxone-color-danger] - Busy, reject, hang up, errors.
 * @cssprop [--cxone-color-focus] - Focus ring; the accent by default.
 */
export abstract class CxoneWidget extends Watching(MovableElement) {
  /** The session to show and to ask. Found by context or in the document; set it to use the widget with another. */
  @property({attribute: false}) session?: CxoneSession;

  /** How long a page may have no session before the widget says so, in ms. Source: our choice, a slow page's start. */
  sessionWaitMs = 2_000;

  /** What is shown is the last known: there is neither a live stream nor reads in its place, or the machine slept. @readonly */
  @property({type: Boolean, reflect: true}) stale = false;

  #offered: CxoneSession | undefined;
  #hasProvider = false;
  #leaveProvider: (() => void) | undefined;
  #documents: CxoneSession | undefined;
  /** The agent of the first session shown, for a widget without a `<cxone-session>` around it. */
  #agentId = '';
  #connected = new AbortController();
  /** There has been no session for too long, so the widget says what is missing. */
  protected isMissing = false;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #failure: ErrorCode | undefined;
  #said = '';
  #saidUrgently = '';
  #saidUntil = 0;
  #refreshReason: (() => void) | undefined;
  /** The kinds of notices that this widget shows. */
  protected readonly noticeCodes: readonly NoticeCode[] = [];
  #notices: readonly Notice[] = [];
  /** The notices that were said. */
  #told: ReadonlySet<string> = new Set();
  #focusIsOnNotice = false;
  #hasParts = false;
  /** What those who draw parts of this widget may use of it. */
  protected readonly place: WidgetPlace = {
    t: (key, parameters) => this.t(key, parameters),
    stateName: (state) => this.stateName(state),
    reason: (availability) => this.reason(availability),
    dated: (words) => this.dated(words),
    language: () => languageOf(this),
    who: (interactionId) => this.whoIs(interactionId),
    button: (options) => this.button(options),
    ask: (command) => this.ask(command),
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.#connected = new AbortController();
    const {signal} = this.#connected;
    // A session element that is upgraded later did not hear our first request. It announces itself, so ask again.
    this.ownerDocument.addEventListener(
      'context-provider',
      (event) => (event as Event & {readonly context?: unknown}).context === sessionContext && this.#ask(),
      {signal},
    );
    this.#ask();
    const leave = onDocumentSession((session) => {
      this.#documents = session;
      this.#look();
    });
    signal.addEventListener('abort', leave);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#connected.abort();
    this.#refreshReason = undefined;
    this.#leaveProvider?.();
    // In its next place there may be another session, or none.
    this.#leaveProvider = this.#offered = this.#documents = undefined;
    this.#hasProvider = false;
    this.#agentId = '';
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    letSleep(this);
  }

  protected override firstUpdated(changed: PropertyValues<this>): void {
    super.firstUpdated(changed);
    const root = this.renderRoot as ShadowRoot;
    keepKeys(root);
    // Tooltips are among the parts.
    for (const type of ['pointerover', 'focusin']) root.addEventListener(type, loadLate, {once: true});
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const root = this.renderRoot as ShadowRoot;
    const parts = lateParts();
    if (this.isConnected) this.#refreshReason ??= parts?.showReasons(root, this.#connected.signal);
    this.#refreshReason?.();
    if (this.#focusIsOnNotice && !root.activeElement) parts?.focusAfter(root);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (changed.has('session')) this.#look();
    const {mode, asOf, doubted} = this.slice('connection');
    this.stale = asOf > 0 && (!!doubted || (mode !== 'live' && mode !== 'polling'));
    // The first picture is shown. Load the parts now, so that no click has to wait.
    if (mode === 'live') void loadLate();
    this.#takeParts();
    this.#takeNotices();
  }

  /** The session in use: the one that was set, else an ancestor's, else the document's if it is for the same agent. */
  protected get active(): CxoneSession | undefined {
    const session = this.#found;
    return session && !this.#obstacle(session) ? session : undefined;
  }

  get #found(): CxoneSession | undefined {
    return this.session ?? (this.#hasProvider ? this.#offered : this.#documents);
  }

  /** Why a session is not shown here. */
  #obstacle(session: CxoneSession): 'session.otherAgent' | 'session.otherVersion' | undefined {
    if (!canFollow(session)) return 'session.otherVersion';
    if (session !== this.#documents || this.session || this.#hasProvider) return undefined;
    // With two agents in one page, a widget must not change from one to the other.
    this.#agentId ||= session.agentId;
    return session.agentId && session.agentId !== this.#agentId ? 'session.otherAgent' : undefined;
  }

  /** A slice as it is now. Reading it while drawing draws the widget again when it changes. */
  protected slice<Name extends SliceName>(name: Name): Snapshot[Name] {
    const session = this.active;
    return session ? sliceOf(session, name) : EMPTY_SNAPSHOT[name];
  }

  /** Whole seconds since an instant. They stand still while the widget is stale. */
  protected secondsSince(at: number): number {
    return this.stale ? Math.max(0, Math.floor((this.slice('connection').asOf - at) / 1_000)) : secondsSince(this, at);
  }

  /** Words, with "last known" added while the widget is stale. */
  protected dated(words: string): string {
    return this.stale ? `${words} · ${this.t('stale')}` : words;
  }

  /** A text in the language around this element. */
  protected t(key: StringKey, parameters?: Parameters): string {
    return translate(languageOf(this), key, parameters);
  }

  /** A state in words: the tenant's own label where it has one. */
  protected stateName({state, label}: AgentStateName): string {
    return label || this.t(`state.${state}`);
  }

  /** Why something is not possible, in words. */
  protected reason({
    allowed,
    block = 'other',
  }: {
    readonly allowed: boolean;
    readonly block?: Block;
  }): string | undefined {
    return !this.active ? this.t('session.none') : allowed ? undefined : this.t(`block.${block}`);
  }

  /** Asks the session; a refusal is shown in words until the next thing is asked. */
  protected async ask(command: (commands: SessionCommands) => Promise<void>): Promise<void> {
    const session = this.active;
    if (!session) return;
    this.#failure = undefined;
    this.requestUpdate();
    try {
      await command(session.commands);
    } catch (error) {
      this.#failure = (error as CxoneError | undefined)?.code ?? 'INTERNAL';
      this.requestUpdate();
    }
  }

  /** Has assistive technology say something; `urgent` interrupts. */
  protected say(text: string, urgent = false): void {
    // Assistive technology speaks the same words again only if the text differs.
    const next = (before: string): string => (before === text ? `${text}\u00a0` : text);
    if (urgent) this.#saidUrgently = next(this.#saidUrgently);
    else this.#said = next(this.#said);
    this.#saidUntil = now() + SPOKEN_MS;
    this.requestUpdate();
  }

  protected button(o: ButtonOptions): TemplateResult {
    const isInert = o.busy || o.reason !== undefined;
    const isCalm = o.busy || o.calm;
    const id = `why-${o.key ?? 0}-${o.action}`;
    return html`<button
        type="button"
        class=${[isCalm && 'calm', (isCalm || !isInert) && o.look].filter(Boolean).join(' ') || nothing}
        part="button ${o.action}"
        data-action=${o.action}
        data-tip=${o.tip ? o.label : nothing}
        aria-label=${o.name ?? nothing}
        aria-disabled=${isInert ? 'true' : nothing}
        aria-busy=${o.busy ? 'true' : nothing}
        aria-expanded=${o.expanded === undefined ? nothing : String(o.expanded)}
        aria-describedby=${o.reason === undefined ? nothing : id}
        @click=${() => isInert || o.press()}
      >${o.icon ? icon(o.icon) : nothing}<span class="txt" dir="auto">${o.label}</span></button
      >${o.reason === undefined ? nothing : html`<span hidden id=${id}>${o.reason}</span>`}`;
  }

  /** A contact's number or name, if the widget knows it, to speak of the contact. */
  protected whoIs(_interactionId: string): string | undefined {
    return undefined;
  }

  /** The notices of this widget, each with a button that dismisses it. */
  protected notices(isMeant: (notice: Notice) => boolean = () => true): TemplateResult {
    const meant = this.#notices.filter(isMeant);
    return html`${meant.length ? this.later(({noticeList}) => noticeList(meant, this.place)) : nothing}`;
  }

  /** Draws with the parts that are loaded late, or says that they cannot be loaded. */
  protected later(draw: (parts: LateParts) => unknown): unknown {
    const parts = lateParts();
    if (parts) return draw(parts);
    void loadLate();
    return areMissing()
      ? html`<p class="note bad" part="error" role="alert">${this.t('problem.partMissing')}</p>`
      : nothing;
  }

  /** Looks of what is drawn by the parts. */
  protected lateStyles(_parts: LateParts): string {
    return '';
  }

  /** The widget itself, drawn while there is a session or one may still come. */
  protected abstract body(): unknown;

  protected override render(): unknown {
    // Spoken words may hold a caller's number, which must not stay in the page after the call.
    if (now() < this.#saidUntil) wakeAt(this, this.#saidUntil);
    else this.#said = this.#saidUrgently = '';
    return html`${this.isMissing ? this.#missing() : this.body()}
      <p class="note bad" part="error" role="alert">${
        this.#failure === undefined ? nothing : this.t(`error.${this.#failure}`)
      }</p>
      <div class="sr" aria-live="polite">${this.#said}</div>
      <div class="sr" aria-live="assertive">${this.#saidUrgently}</div>
      <div class="tip" popover="manual" aria-hidden="true"></div>`;
  }

  #takeParts(): void {
    const parts = lateParts();
    if (!parts || this.#hasParts) return;
    this.#hasParts = true;
    const styles = parts.sharedStyles + this.lateStyles(parts);
    const {elementStyles} = this.constructor as typeof CxoneWidget;
    if (!elementStyles.some((known) => (known as CSSResult).cssText === styles)) elementStyles.push(unsafeCSS(styles));
    this.createRenderRoot();
  }

  #takeNotices(): void {
    this.#notices = this.slice('notices').items.filter(({code}) => this.noticeCodes.includes(code));
    const parts = lateParts();
    // Without its words a notice cannot be spoken. It is news once the words are here.
    if (parts) {
      const news = this.#notices.filter(({id, code}) => !this.#told.has(id + code));
      if (news.length) this.say(news.map((notice) => parts.wordsOf(notice, this.place)).join(' '));
      this.#told = new Set(this.#notices.map(({id, code}) => id + code));
    }
    this.#focusIsOnNotice = !!(this.renderRoot as ShadowRoot | undefined)?.activeElement?.closest('[data-notice]');
  }

  #missing(): TemplateResult {
    const found = this.#found;
    const isThere = this.#hasProvider || document.querySelector('cxone-session');
    const why = (found && this.#obstacle(found)) ?? (isThere ? 'session.notStarted' : 'session.missing');
    return html`<p class="box muted" part="missing" role="status">${this.t(why)}</p>`;
  }

  #ask(): void {
    this.dispatchEvent(new ContextEvent(sessionContext, this, this.#onOffer, true));
  }

  /** Always the same function: when one provider replaces another, it recognises the consumer by it. */
  readonly #onOffer = (session: CxoneSession | undefined, leave?: () => void): void => {
    if (leave !== this.#leaveProvider) this.#leaveProvider?.();
    this.#leaveProvider = leave;
    this.#hasProvider = true;
    this.#offered = session;
    this.#look();
  };

  #look(): void {
    clearTimeout(this.#waiting);
    this.isMissing = false;
    if (!this.active) {
      this.#waiting = setTimeout(() => {
        this.isMissing = true;
        this.requestUpdate();
      }, this.sessionWaitMs);
    }
    this.requestUpdate();
  }
}
