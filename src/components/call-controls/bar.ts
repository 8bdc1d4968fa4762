import type {TemplateResult} from 'lit';
import {html} from '../html.js';
import type {ActionAvailability, CallAction} from '../../domain/actions.js';
import type {InteractionView} from '../../domain/snapshot.js';
import type {IconName} from '../icons.js';
import type {ButtonOptions} from '../widget.js';
import type {BarAction, Desk, PanelKind, PlainAction} from './desk.js';

/** A button: what it asks for, and what it looks like. */
type BarButton = readonly [action: BarAction, icon: IconName, look?: string];

/** The ten buttons in their order, those that belong together in pairs. */
const BAR: readonly (readonly [BarButton, BarButton])[] = [
  [
    ['answer', 'phone', 'go'],
    ['reject', 'close', 'end'],
  ],
  [
    ['hold', 'hold'],
    ['resume', 'resume'],
  ],
  [
    ['mute', 'mute'],
    ['unmute', 'mic'],
  ],
  [
    ['transfer', 'transfer'],
    ['conference', 'conference'],
  ],
  [
    ['dtmf', 'keypad'],
    ['release', 'hangup', 'end'],
  ],
];

/** How a contact's buttons are drawn. */
export interface BarOptions {
  /** Tells its buttons from another contact's, for ids. */
  readonly key: number;
  readonly isCompact: boolean;
  /** They have just appeared here, so nobody can mean them yet. */
  readonly isNew: boolean;
  readonly openPanel: PanelKind | undefined;
  /** Opens or closes a panel. */
  readonly toggle: (kind: PanelKind) => void;
}

const isPanel = (action: CallAction): action is PanelKind =>
  action === 'transfer' || action === 'conference' || action === 'dtmf';

/** While a press is under way, the buttons that it blocks keep their look. */
const isPassing = ({block}: ActionAvailability): boolean => block === 'waiting' || block === 'commandPending';

function common(
  desk: Desk,
  item: InteractionView,
  command: CallAction,
  {key, isNew}: BarOptions,
): Pick<ButtonOptions, 'key' | 'reason' | 'busy' | 'calm'> {
  const availability = item.actions[command];
  return {
    key,
    reason: isNew && availability.allowed ? desk.t('block.justCame') : desk.reason(availability),
    busy: item.waitingFor === command,
    calm: (isNew && availability.allowed) || isPassing(availability),
  };
}

function barButton(
  desk: Desk,
  item: InteractionView,
  options: BarOptions,
  [action, picture, look]: BarButton,
): TemplateResult {
  const endsOther = action === 'release' && item.mediaType !== 'voice';
  return desk.button({
    ...common(desk, item, action, options),
    action,
    icon: endsOther ? 'close' : picture,
    label: desk.t(endsOther ? 'end.contact' : `action.${action}`),
    // While it rings, Reject is the red one.
    look: action === 'release' && item.state === 'ringing' ? undefined : look,
    tip: options.isCompact,
    expanded: isPanel(action) ? options.openPanel === action : undefined,
    press: () =>
      isPanel(action) ? options.toggle(action) : void desk.ask((commands) => commands[action](item.interactionId)),
  });
}

/** The ten buttons of a contact. */
export const bar = (desk: Desk, item: InteractionView, options: BarOptions): TemplateResult =>
  html`<div class="bar" part="bar">${BAR.map(
    (pair) => html`<div class="pair">${pair.map((button) => barButton(desk, item, options, button))}</div>`,
  )}</div>`;

/** What ends a consultation. */
export function consultRow(desk: Desk, item: InteractionView, options: BarOptions): TemplateResult {
  const button = (command: PlainAction, action: string, look?: string): TemplateResult =>
    desk.button({
      ...common(desk, item, command, options),
      action,
      label: desk.t(`action.${command}`),
      look,
      press: () => void desk.ask((commands) => commands[command](item.interactionId)),
    });
  return html`<div class="row consult">
    ${button('completeTransfer', 'complete-transfer', 'main')}${button('cancelTransfer', 'cancel-transfer')}
  </div>`;
}
