import {isCxoneError, type ErrorCode} from '../../domain/errors.js';

/** Kinds of failure that Salesforce has words for; with any other, it says that the request as such failed. */
export type RefusalType = 'GENERIC_ERROR' | 'INVALID_AGENT_STATUS' | 'INVALID_DESTINATION' | 'INVALID_PARTICIPANT';

/** A request of the host that is not carried out. The library reads `type`; what was wrong goes into Salesforce's log. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly type: RefusalType | undefined;
  /** As `message`, which the library does not copy into the log. */
  readonly reason: string;

  /** @param message no customer data. */
  constructor(message: string, type?: RefusalType) {
    super(message);
    this.type = type;
    this.reason = message;
  }
}

/** What the platform says of a number that it cannot call. */
const BAD_TARGET: readonly ErrorCode[] = ['BAD_REQUEST', 'INVALID_INPUT', 'NOT_FOUND'];

/** Carries out a command; what the platform does not do, the host is refused, by code only. */
export async function commanded(what: string, command: Promise<void>): Promise<void> {
  try {
    await command;
  } catch (error) {
    throw new Refusal(`${what}: ${isCxoneError(error) ? error.code : 'failed'}`);
  }
}

/** As `commanded`, where a number was given: a wrong one has a name of its own. */
export async function commandedTo(what: string, command: Promise<void>): Promise<void> {
  try {
    await command;
  } catch (error) {
    const code = isCxoneError(error) ? error.code : 'failed';
    const isTarget = isCxoneError(error) && BAD_TARGET.includes(error.code);
    throw new Refusal(`${what}: ${code}`, isTarget ? 'INVALID_DESTINATION' : 'GENERIC_ERROR');
  }
}
