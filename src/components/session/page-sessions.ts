import {createSession} from '../../session/create-session.js';
import type {CxoneSession, SessionConfig} from '../../session/session.js';

interface Entry {
  readonly key: string;
  readonly session: CxoneSession;
  /** The elements that show it, first come first: the first one in the page dispatches its events. */
  readonly owners: Set<HTMLElement>;
}

const entries = new Map<string, Entry>();

/** A session that an element holds until it lets go. */
export interface HeldSession {
  readonly session: CxoneSession;
  /** There is another session with other settings in this page. */
  readonly differs: boolean;
  release(): void;
}

/** Gives elements with the same settings one session, and closes it when the last of them lets go. */
export function holdSession(key: string, config: SessionConfig, owner: HTMLElement): HeldSession {
  let entry = entries.get(key);
  const differs = !entry && entries.size > 0;
  if (!entry) {
    const owners = new Set<HTMLElement>();
    const target = (): EventTarget => [...owners].find((element) => element.isConnected) ?? document;
    entry = {key, owners, session: createSession(config, {target})};
    entries.set(key, entry);
  }
  const {owners, session} = entry;
  owners.add(owner);
  return {
    session,
    differs,
    release() {
      owners.delete(owner);
      if (owners.size > 0) return;
      entries.delete(key);
      session.close();
    },
  };
}
