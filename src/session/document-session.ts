import type {CxoneSession} from './session.js';

type Callback = (session: CxoneSession | undefined) => void;

interface Registry {
  session: CxoneSession | undefined;
  readonly callbacks: Set<Callback>;
}

/** Global, so that two copies of the package on one page meet in the same registry. */
const KEY = Symbol.for('cxone-crm-widgets/document-session');

function registry(): Registry {
  const holder = document as Document & {[KEY]?: Registry};
  return (holder[KEY] ??= {session: undefined, callbacks: new Set()});
}

/**
 * Calls back with the document's session: at once with the present one (or `undefined`), then at each change.
 * @returns A function that ends the calls.
 */
export function onDocumentSession(callback: Callback): () => void {
  const {callbacks, session} = registry();
  callbacks.add(callback);
  callback(session);
  return () => void callbacks.delete(callback);
}

/** Makes `session` the document's session, or leaves the document without one. Called by `<cxone-session>` and by scripts. */
export function setDocumentSession(session: CxoneSession | undefined): void {
  const known = registry();
  if (known.session === session) return;
  known.session = session;
  for (const callback of [...known.callbacks]) {
    try {
      callback(session);
    } catch (error) {
      // One widget that fails must not leave the others without a session.
      reportError(error);
    }
  }
}

/** The document's present session. */
export function documentSession(): CxoneSession | undefined {
  return registry().session;
}
