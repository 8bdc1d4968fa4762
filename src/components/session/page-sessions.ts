import type {ReactiveElement} from 'lit';
import type {MediaType} from '../../domain/interaction.js';
import {createSession} from '../../session/create-session.js';
import {documentSession, setDocumentSession} from '../../session/document-session.js';
import type {CxoneSession, SessionConfig} from '../../session/session.js';
import {languageOf, translate} from '../i18n/i18n.js';

interface Entry {
  readonly key: string;
  readonly session: CxoneSession;
  /** The elements that show it, first come first: the first one in the page dispatches its events. */
  readonly owners: Set<ReactiveElement>;
  /** The CRM around the page opens records now. */
  hostReady: boolean;
}

const entries = new Map<string, Entry>();

/** A session that an element holds until it lets go. */
export interface HeldSession {
  readonly session: CxoneSession;
  /** There is another session with other settings in this page. */
  readonly differs: boolean;
  /** The CRM around the page opens records now; the elements that hold it are drawn again when it does. */
  readonly hostReady: boolean;
  /** False once the session was closed in favour of another while this element was out of the page. */
  readonly open: boolean;
  release(): void;
}

function close(entry: Entry): void {
  if (entries.get(entry.key) !== entry) return;
  entries.delete(entry.key);
  entry.session.close();
  const [next] = entries.values();
  if (next && !documentSession()) setDocumentSession(next.session);
}

const inPage = ({owners}: Entry): HTMLElement | undefined => [...owners].find((element) => element.isConnected);

/** Gives elements with the same settings one session, and closes it when the last of them lets go. */
export function holdSession(key: string, config: SessionConfig, owner: ReactiveElement): HeldSession {
  // Elements that were taken out keep theirs for a moment, as in a move; one with other settings ends that moment.
  for (const other of [...entries.values()]) if (other.key !== key && !inPage(other)) close(other);
  let entry = entries.get(key);
  const differs = !entry && entries.size > 0;
  if (!entry) {
    const owners = new Set<ReactiveElement>();
    const target = (): EventTarget => (entry && inPage(entry)) ?? document;
    const ringText = (media: MediaType): string =>
      translate(languageOf(owner), media === 'voice' ? 'ring.call' : 'ring.other');
    const made: Entry = {key, owners, session: createSession(config, {target, ringText}), hostReady: false};
    entries.set(key, (entry = made));
    // Once a session, which may wait for ever: who waits must not be each element that ever showed it.
    void made.session.hostReady.then(() => {
      made.hostReady = true;
      for (const element of owners) element.requestUpdate();
    });
  }
  const held = entry;
  held.owners.add(owner);
  return {
    session: held.session,
    differs,
    get hostReady() {
      return held.hostReady;
    },
    get open() {
      return entries.get(key) === held;
    },
    release() {
      held.owners.delete(owner);
      if (held.owners.size === 0) close(held);
    },
  };
}
