import type {TemplateResult} from 'lit';
import type {AcwView} from '../../domain/snapshot.js';
import {asClock} from '../clock.js';
import {html, svg} from '../late/given.js';
import type {WidgetPlace} from '../late/place.js';

export interface AcwRowOptions {
  /** Tells its buttons from another row's, for ids. */
  readonly key: number;
  /** Seconds. */
  readonly left: number;
  /** It warns of its end. */
  readonly isSoon: boolean;
}

/** The countdown of one contact, with its buttons. */
export function acwRow(
  {t, button, reason, ask, dated}: WidgetPlace,
  item: AcwView,
  {key, left, isSoon}: AcwRowOptions,
): TemplateResult {
  const {interactionId, state, mediaType, durationSeconds, extendBySeconds: n, extend, complete} = item;
  const share = Math.min(100, Math.ceil((left / Math.max(1, durationSeconds)) * 100));
  const line =
    state === 'overdue'
      ? t('acw.overdue')
      : `${t(state === 'done' ? 'acw.done' : isSoon ? 'acw.warning' : 'acw.label')} · ${t(`media.${mediaType}`)}`;
  return html`<div
    class="box item row ${isSoon || state === 'overdue' ? 'soon' : ''}"
    part="item"
    role="group"
    aria-label="${t('acw.label')}, ${t(`media.${mediaType}`)}"
    data-interaction-id=${interactionId}
    data-state=${state}
  >
    <svg class="ring" viewBox="0 0 24 24" aria-hidden="true">
      ${svg`<circle cx="12" cy="12" r="10"></circle><circle cx="12" cy="12" r="10" pathLength="100" stroke-dasharray="${share} 100"></circle>`}
    </svg>
    <div class="time grow" part="time" role="timer">${asClock(left)}</div>
    <div class="buttons">
      ${button({
        action: 'extend',
        key,
        label: t('acw.extend', {n}),
        name: t('acw.extendName', {n}),
        reason: reason(extend),
        busy: extend.block === 'waiting',
        press: () => void ask((commands) => commands.extendAcw(interactionId, n)),
      })}${button({
        action: 'complete',
        key,
        label: t('acw.complete'),
        look: 'main',
        reason: reason(complete),
        busy: complete.block === 'waiting',
        press: () => void ask((commands) => commands.completeAcw(interactionId)),
      })}
    </div>
    <div class="line muted">${dated(line)}</div>
  </div>`;
}
