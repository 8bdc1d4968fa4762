import type {TemplateResult} from 'lit';
import type {SessionCommands} from '../../domain/session-commands.js';
import type {PopView} from '../../domain/snapshot.js';
import {html, nothing} from '../late/given.js';
import type {WidgetPlace} from '../late/place.js';
import {timeOfDay} from '../late/time-of-day.js';

/** Outcomes after which the button says "again". */
const TRIED: ReadonlySet<PopView['outcome']> = new Set(['opened', 'failed', 'unknown']);

export interface PopItemOptions {
  readonly index: number;
  /** What is said of its contact. */
  readonly notices: unknown;
  /** Draws a button that waits for its command. */
  button(
    key: number,
    action: string,
    label: string,
    command: (commands: SessionCommands) => Promise<void>,
  ): TemplateResult;
}

/** One pop: what became of it, its choices and what the platform sent with it. */
export function popItem({t, language, dated}: WidgetPlace, item: PopView, options: PopItemOptions): TemplateResult {
  const {popId, interactionId, outcome, records, draft, fields, source, priority, receivedAt, waitsFor, error} = item;
  const {button} = options;
  const key = options.index * 100;
  const words = outcome === 'none' ? t('pop.none.found') : t(`pop.${outcome}`, {n: records.length});
  const why = outcome === 'waiting' && waitsFor ? t(`pop.waits.${waitsFor}`) : error && t(`error.${error}`);
  const about = [source, priority && t('pop.priority', {priority})].filter(Boolean).join(' · ');
  return html`<li
    class="item ${outcome}"
    part="item"
    data-interaction-id=${interactionId}
    data-outcome=${outcome}
  >
    <div class="row">
      <div class="grow">
        <div class="outcome" part="outcome">${dated(words)}</div>
        <div class="muted clip"><time datetime=${iso(receivedAt)}>${timeOfDay(language(), receivedAt)}</time> <span>·</span> <bdi>${about}</bdi></div>
      </div>
      ${button(key, 'open', t(TRIED.has(outcome) ? 'pop.again' : 'pop.open'), (commands) => commands.openPop(popId))}
    </div>
    ${why ? html`<p class="muted">${why}</p>` : nothing}
    ${item.cached ? html`<p class="muted">${t('pop.cached')}</p>` : nothing}
    ${
      outcome === 'several' || draft
        ? html`<ul class="records">
          ${records.map(
            (record, i) =>
              html`<li>
                ${button(key + i + 1, 'open-record', `${record.name || record.id} · ${record.entity}`, (commands) =>
                  commands.openPopRecord(popId, record),
                )}
              </li>`,
          )}${
            draft
              ? html`<li>
                ${button(key, 'create', t('pop.create', {entity: draft.entity}), (commands) =>
                  commands.createPopRecord(popId),
                )}
              </li>`
              : nothing
          }
        </ul>`
        : records.map(
            ({name, id, entity}) =>
              html`<p class="clip"><bdi>${name || id}</bdi> <span class="muted">${entity}</span></p>`,
          )
    }
    ${options.notices}
    ${
      fields.length
        ? html`<dl part="fields">
          ${fields.map(
            ({name, value}) => html`<dt class="muted">${name}</dt>
              <dd dir="auto">${value.split(/(?<=@)/).map((part) => html`${part}<wbr />`)}</dd>`,
          )}
        </dl>`
        : nothing
    }
  </li>`;
}

/** For `datetime`. A time outside of the calendar must not throw. */
const iso = (at: number): string => (Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : '');
