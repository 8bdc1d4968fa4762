import {toCxoneError} from '../../domain/errors.js';
import type {Events, EventSourceHandle} from '../port/platform.js';
import type {V2Api} from './api.js';
import {V2Stream} from './v2-stream.js';

export function v2Events({config, host, agent}: V2Api): Events {
  /** Some platforms use the user's id for the agent, or write ids in a different case. */
  const isOwn = (id: string): boolean =>
    [config.agentId, config.userId].some((own) => own.toLowerCase() === id.toLowerCase());
  return {
    open(tokens, onEvent) {
      let stream: EventSourceHandle | undefined;
      let isOver = false;
      const close = (): void => {
        if (!isOver) onEvent({type: 'closed', reason: {kind: 'asked'}});
        isOver = true;
      };
      tokens.token('connect').then(
        ({value}) => {
          if (isOver) return;
          const url = `${config.streamBase}/v2/agents/${agent}/stream?token=${encodeURIComponent(value)}`;
          stream = new V2Stream(url, config.settings, isOwn, onEvent, host.socket);
        },
        (error: unknown) => {
          host.log.warn('connect_failed', {code: toCxoneError(error, 'connect').code});
          if (!isOver) onEvent({type: 'closed', reason: {kind: 'lost'}});
          isOver = true;
        },
      );
      return {
        check: () => stream?.check(),
        end: async (why) => (stream ? stream.end(why) : close()),
      };
    },
  };
}
