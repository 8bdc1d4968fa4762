export {createSession, type SessionOptions} from './create-session.js';
export {documentSession, onDocumentSession, setDocumentSession} from './document-session.js';
export * from './events.js';
export type {SessionCommands} from '../domain/session-commands.js';
export {
  sessionContext,
  type CxoneSession,
  type SessionConfig,
  type SnapshotSignals,
  type TokenReply,
  type TokenSource,
} from './session.js';
