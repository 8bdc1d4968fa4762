import type {TemplateResult} from 'lit';
import type {ActionAvailability, CallAction} from '../../domain/actions.js';
import type {SessionCommands} from '../../domain/session-commands.js';
import type {Parameters, StringKey} from '../i18n/i18n.js';
import type {ButtonOptions} from '../widget.js';

/** What opens a panel, … */
export type PanelKind = 'transfer' | 'conference' | 'dtmf';
/** … what a press carries out at once, without parameters, … */
export type PlainAction = Exclude<CallAction, PanelKind>;
/** … and the ten buttons. */
export type BarAction = Exclude<CallAction, 'completeTransfer' | 'cancelTransfer'>;

/** What the parts of the call controls use of their widget. */
export interface Desk {
  t(key: StringKey, parameters?: Parameters): string;
  /** Why something is not possible, in words. */
  reason(availability: ActionAvailability): string | undefined;
  button(options: ButtonOptions): TemplateResult;
  ask(command: (commands: SessionCommands) => Promise<void>): Promise<void>;
  /** Whole seconds since an instant; the widget is drawn again with the next. */
  secondsSince(at: number): number;
  /** What is shown is the last known. */
  isStale(): boolean;
  redraw(): void;
}
