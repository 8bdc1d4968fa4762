import type {TemplateResult} from 'lit';
import type {Notice} from '../../domain/snapshot.js';
import {html} from './given.js';
import type {WidgetPlace} from './place.js';
import {timeOfDay} from './time-of-day.js';

/** A notice in words. */
export function wordsOf(notice: Notice, {t, stateName, language, who}: WidgetPlace): string {
  const {code, interactionId, mediaType = 'voice', about, action, status, error, count} = notice;
  const name = (interactionId && who(interactionId)) || t(`media.${mediaType}`);
  return t(`notice.${code}`, {
    contact: about ? `${name}, ${timeOfDay(language(), about)}` : name,
    action: action ? t(`action.${action}`) : '',
    state: status ? stateName(status) : '',
    reason: error ? t(`error.${error}`) : '',
    n: count ?? 0,
  });
}

/** Notices, each with a button that dismisses it in all pages. */
export function noticeList(notices: readonly Notice[], place: WidgetPlace): TemplateResult {
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

/** Moves the focus when the notice that had it was dismissed: to the next notice, else to the first control. */
export function focusAfter(root: ShadowRoot): void {
  const next =
    root.querySelector<HTMLElement>('[data-notice] button') ??
    root.querySelector<HTMLElement>('button:not([hidden])') ??
    root.querySelector<HTMLElement>('.idle');
  if (next?.matches('.idle')) next.tabIndex = -1;
  next?.focus();
}
