import type {TemplateResult} from 'lit';
import type {AgentState} from '../../domain/agent-state.js';
import type {ConnectionSlice, Outage, Problem, ProblemCode} from '../../domain/snapshot.js';
import {asClock} from '../clock.js';
import {html, icon, nothing, repeat} from '../late/given.js';
import type {WidgetPlace} from '../late/place.js';

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

/** What the banner shows. */
export interface BannerView {
  readonly connection: ConnectionSlice;
  /** Live, or just starting. */
  readonly isWell: boolean;
  readonly warnings: readonly Problem[];
  /** Seconds since an instant; the banner is drawn again when the next one is full. */
  since(at: number): number;
  /** Seconds until an instant, likewise. */
  until(at: number): number;
  dismiss(code: ProblemCode): void;
}

/** What is wrong and what it means, below the title. */
export function bannerProblem(place: WidgetPlace, view: BannerView): TemplateResult {
  const {mode, problem} = view.connection;
  return html`${problem ? problemWords(place, view, problem) : nothing} ${mode === 'polling' || mode === 'degraded' ? place.t(`mode.${mode}.hint`) : nothing}`;
}

/** How old the facts are, when the next try is, what a person can do, and what has happened in between. */
export function bannerFacts(place: WidgetPlace, view: BannerView): TemplateResult {
  const {t, button, reason, ask} = place;
  const {mode, problem, asOf, nextTryAt, outage} = view.connection;
  const news: News[] = view.warnings.map((warning) => ({
    code: warning.code,
    words: problemWords(place, view, warning),
    dismiss: () => view.dismiss(warning.code),
  }));
  if (outage) {
    const dismiss = (): void => void ask((commands) => commands.dismissOutage());
    news.unshift({code: 'outage', words: outageWords(place, outage), dismiss});
  }
  const isLive = mode === 'live';
  const age = asOf && !isLive ? ageInWords(place, view, asOf) : '';
  const wait = nextTryAt && !isLive ? view.until(nextTryAt) : 0;
  const facts = [age, wait && t('banner.next', {n: wait})].filter(Boolean);
  return html`${
    view.isWell
      ? nothing
      : html`<div class="row">
            <span class="muted facts">${facts.join(' · ')}</span>
            ${
              mode === 'connecting' && !problem
                ? nothing
                : button({
                    action: 'reconnect',
                    // It asks the token source anew, or the broker.
                    label: t(problem && SIGN_IN.has(problem.code) ? 'banner.signIn' : 'banner.reconnect'),
                    reason: reason({allowed: true}),
                    press: () => void ask((commands) => commands.reconnect()),
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
                  ${button({
                    action: 'dismiss',
                    key,
                    icon: 'close',
                    label: t('banner.dismiss'),
                    name: t('banner.dismiss'),
                    press: dismiss,
                  })}
                </li>`,
            )}
          </ul>`
        : nothing
    }`;
}

function outageWords({t, stateName}: WidgetPlace, {from, to, status, missed, ended, acwEnded}: Outage): TemplateResult {
  const facts = [
    status && t('outage.status', {before: stateName(status.before), after: stateName(status.after)}),
    missed && t('outage.missed', {n: missed}),
    ended && t('outage.ended', {n: ended}),
    acwEnded && t('outage.acwEnded'),
  ].filter(Boolean);
  const time = asClock((to - from) / 1_000);
  return html`<div class="grow" data-outage role="status">
    <div class="title">${t('outage.title', {time})}</div>
    ${facts.map((fact) => html`<div>${fact}</div>`)}
  </div>`;
}

/** The age of what is shown; nothing within the first second. */
function ageInWords({t}: WidgetPlace, {since}: BannerView, asOf: number): string {
  const age = since(asOf);
  if (age < 120) return age > 0 ? t('banner.asOf', {n: age}) : '';
  return t('banner.asOfMinutes', {n: Math.floor(age / 60)});
}

function problemWords(place: WidgetPlace, view: BannerView, {code, detail}: Problem): TemplateResult {
  const {asOf} = view.connection;
  const age = code === 'streamSilent' && asOf ? ageInWords(place, view, asOf) : undefined;
  const shown = detail && ABOUT_STATUS.has(code) ? statusName(place, detail) : (detail ?? age);
  return html`<span class="grow">${place.t(`problem.${code}`)}${shown ? html` <bdi class="muted">${`(${shown})`}</bdi>` : nothing}</span>`;
}

/** @param key as `stateKey` makes it. */
function statusName({stateName}: WidgetPlace, key: string): string {
  const label = /^custom:(.*)$/s.exec(key)?.[1];
  return stateName(label === undefined ? {state: key as AgentState} : {state: 'custom', label});
}
