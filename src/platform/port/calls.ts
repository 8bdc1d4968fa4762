import type {CallAction, CommandParameters} from '../../domain/actions.js';
import type {InteractionFacts} from '../../domain/interaction.js';
import type {KeyedTry, Outcome} from './outcome.js';

/** Commands for contacts that are there. */
export interface Calls {
  /** What it can do. Absent: every action. */
  readonly actions?: ReadonlySet<CallAction>;
  /** A command repeated with the same key is carried out once. Else a lost answer is settled by an event or a read only. */
  readonly idempotent: boolean;
  /**
   * Sends one command once.
   * @throws {CxoneError} with the platform's code.
   */
  send(command: PlatformCommand, attempt: KeyedTry): Promise<Outcome<InteractionFacts>>;
}

export interface PlatformCommand {
  readonly interactionId: string;
  readonly action: CallAction;
  readonly parameters: CommandParameters;
}

/** Calls out. */
export interface Dial {
  /**
   * Calls a number or address from the agent's telephone, once for each key.
   * @throws {CxoneError} with the platform's code.
   */
  send(target: string, attempt: KeyedTry): Promise<Outcome<InteractionFacts>>;
}
