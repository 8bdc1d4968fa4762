import type {InteractionState} from '../../domain/interaction.js';
import type {InteractionView} from '../../domain/snapshot.js';
import {nameOf} from './contact.js';
import type {Desk} from './desk.js';

interface Known {
  readonly state: InteractionState;
  readonly muted: boolean;
  readonly who: string;
}

/** Works out what to say to a person who does not look at the screen. */
export class Telling {
  #known = new Map<string, Known>();

  /** What has changed since the last call, in words; a ring is urgent. */
  changes({t}: Pick<Desk, 't'>, items: readonly InteractionView[]): {readonly urgent: string; readonly calm: string} {
    const known = this.#known;
    this.#known = new Map();
    const urgent: string[] = [];
    const calm: string[] = [];
    for (const item of items) {
      const {interactionId, state, muted} = item;
      const before = known.get(interactionId);
      known.delete(interactionId);
      const who = nameOf({t}, item);
      this.#known.set(interactionId, {state, muted, who});
      if (state === 'ringing' && before?.state !== state) {
        const words = {media: t(`media.${item.mediaType}`), direction: t(`direction.${item.direction}`)};
        urgent.push(t('call.says.ringing', {who, ...words}));
      }
      // A page that opens in the middle of a call only speaks of a ring: the rest is no news.
      if (!before) continue;
      if (before.state !== state) {
        if (state === 'talking')
          calm.push(t(before.state === 'hold' ? 'call.says.resumed' : 'call.says.talking', {who}));
        else if (state === 'hold' || state === 'acw') calm.push(t(`call.says.${state}`, {who}));
      }
      // Muting ends with the call, which nobody needs to hear.
      if (before.muted !== muted && (state === 'talking' || state === 'hold')) {
        calm.push(t(muted ? 'call.muted' : 'call.says.unmuted'));
      }
    }
    for (const {state, who} of known.values()) if (state !== 'acw') calm.push(t('call.says.acw', {who}));
    return {urgent: urgent.join('. '), calm: calm.join('. ')};
  }
}
