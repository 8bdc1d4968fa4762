import type {TemplateResult} from 'lit';
import type {AgentStateName} from '../../domain/agent-state.js';
import type {SessionCommands} from '../../domain/session-commands.js';
import type {Parameters, StringKey} from '../i18n/i18n.js';
import type {Block, ButtonOptions} from '../widget.js';

/** What a widget gives to the code that draws a part of it. */
export interface WidgetPlace {
  t(key: StringKey, parameters?: Parameters): string;
  stateName(state: AgentStateName): string;
  /** Why something is not possible, in words. */
  reason(availability: {readonly allowed: boolean; readonly block?: Block}): string | undefined;
  /** Words, with "last known" added while the widget is stale. */
  dated(words: string): string;
  /** The BCP 47 tag of the language around it. */
  language(): string;
  /** The contact's number or name, where the widget shows it. */
  who(interactionId: string): string | undefined;
  button(options: ButtonOptions): TemplateResult;
  ask(command: (commands: SessionCommands) => Promise<void>): Promise<void>;
}
