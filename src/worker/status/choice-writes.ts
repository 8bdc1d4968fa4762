import {sameState, stateKey} from '../../domain/agent-state.js';
import {toCxoneError, type CxoneError, type ErrorCode} from '../../domain/errors.js';
import {choiceToWrite, reasonOf} from '../../machines/agent-view.js';
import {isLostAnswer} from '../calls/lost-answer.js';
import {channelMatrix} from './channel-matrix.js';
import {writtenFacts, type StatusParts} from './status-parts.js';

const CONFLICT: ReadonlySet<ErrorCode> = new Set(['STATE_CONFLICT', 'PRECONDITION_FAILED']);

/** The agent's choice on its way to the platform: read before write, and once more after a look. Source: contract §4. */
export class ChoiceWrites {
  readonly #parts: StatusParts;

  constructor(parts: StatusParts) {
    this.#parts = parts;
  }

  /** Checks whether a protected session is active. */
  check(): Promise<void> {
    const {actor, reads, lane} = this.#parts;
    return lane.run(async () => {
      // The choice may have been withdrawn while this waited in the lane.
      if (actor.getSnapshot().value.choice !== 'checking') return;
      try {
        await reads.routingAndSessions();
      } catch (error) {
        return this.#fail(error);
      }
      if (!this.#isBusy()) actor.send({type: 'check.clear'});
    });
  }

  write(): Promise<void> {
    return this.#parts.lane.run(() => this.#write());
  }

  async #write(): Promise<void> {
    const {hub, actor, reads} = this.#parts;
    const snapshot = actor.getSnapshot();
    const work = choiceToWrite(snapshot);
    let {routing} = snapshot.context;
    if (!work || !routing) return;
    const {choice} = work;
    for (let attempt = 0; ; attempt++) {
      const {skillGroups} = channelMatrix([], choice, routing, hub.settings.skillGroupChannels);
      const {routingGroups} = routing;
      let error: CxoneError;
      try {
        await hub.store.assertMine();
        const order = {state: choice, skillGroups, routingGroups, reason: reasonOf(work)};
        const written = writtenFacts(await hub.platform.state.write(order, hub.signal), choice);
        hub.log.info('status_written', {state: stateKey(choice)});
        return actor.send({type: 'write.ok', routing: {...routing, ...written, skillGroups}});
      } catch (cause) {
        error = toCxoneError(cause, 'status');
      }
      const isConflict = CONFLICT.has(error.code);
      const mayGoAgain = isConflict || error.code === 'TOKEN_EXPIRED' || isLostAnswer(error);
      if (attempt > 0 || hub.signal.aborted || !mayGoAgain) return this.#fail(error);
      try {
        ({routing} = await reads.routingAndSessions());
      } catch (readError) {
        return this.#fail(readError);
      }
      if (!isConflict && sameState(routing.state, choice)) {
        hub.log.info('state_already_applied', {state: stateKey(choice)});
        return actor.send({type: 'write.ok', routing});
      }
      if (this.#isBusy()) return;
    }
  }

  /** The choice must wait for a protected session. */
  #isBusy(): boolean {
    const sessionIds = this.#parts.interactions.protectedIds();
    if (sessionIds.length > 0) this.#parts.actor.send({type: 'check.busy', sessionIds});
    return sessionIds.length > 0;
  }

  #fail(cause: unknown): void {
    const {hub, actor} = this.#parts;
    // If this hub has retired, the next hub settles the choice.
    if (hub.signal.aborted) return;
    actor.send({type: 'write.failed', error: toCxoneError(cause, 'status')});
  }
}
