import {CxoneError} from '../../domain/errors.js';
import {hubAnswerMs} from '../../domain/hub-limits.js';
import type {HubApi} from '../hub-api.js';
import type {HubParts} from '../hub-parts.js';
import {answeredWithin} from './answer-limit.js';

export interface HubCallsOptions {
  /** A page left on purpose. */
  readonly onLeft: (pageId: string) => void;
  readonly signOut: () => Promise<void>;
}

/** The calls of pages that have joined: to whom each goes, and that it is answered in time. */
export function hubCalls(hub: HubParts, {onLeft, signOut}: HubCallsOptions): Omit<HubApi, 'join'> {
  const {context, pages, slices, commands, dials, status, acw, connection, outage, tokenSources} = hub;
  const answered = <T>(what: string, work: Promise<T>): Promise<T> =>
    answeredWithin(hubAnswerMs(context.settings), what, work);
  /** Once what is known is not from before a sleep. */
  const awake = <T>(what: string, work: () => Promise<T>): Promise<T> =>
    answered(what, connection.whenAwake().then(work));
  return {
    leave: async (pageId) => {
      pages.remove(pageId);
      onLeft(pageId);
    },
    setPresence: async (pageId, presence) => pages.setPresence(pageId, presence),
    follow: async (pageId, name) => pages.follow(pageId, name, slices.current()[name]),
    command: (request) => awake(request.action, () => commands.run(request)),
    dial: (request) => awake('dial', () => dials.dial(request)),
    chooseStatus: (choice) => answered('status', status.choose(choice)),
    cancelPendingStatus: async () => status.cancelPending(),
    repairStatus: () => answered('repair', status.repair()),
    extendAcw: (interactionId, seconds) => answered('extend', acw.extend(interactionId, seconds)),
    completeAcw: (interactionId) => answered('complete', acw.complete(interactionId)),
    acceptOffer: async (pageId, offerId) => (await hub.pops?.accept(pageId, offerId)) ?? false,
    reportAnswers: async (_pageId, answers) => hub.pops?.learn(answers),
    reportPop: async (pageId, offerId, result) => hub.pops?.report(pageId, offerId, result),
    acceptLog: async (pageId, contactId) => hub.contacts?.accept(pageId, contactId),
    reportLog: async (pageId, contactId, result) => hub.contacts?.report(pageId, contactId, result),
    openPop: async (pageId, popId) => {
      if (!hub.pops) throw new CxoneError('NOT_FOUND', `no screen pop ${popId}`);
      return hub.pops.open(pageId, popId);
    },
    giveToken: async (requestId, gift) => tokenSources.give(requestId, gift),
    reconnect: async () => connection.reconnect(),
    dismissNotice: async (id) => hub.notices.drop(id),
    dismissOutage: async () => outage.dismiss(),
    setRingTone: async (isOn) => {
      hub.store.meta.set('ringTone', isOn);
      slices.mark('connection');
    },
    log: async () => hub.log.entries(),
    note: async (entry) => hub.log.add(entry),
    signOut,
  };
}
