import type {ReactiveElement} from 'lit';
import type {MediaType} from '../../domain/interaction.js';
import {createSession} from '../../session/create-session.js';
import {documentSession, setDocumentSession} from '../../session/document-session.js';
import type {CxoneSession, SessionConfig} from '../../session/session.js';
import {languageOf, translate} from '../i18n/i18n.js';

interface Entry {
  readonly key: string;
  readonly session: CxoneSession;
  /**
   * The elements that show it with their newest settings, first come first: the first one in the page dispatches its
   * events and is asked for tokens.
   */
  readonly owners: Map<ReactiveElement, SessionConfig>;
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
  /** False if the session was closed for another one while this element was out of the page. */
  readonly open: boolean;
  /** Takes the same settings with newer functions. */
  update(newest: SessionConfig): void;
  release(): void;
}

function close(entry: Entry): void {
  if (entries.get(entry.key) !== entry) return;
  entries.delete(entry.key);
  entry.session.close();
  const [next] = entries.values();
  if (next && !documentSession()) setDocumentSession(next.session);
}

const inPage = ({owners}: Entry): ReactiveElement | undefined =>
  [...owners.keys()].find((element) => element.isConnected);

/** The settings with a token source that lives as long as the session and asks the newest one given. */
function lasting(config: SessionConfig, owners: Entry['owners']): SessionConfig {
  if (typeof config.tokenSource !== 'function') return config;
  let newest = config.tokenSource;
  return {
    ...config,
    tokenSource: () => {
      const shown = [...owners].find(([element]) => element.isConnected);
      newest = shown?.[1].tokenSource ?? newest;
      return newest();
    },
  };
}

/** Gives elements with the same settings one session, and closes it when the last of them lets go. */
export function holdSession(key: string, config: SessionConfig, owner: ReactiveElement): HeldSession {
  // A removed element keeps its session for a moment, in case of a move. An element with other settings ends that at once.
  for (const other of [...entries.values()]) if (other.key !== key && !inPage(other)) close(other);
  let entry = entries.get(key);
  const differs = !entry && entries.size > 0;
  if (!entry) {
    const owners: Entry['owners'] = new Map();
    const target = (): EventTarget => (entry && inPage(entry)) ?? document;
    const ringText = (media: MediaType): string =>
      translate(languageOf(owner), media === 'voice' ? 'ring.call' : 'ring.other');
    const made: Entry = {
      key,
      owners,
      session: createSession(lasting(config, owners), {target, ringText}),
      hostReady: false,
    };
    entries.set(key, (entry = made));
    // Once for each session: this may wait for ever, and must not keep every element that ever showed the session.
    void made.session.hostReady.then(() => {
      made.hostReady = true;
      for (const element of owners.keys()) element.requestUpdate();
    });
  }
  const held = entry;
  held.owners.set(owner, config);
  return {
    session: held.session,
    differs,
    get hostReady() {
      return held.hostReady;
    },
    get open() {
      return entries.get(key) === held;
    },
    update(newest) {
      held.owners.set(owner, newest);
    },
    release() {
      held.owners.delete(owner);
      if (held.owners.size === 0) close(held);
    },
  };
}
