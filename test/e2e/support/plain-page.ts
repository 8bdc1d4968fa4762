import type {Page} from 'puppeteer-core';
import type {Settings} from '../../../src/domain/settings.js';
import type {Snapshot} from '../../../src/domain/snapshot.js';
import type {SessionCommands} from '../../../src/domain/session-commands.js';
import type {CxoneSession} from '../../../src/session/session.js';
import {AGENT} from './world.js';

/** Puts a session with all widgets into a page that has none. */
export function addSession(page: Page, settings: Partial<Settings> = {}): Promise<void> {
  return page.evaluate(
    (agentId, given) => {
      const session = document.createElement('cxone-session');
      const attributes = {'agent-id': agentId, 'api-base': '/', 'token-url': '/token', crm: 'none'};
      for (const [name, value] of Object.entries(attributes)) session.setAttribute(name, value);
      session.config = {settings: given};
      for (const name of ['status-picker', 'call-controls', 'acw-timer', 'screen-pop', 'connection-banner']) {
        session.append(document.createElement(`cxone-${name}`));
      }
      document.body.append(session);
    },
    AGENT,
    settings,
  );
}

/** What the page's session shows. */
export const snapshotOf = (page: Page): Promise<Snapshot | undefined> =>
  page.evaluate(() => {
    const session = (document.querySelector('cxone-session') as {session?: CxoneSession} | null)?.session;
    if (!session) return undefined;
    const {agent, interactions, acw, pops, notices, connection} = session.snapshot;
    return {
      agent: agent.get(),
      interactions: interactions.get(),
      acw: acw.get(),
      pops: pops.get(),
      notices: notices.get(),
      connection: connection.get(),
    };
  });

/** Asks the page's session and lets it be: what comes of it is seen at the platform. */
export function ask(page: Page, command: keyof SessionCommands, ...args: readonly unknown[]): Promise<void> {
  return page.evaluate(
    (name, rest) => {
      const {session} = document.querySelector('cxone-session') as unknown as {session?: CxoneSession};
      const run = session?.commands[name] as ((...args: readonly unknown[]) => Promise<void>) | undefined;
      void run?.(...rest).catch(() => undefined);
    },
    command,
    args,
  );
}
