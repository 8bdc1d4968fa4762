import type {CallAction, CommandParameters} from '../../domain/actions.js';
import type {InteractionFacts} from '../../domain/interaction.js';
import type {KeyedTry, Outcome} from './outcome.js';

/** Commands for existing contacts. */
export interface Calls {
  /** The supported actions. Absent: every action. */
  readonly actions?: ReadonlySet<CallAction>;
  /** Whether a command repeated with the same key is carried out once. If not, only an event or a read settles a lost answer. */
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

/** Makes outbound calls. */
export interface Dial {
  /**
   * Calls a number or address from the agent's phone, once per key.
   * @throws {CxoneError} with the platform's code.
   */
  send(target: string, attempt: KeyedTry): Promise<Outcome<InteractionFacts>>;
}
