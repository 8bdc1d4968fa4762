import {nothing, type PropertyValues, type TemplateResult} from 'lit';
import {property} from '../property.js';
import type {ConnectionMode, Problem, ProblemCode} from '../../domain/snapshot.js';
import {now, secondsSince, secondsUntil, wakeAt} from '../clock.js';
import {html} from '../html.js';
import {lateParts, type LateParts} from '../late/late.js';
import {tokens} from '../tokens.styles.js';
import {CxoneWidget} from '../widget.js';

/** How long a start may take before the banner shows it, in ms. Source: our choice; a normal start is no news. */
const QUIET_START_MS = 1_000;

/** How long the words of recovery stay in the live region, in ms. Source: our choice. */
const RECOVERED_MS = 3_000;

/** Facts for the diagnostics log only: agents need not know them while everything works. */
const NOT_WHILE_LIVE: ReadonlySet<ProblemCode> = new Set([
  'electedMode',
  'framesDropped',
  'stateCorrected',
  'streamLost',
  'pendingReplaced',
]);

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
  static override styles = tokens;

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
    // Another hub has taken over: give it as long as at the start.
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

    // A live region that is not displayed is not spoken. So keep it displayed, without any size, for that long.
    const isSpeaking = now() < this.#recoveredAt + RECOVERED_MS;
    if (isSpeaking) wakeAt(this, this.#recoveredAt + RECOVERED_MS);
    this.#internals.states[isSpeaking ? 'add' : 'delete']('recovered');
  }

  protected override body(): TemplateResult {
    if (this.hidden) return html``;
    const {mode} = this;
    const isWell = mode === 'live' || this.#isStarting;
    const view = {
      connection: this.slice('connection'),
      isWell,
      warnings: this.#warnings(),
      since: (at: number) => secondsSince(this, at),
      until: (at: number) => secondsUntil(this, at),
      dismiss: (code: ProblemCode) => this.#dismiss(code),
    };
    return html`<div class="box banner ${mode}" part="banner" role="region" aria-label=${this.t('banner.label')}>
      ${
        isWell
          ? nothing
          : html`<div role="status">
              <div class="title" part="title">${this.t(`mode.${mode}`)}</div>
              ${lateParts()?.bannerProblem(this.place, view)}
            </div>`
      }
      ${this.later(({bannerFacts}) => bannerFacts(this.place, view))}
    </div>`;
  }

  protected override lateStyles({bannerStyles}: LateParts): string {
    return bannerStyles;
  }

  /** The warnings to show. A dismissed warning returns only if it ends and comes again. */
  #warnings(): readonly Problem[] {
    const {warnings, mode, problem} = this.slice('connection');
    const present = new Set(warnings.map(({code}) => code));
    this.#dismissed = new Set([...this.#dismissed].filter((code) => present.has(code)));
    return warnings.filter(
      ({code}) =>
        !this.#dismissed.has(code) && code !== problem?.code && !(mode === 'live' && NOT_WHILE_LIVE.has(code)),
    );
  }

  #dismiss(code: ProblemCode): void {
    this.#dismissed = new Set([...this.#dismissed, code]);
    this.requestUpdate();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cxone-connection-banner': CxoneConnectionBanner;
  }
}
