import type {InteractionState} from '../../src/domain/interaction.js';
import type {ControlAction, ControlCommand} from '../../src/platform/v2/wire/index.js';
import {consultOf, type Interaction} from './interactions.js';
import {Refusal} from './refusal.js';

/** The result of a command. `end`: the interaction is over for the agent. */
export type Outcome = 'changed' | 'end' | 'endWithoutAcw';

interface Rule {
  readonly in: readonly InteractionState[];
  /** The reason for a refusal even in an allowed state; `undefined`: the command may run. */
  readonly unless?: (interaction: Interaction) => string | undefined;
  readonly voiceOnly: boolean;
  readonly run: (interaction: Interaction, command: ControlCommand) => Outcome;
}

const setState = (interaction: Interaction, state: InteractionState): Outcome => {
  interaction.state = state;
  return 'changed';
};

const setMuted = (interaction: Interaction, muted: boolean): Outcome => {
  interaction.muted = muted;
  return 'changed';
};

const noConsult = (interaction: Interaction) => (consultOf(interaction) ? 'a consult is open' : undefined);
/** Why nobody hears the agent. While the caller is on hold, only a consulted party does. */
const unheard = (interaction: Interaction) =>
  interaction.state === 'hold' && !consultOf(interaction) ? 'nobody hears the agent while on hold' : undefined;
const withConsult = (interaction: Interaction) => (consultOf(interaction) ? undefined : 'no consult is open');

function transfer(interaction: Interaction, command: ControlCommand): Outcome {
  if (command.action !== 'Transfer' || command.parameters.type !== 'consult') return 'end';
  interaction.parties.push({role: 'consult', target: command.parameters.target, state: 'talking'});
  return setState(interaction, 'hold');
}

function conference(interaction: Interaction, command: ControlCommand): Outcome {
  if (command.action !== 'Conference') return 'changed';
  const {target} = command.parameters;
  // A consulted party joins and is not dialled twice.
  interaction.parties = interaction.parties
    .filter((party) => party.target !== target)
    .map((party) => ({...party, role: 'conference'}));
  interaction.parties.push({role: 'conference', target, state: 'talking'});
  return setState(interaction, 'talking');
}

function dropConsult(interaction: Interaction): Outcome {
  interaction.parties = interaction.parties.filter(({role}) => role !== 'consult');
  return setState(interaction, 'talking');
}

/** The table of contract §3. It is a separate copy, so that tests find a mistake in the widgets' table. */
const RULES: Readonly<Record<ControlAction, Rule>> = {
  Answer: {in: ['ringing'], voiceOnly: false, run: (i) => setState(i, 'talking')},
  Reject: {in: ['ringing'], voiceOnly: false, run: () => 'endWithoutAcw'},
  Hold: {in: ['talking'], unless: noConsult, voiceOnly: true, run: (i) => setState(i, 'hold')},
  Resume: {in: ['hold'], unless: noConsult, voiceOnly: true, run: (i) => setState(i, 'talking')},
  Mute: {
    in: ['talking', 'hold'],
    unless: (i) => unheard(i) ?? (i.muted ? 'it is muted already' : undefined),
    voiceOnly: true,
    run: (i) => setMuted(i, true),
  },
  Unmute: {
    in: ['talking', 'hold'],
    unless: (i) => unheard(i) ?? (i.muted ? undefined : 'it is not muted'),
    voiceOnly: true,
    run: (i) => setMuted(i, false),
  },
  Transfer: {in: ['talking', 'hold'], unless: noConsult, voiceOnly: false, run: transfer},
  Conference: {in: ['talking', 'hold'], voiceOnly: true, run: conference},
  SendDtmf: {in: ['talking'], voiceOnly: true, run: () => 'changed'},
  CompleteTransfer: {in: ['talking', 'hold'], unless: withConsult, voiceOnly: true, run: () => 'end'},
  CancelTransfer: {in: ['talking', 'hold'], unless: withConsult, voiceOnly: true, run: dropConsult},
  Release: {
    in: ['ringing', 'talking', 'hold'],
    voiceOnly: false,
    run: (i) => (i.state === 'ringing' ? 'endWithoutAcw' : 'end'),
  },
};

/**
 * Applies a command to the interaction; the caller must end the interaction if the outcome says so.
 * @throws {Refusal} `INVALID_TRANSITION` if the table does not allow it.
 */
export function applyCommand(interaction: Interaction, command: ControlCommand): Outcome {
  const rule = RULES[command.action];
  const refuse = (why: string): never => {
    throw new Refusal('INVALID_TRANSITION', `${command.action} is not allowed: ${why}`, {
      currentState: interaction.state,
    });
  };
  if (rule.voiceOnly && interaction.mediaType !== 'voice') refuse(`not for ${interaction.mediaType}`);
  if (!rule.in.includes(interaction.state)) refuse(`the interaction is ${interaction.state}`);
  if (command.action === 'Transfer' && command.parameters.type === 'consult' && interaction.mediaType !== 'voice') {
    refuse('only voice can be transferred by consult');
  }
  const why = rule.unless?.(interaction);
  if (why) refuse(why);
  return rule.run(interaction, command);
}
