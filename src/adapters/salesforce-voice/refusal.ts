import {isCxoneError, type ErrorCode} from '../../domain/errors.js';

/** Failures with their own message in Salesforce. For any other, Salesforce says only that the request failed. */
export type RefusalType = 'GENERIC_ERROR' | 'INVALID_AGENT_STATUS' | 'INVALID_DESTINATION' | 'INVALID_PARTICIPANT';

/** A refused request of the host. The library reads `type`; the reason goes into Salesforce's log. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly type: RefusalType | undefined;
  /** The same text as `message`, because the library does not copy `message` into the log. */
  readonly reason: string;

  /** @param message no customer data. */
  constructor(message: string, type?: RefusalType) {
    super(message);
    this.type = type;
    this.reason = message;
  }
}

/** The platform's error codes for a number that it cannot call. */
const BAD_TARGET: readonly ErrorCode[] = ['BAD_REQUEST', 'INVALID_INPUT', 'NOT_FOUND'];

/** Carries out a command. If the platform refuses it, the host gets a refusal with the code only. */
export async function commanded(what: string, command: Promise<void>): Promise<void> {
  try {
    await command;
  } catch (error) {
    throw new Refusal(`${what}: ${isCxoneError(error) ? error.code : 'failed'}`);
  }
}

/** Like `commanded`, for a command with a number: a wrong number has its own kind of refusal. */
export async function commandedTo(what: string, command: Promise<void>): Promise<void> {
  try {
    await command;
  } catch (error) {
    const code = isCxoneError(error) ? error.code : 'failed';
    const isTarget = isCxoneError(error) && BAD_TARGET.includes(error.code);
    throw new Refusal(`${what}: ${code}`, isTarget ? 'INVALID_DESTINATION' : 'GENERIC_ERROR');
  }
}
