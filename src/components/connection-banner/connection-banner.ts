import {nothing, type PropertyValues, type TemplateResult} from 'lit';
import {property} from 'lit/decorators/property.js';
import {repeat} from 'lit/directives/repeat.js';
import type {AgentState} from '../../domain/agent-state.js';
import type {ConnectionMode, Outage, Problem, ProblemCode} from '../../domain/snapshot.js';
import {asClock, now, secondsSince, secondsUntil, wakeAt} from '../clock.js';
import {html} from '../html.js';
import {icon} from '../icons.js';
import {tokens} from '../tokens.styles.js';
import {CxoneWidget} from '../widget.js';
import {styles} from './connection-banner.styles.js';

/** How long a start may take before it is mentioned, in ms. Source: our choice: a normal start is no news. */
const QUIET_START_MS = 1_000;

/** How long the words of recovery stay where assistive technology finds them, in ms. Source: our choice. */
const RECOVERED_MS = 3_000;

/** Facts for the diagnostics log: nothing an agent has to know or do while all works. */
const NOT_WHILE_LIVE: ReadonlySet<ProblemCode> = new Set([
  'electedMode',
  'framesDropped',
  'stateCorrected',
  'streamLost',
  'pendingReplaced',
]);

/** What a new sign-in ends. */
const SIGN_IN: ReadonlySet<ProblemCode> = new Set(['signedOut', 'tokenRefused']);

/** Whose detail is a status. */
const ABOUT_STATUS: ReadonlySet<ProblemCode> = new Set(['pendingExpired', 'pendingSuperseded', 'pendingReplaced']);

/** Something to read and put away. */
interface News {
  readonly code: ProblemCode | 'outage';
  readonly words: TemplateResult;
  readonly dismiss: () => void;
}

/**
 * Says when the page is not live: what is wrong, what to do, how old the facts are and when the next try is. Hidden
 * while all is well.
 *
 * @tag cxone-connection-banner
 * @csspart banner - The box.
 * @csspart title - What is wrong.
 * @csspart warnings - The list of warnings.
 * @csspart warning - One of them.
 * @csspart button - Every button; also `reconnect` and `dismiss`.
 * @csspart error - What was refused, in words.
 */
export class CxoneConnectionBanner extends CxoneWidget {
  static override styles = [tokens, styles];

  /** How the page is connected. @readonly */
  @property({reflect: true}) mode: ConnectionMode = 'connecting';

  /** Nothing to say: live without a warning, or just starting. @readonly */
  @property({type: Boolean, reflect: true}) override hidden = true;

  readonly #internals = this.attachInternals();
  #startedAt = now();
  #isStarting = false;
  #wasShown = false;
  #recoveredAt = -Infinity;
  #dismissed: ReadonlySet<ProblemCode> = new Set();

  override connectedCallback(): void {
    this.#startedAt = now();
    super.connectedCallback();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const {mode, problem, outage} = this.slice('connection');
    const isRecovered = mode === 'live' && this.mode !== 'live' && this.#wasShown;
    // Another hub has taken over, and is as quick as at the start.
    if (mode === 'connecting' && this.mode === 'live') this.#startedAt = now();
    this.mode = mode;
    if (isRecovered) {
      this.#recoveredAt = now();
      this.say(this.t('mode.live'));
    }
    const quietUntil = this.#startedAt + QUIET_START_MS;
    this.#isStarting = mode === 'connecting' && !problem && !this.isMissing && now() < quietUntil;
    if (this.#isStarting) wakeAt(this, quietUntil);
    const isWell = this.#isStarting || mode === 'live';
    this.hidden = !this.isMissing && isWell && !this.#warnings().length && !outage;
    if (mode === 'live') this.#wasShown = false;
    else if (!isWell) this.#wasShown = true;

    // A live region in a box that is not displayed is not spoken: keep it, without any size, for that long.
    const isSpeaking = now() < this.#recoveredAt + RECOVERED_MS;
    if (isSpeaking) wakeAt(this, this.#recoveredAt + RECOVERED_MS);
    this.#internals.states[isSpeaking ? 'add' : 'delete']('recovered');
  }

  protected override body(): TemplateResult {
    const {mode, problem, asOf, nextTryAt, outage} = this.slice('connection');
    const news: News[] = this.#warnings().map((warning) => ({
      code: warning.code,
      words: this.#words(warning),
      dismiss: () => this.#dismiss(warning.code),
    }));
    if (outage) {
      const dismiss = (): void => void this.ask((commands) => commands.dismissOutage());
      news.unshift({code: 'outage', words: this.#outageWords(outage), dismiss});
    }
    if (this.hidden) return html``;
    const isLive = mode === 'live';
    const age = asOf && !isLive ? this.#age(asOf) : '';
    const wait = nextTryAt && !isLive ? secondsUntil(this, nextTryAt) : 0;
    const facts = [age, wait && this.t('banner.next', {n: wait})].filter(Boolean);
    return html`<div class="box banner ${mode}" part="banner" role="region" aria-label=${this.t('banner.label')}>
      ${
        isLive || this.#isStarting
          ? nothing
          : html`<div role="status">
              <div class="title" part="title">${this.t(`mode.${mode}`)}</div>
              ${problem ? this.#words(problem) : nothing} ${mode === 'polling' || mode === 'degraded' ? this.t(`mode.${mode}.hint`) : nothing}
            </div>
            <div class="row">
            <span class="muted facts">${facts.join(' · ')}</span>
            ${
              mode === 'connecting' && !problem
                ? nothing
                : this.button({
                    action: 'reconnect',
                    // It asks the token source anew, or the broker.
                    label: this.t(problem && SIGN_IN.has(problem.code) ? 'banner.signIn' : 'banner.reconnect'),
                    reason: this.reason({allowed: true}),
                    press: () => void this.ask((commands) => commands.reconnect()),
                  })
            }
          </div>`
      }
      ${
        news.length
          ? html`<ul part="warnings" role="list">
            ${repeat(
              news,
              ({code}) => code,
              ({words, dismiss}, key) =>
                html`<li class="row" part="warning">
                  ${icon('warning')}${words}
                  ${this.button({
                    action: 'dismiss',
                    key,
                    icon: 'close',
                    label: this.t('banner.dismiss'),
                    name: this.t('banner.dismiss'),
                    press: dismiss,
                  })}
                </li>`,
            )}
          </ul>`
          : nothing
      }
    </div>`;
  }

  /** What a person should see; a warning that was dismissed comes back only if it goes and comes again. */
  #warnings(): readonly Problem[] {
    const {warnings, mode, problem} = this.slice('connection');
    const present = new Set(warnings.map(({code}) => code));
    this.#dismissed = new Set([...this.#dismissed].filter((code) => present.has(code)));
    return warnings.filter(
      ({code}) =>
        !this.#dismissed.has(code) && code !== problem?.code && !(mode === 'live' && NOT_WHILE_LIVE.has(code)),
    );
  }

  #outageWords({from, to, status, missed, ended, acwEnded}: Outage): TemplateResult {
    const facts = [
      status && this.t('outage.status', {before: this.stateName(status.before), after: this.stateName(status.after)}),
      missed && this.t('outage.missed', {n: missed}),
      ended && this.t('outage.ended', {n: ended}),
      acwEnded && this.t('outage.acwEnded'),
    ].filter(Boolean);
    const time = asClock((to - from) / 1_000);
    return html`<div class="grow" data-outage role="status">
      <div class="title">${this.t('outage.title', {time})}</div>
      ${facts.map((fact) => html`<div>${fact}</div>`)}
    </div>`;
  }

  /** How old what is shown is; nothing if it is of this second. */
  #age(asOf: number): string {
    const age = secondsSince(this, asOf);
    if (age < 120) return age > 0 ? this.t('banner.asOf', {n: age}) : '';
    return this.t('banner.asOfMinutes', {n: Math.floor(age / 60)});
  }

  #dismiss(code: ProblemCode): void {
    this.#dismissed = new Set([...this.#dismissed, code]);
    this.requestUpdate();
  }

  #words({code, detail}: Problem): TemplateResult {
    const {asOf} = this.slice('connection');
    const age = code === 'streamSilent' && asOf ? this.#age(asOf) : undefined;
    const shown = detail && ABOUT_STATUS.has(code) ? this.#statusName(detail) : (detail ?? age);
    return html`<span class="grow">${this.t(`problem.${code}`)}${shown ? html` <bdi class="muted">${`(${shown})`}</bdi>` : nothing}</span>`;
  }

  /** @param key as `stateKey` makes it. */
  #statusName(key: string): string {
    const label = /^custom:(.*)$/s.exec(key)?.[1];
    return this.stateName(label === undefined ? {state: key as AgentState} : {state: 'custom', label});
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cxone-connection-banner': CxoneConnectionBanner;
  }
}
