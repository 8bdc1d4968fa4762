export {createSession, type SessionOptions} from './create-session.js';
export {documentSession, onDocumentSession, setDocumentSession} from './document-session.js';
export * from './events.js';
export {
  sessionContext,
  type CxoneSession,
  type SessionCommands,
  type SessionConfig,
  type SnapshotSignals,
  type TokenReply,
  type TokenSource,
} from './session.js';
