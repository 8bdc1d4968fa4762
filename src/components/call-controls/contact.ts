import {nothing, type TemplateResult} from 'lit';
import {html} from '../html.js';
import type {InteractionView} from '../../domain/snapshot.js';
import {asClock} from '../clock.js';
import {icon} from '../icons.js';
import {bar, consultRow, type BarOptions} from './bar.js';
import type {Desk} from './desk.js';

const MEDIA_ICONS = {voice: 'phone', webchat: 'chat', email: 'mail', workitem: 'task', other: 'chat'} as const;

/** The name or number of the other side. */
export const nameOf = ({t}: Pick<Desk, 't'>, {direction, from, to}: InteractionView): string =>
  (direction === 'outbound' ? to || from : from || to) || t('call.unknown');

/** Where the shown time starts: at the ring while unanswered, then at the call, then at the after-call work. */
const countsSince = ({state, startedAt, answeredAt, stateSince}: InteractionView): number =>
  state === 'acw' ? stateSince : (answeredAt ?? startedAt);

export interface ContactOptions extends BarOptions {
  /** The one that matters most, where there are several. */
  readonly isFront: boolean;
  readonly panel: unknown;
}

/** One contact: who it is, its state, its buttons and its open panel. */
export function contact(desk: Desk, item: InteractionView, options: ContactOptions): TemplateResult {
  const {interactionId, state, mediaType, direction, muted, participants, waitingFor} = item;
  const who = nameOf(desk, item);
  const inWords = desk.t(`call.${state}`);
  const held = state === 'hold' ? asClock(desk.secondsSince(item.stateSince)) : '';
  return html`<div
    class="box group ${options.isNew ? 'new' : ''}"
    part="group"
    role="group"
    tabindex="-1"
    aria-label=${desk.t('call.group', {media: desk.t(`media.${mediaType}`), who: who.slice(0, 100), state: inWords})}
    aria-current=${options.isFront ? 'true' : nothing}
    data-interaction-id=${interactionId}
    data-state=${state}
    data-media=${mediaType}
  >
    <div class="row head">
      ${icon(MEDIA_ICONS[mediaType])}
      <div class="grow"><div class="who" part="who" dir="auto">${who}</div></div>
      ${
        state === 'ended'
          ? nothing
          : html`<span class="time" part="time" role="timer" aria-label=${desk.t('call.time')}
            >${asClock(desk.secondsSince(countsSince(item)))}</span
          >`
      }
    </div>
    <div class="row muted">
      <span class="badge">${inWords}</span>${desk.isStale() ? html`<span class="badge">${desk.t('stale')}</span>` : nothing}${muted ? html`<span class="badge">${desk.t('call.muted')}</span>` : nothing}
      <span>${desk.t(`direction.${direction}`)}</span>
      ${held ? html`<span class="time">${desk.t('call.heldFor', {time: held})}</span>` : nothing}
    </div>
    ${
      participants.length
        ? html`<ul class="muted">
          ${participants.map(({role, target}) => html`<li>${`${desk.t(`role.${role}`)}: `}<bdi>${target}</bdi></li>`)}
        </ul>`
        : nothing
    }
    ${
      item.unknownOutcome
        ? html`<p class="note">
          ${desk.t('call.unknownOutcome', {action: desk.t(`action.${item.unknownOutcome}`)})}
        </p>`
        : nothing
    }
    ${bar(desk, item, options)}
    ${
      item.consultOpen || waitingFor === 'completeTransfer' || waitingFor === 'cancelTransfer'
        ? consultRow(desk, item, options)
        : nothing
    }
    ${options.panel}
  </div>`;
}
