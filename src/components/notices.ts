import type {TemplateResult} from 'lit';
import type {AgentStateName} from '../domain/agent-state.js';
import type {SessionCommands} from '../domain/session-commands.js';
import type {Notice} from '../domain/snapshot.js';
import {html} from './html.js';
import type {Parameters, StringKey} from './i18n/i18n.js';
import type {ButtonOptions} from './widget.js';

/** What a widget lends for drawing its notices. */
export interface NoticePlace {
  t(key: StringKey, parameters?: Parameters): string;
  stateName(state: AgentStateName): string;
  /** A time of day in words. */
  time(at: number): string;
  /** The contact's number or name, where the widget shows it. */
  who(interactionId: string): string | undefined;
  button(options: ButtonOptions): TemplateResult;
  ask(command: (commands: SessionCommands) => Promise<void>): Promise<void>;
}

/** A notice in words. */
export function wordsOf(notice: Notice, {t, stateName, time, who}: NoticePlace): string {
  const {code, interactionId, mediaType = 'voice', about, action, status, error, count} = notice;
  const name = (interactionId && who(interactionId)) || t(`media.${mediaType}`);
  return t(`notice.${code}`, {
    contact: about ? `${name}, ${time(about)}` : name,
    action: action ? t(`action.${action}`) : '',
    state: status ? stateName(status) : '',
    reason: error ? t(`error.${error}`) : '',
    n: count ?? 0,
  });
}

/** Notices, each with a button to put it away for all pages. */
export function noticeList(notices: readonly Notice[], place: NoticePlace): TemplateResult {
  return html`${notices.map((notice) => {
    const words = wordsOf(notice, place);
    return html`<div class="note row" part="notice" data-notice=${notice.code}>
      <span class="grow">${words}</span
      >${place.button({
        action: 'dismiss',
        icon: 'close',
        tip: true,
        label: place.t('banner.dismiss'),
        name: `${place.t('banner.dismiss')}: ${words}`,
        press: () => void place.ask((commands) => commands.dismissNotice(notice.id)),
      })}
    </div>`;
  })}`;
}

/** Gives the focus a place when the notice that had it was put away: the next one, else the first thing to use. */
export function focusAfter(root: ShadowRoot): void {
  const next =
    root.querySelector<HTMLElement>('[data-notice] button') ??
    root.querySelector<HTMLElement>('button:not([hidden])') ??
    root.querySelector<HTMLElement>('.idle');
  if (next?.matches('.idle')) next.tabIndex = -1;
  next?.focus();
}
