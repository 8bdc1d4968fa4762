import type {Page} from 'puppeteer-core';
import {HINDRANCES} from '../e2e/support/hindrances.js';
import {FAST} from './fast.js';
import {addSession, ask, snapshotOf} from '../e2e/support/plain-page.js';
import {AGENT, startWorld, until, type World} from '../e2e/support/world.js';
import type {LogEntry} from '../../src/domain/snapshot.js';
import type {CxoneSession} from '../../src/session/session.js';
import type {Step} from './script.js';

/** The hub's mode under test: with a SharedWorker, or elected among the pages, in a worker or in a page itself. */
export type Mode = 'shared' | 'elected' | 'page';

const TABS_AT_MOST = 4;
const CALLS_AT_MOST = 3;
/** After the last fault, in ms. Source: issue "A connection that never lies", 6 s. */
const SETTLED_WITHIN_MS = 6_000;

/** What the simulator says is true. */
interface Truth {
  readonly agents: readonly {readonly id: string; readonly statusKey: string}[];
  readonly sessions: readonly {
    readonly interactionId: string;
    readonly agentId: string;
    readonly state: string;
    readonly muted: boolean;
  }[];
}

interface Effect {
  readonly interactionId: string;
  readonly action: string;
  readonly idempotencyKey: string;
}

/** What was broken, in words. */
export class Broken extends Error {}

const upperFirst = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const EFFECT_OF: Readonly<Record<string, string>> = {dtmf: 'SendDtmf'};

/** One agent's tabs against one simulator, and what they may have done so far. */
export class Stage {
  readonly #world: World;
  readonly #mode: Mode;
  #tabs: Page[] = [];
  /** How often each command was asked for: it may be carried out no oftener. */
  #asked = new Map<string, number>();
  /** How often each interaction's record was opened, in any tab. */
  #opened = new Map<string, number>();
  /** Interactions that rang while all was well: their pop may not be lost. */
  #mustPop = new Set<string>();
  #calm = false;
  #faults: string[] = [];

  private constructor(world: World, mode: Mode) {
    this.#world = world;
    this.#mode = mode;
  }

  static async open(mode: Mode): Promise<Stage> {
    return new Stage(await startWorld(), mode);
  }

  close(): Promise<void> {
    return this.#world.close();
  }

  /** The hub's diagnostics log, for whoever reads a failure. */
  async log(): Promise<readonly LogEntry[]> {
    const tab = this.#tabs[0];
    if (!tab) return [];
    return tab.evaluate(() => {
      const {session} = document.querySelector('cxone-session') as unknown as {session?: CxoneSession};
      return session?.log() ?? [];
    });
  }

  /** Back to one fresh tab and an untouched platform. */
  async reset(): Promise<void> {
    await Promise.all(this.#tabs.map((tab) => tab.close()));
    this.#tabs = [];
    await until('the former hub is gone', async () => (await this.#streams()) === 0);
    await this.#world.sim.post('/_sim/reset');
    this.#asked = new Map();
    this.#opened = new Map();
    this.#mustPop = new Set();
    this.#faults = [];
    this.#calm = false;
    await this.#openTab();
    await this.#settle();
  }

  /** @throws {Broken} where an invariant no longer holds. */
  async take(step: Step): Promise<void> {
    await this.#do(step);
    await this.#checkSafety();
  }

  async #do(step: Step): Promise<void> {
    const {sim} = this.#world;
    switch (step.do) {
      case 'openTab':
        if (this.#tabs.length < TABS_AT_MOST) await this.#openTab();
        return;
      case 'closeTab': {
        if (this.#tabs.length < 2) return;
        const [tab] = this.#tabs.splice(step.tab % this.#tabs.length, 1);
        this.#shake();
        return tab!.close();
      }
      case 'reloadTab':
        this.#shake();
        await this.#tab(step.tab).reload();
        return this.#fill(this.#tab(step.tab));
      case 'useTab':
        return this.#tab(step.tab).bringToFront();
      case 'press': {
        const id = await this.#interaction(step.item);
        if (!id) return;
        this.#ask(id, step.action);
        return press(this.#tab(step.tab), id, step.action);
      }
      case 'pressInAll': {
        const id = await this.#interaction(step.item);
        if (!id) return;
        // Tones add up; anything else asked for twice at once is meant once.
        const asks = step.action === 'dtmf' ? this.#tabs.length : 1;
        for (let i = 0; i < asks; i++) this.#ask(id, step.action);
        await Promise.all(this.#tabs.map((tab) => press(tab, id, step.action)));
        return;
      }
      case 'choose':
        return ask(this.#tab(step.tab), 'setStatus', {state: step.state});
      case 'takeBack':
        return ask(this.#tab(step.tab), 'cancelPendingStatus');
      case 'completeAcw':
        return this.#tab(step.tab).evaluate(() => {
          const button = document
            .querySelector('cxone-acw-timer')
            ?.shadowRoot?.querySelector<HTMLElement>('[data-action="complete"]');
          button?.click();
        });
      case 'ring': {
        if ((await this.#truth()).sessions.length >= CALLS_AT_MOST) return;
        const {mediaType, acwSeconds} = step;
        const screenPop = step.pop ? {crm_account_id: 'ACC-44921'} : undefined;
        const {interactionId} = await sim.ring({mediaType, acwSeconds, ...(screenPop && {screenPop})});
        if (step.pop && this.#calm) this.#mustPop.add(interactionId);
        return;
      }
      case 'customerLeaves': {
        const withCustomer = (await this.#truth()).sessions.filter(({state}) => state !== 'acw');
        const one = withCustomer[step.item % (withCustomer.length || 1)];
        // It may have ended while we looked.
        if (one) await sim.end(one.interactionId).catch(() => undefined);
        return;
      }
      case 'fault':
        this.#shake();
        return sim.post('/_sim/faults', step.fault);
      case 'killHub':
        return this.#killHub();
      case 'settle':
        return this.#settle();
    }
  }

  /** From now on a pop may be lost on its way: its event was pushed once, to somebody who may be gone. */
  #shake(): void {
    this.#calm = false;
    for (const id of this.#mustPop) if (!this.#opened.has(id)) this.#mustPop.delete(id);
  }

  #tab(pick: number): Page {
    return this.#tabs[pick % this.#tabs.length]!;
  }

  #ask(id: string, action: string): void {
    const key = `${id} ${EFFECT_OF[action] ?? upperFirst(action)}`;
    this.#asked.set(key, (this.#asked.get(key) ?? 0) + 1);
  }

  async #interaction(pick: number): Promise<string | undefined> {
    const {sessions} = await this.#truth();
    return sessions.length === 0 ? undefined : sessions[pick % sessions.length]!.interactionId;
  }

  async #openTab(): Promise<void> {
    const page = await this.#world.browser.newPage({type: 'window'});
    page.on('pageerror', (error) => this.#faults.push(String(error)));
    await page.exposeFunction('recordOpened', (id: string) => {
      this.#opened.set(id, (this.#opened.get(id) ?? 0) + 1);
    });
    if (this.#mode !== 'shared') {
      await page.evaluateOnNewDocument(
        HINDRANCES[this.#mode === 'elected' ? 'has no SharedWorker' : 'has no worker at all'],
      );
    }
    await page.goto(`${this.#world.sim.url}/test/blank.html`);
    this.#tabs.push(page);
    await this.#fill(page);
  }

  async #fill(page: Page): Promise<void> {
    await page.evaluate(() => {
      document.addEventListener('cxone-screen-pop', (event) => {
        event.preventDefault();
        const {interactionId} = event as unknown as {interactionId: string};
        (window as unknown as {recordOpened(id: string): void}).recordOpened(interactionId);
      });
    });
    await addSession(page, FAST);
  }

  /** The browser ends the worker, as it does to save memory; in elected mode the leading page goes. */
  async #killHub(): Promise<void> {
    this.#shake();
    if (this.#mode !== 'shared') {
      if (this.#tabs.length > 1) await this.#tabs.shift()!.close();
      return;
    }
    const devtools = await this.#world.browser.target().createCDPSession();
    const {targetInfos} = await devtools.send('Target.getTargets');
    const worker = targetInfos.find(({type}) => type === 'shared_worker');
    if (worker) await devtools.send('Target.closeTarget', {targetId: worker.targetId});
    await devtools.detach();
  }

  #truth(): Promise<Truth> {
    return this.#world.sim.get<Truth>('/_sim/state');
  }

  async #streams(): Promise<number> {
    return (await this.#world.sim.get<{open: number}>('/_sim/streams')).open;
  }

  /** What must hold at any moment, whatever is broken. */
  async #checkSafety(): Promise<void> {
    if (this.#faults.length > 0) throw new Broken(`an exception in a page: ${this.#faults[0]}`);
    const effects = await this.#world.sim.get<readonly Effect[]>('/_sim/effects');
    const keys = new Set(effects.map(({idempotencyKey}) => idempotencyKey));
    if (keys.size !== effects.length) throw new Broken('a command was carried out twice under one key');
    const counts = new Map<string, number>();
    for (const {interactionId, action} of effects) {
      const what = `${interactionId} ${action}`;
      counts.set(what, (counts.get(what) ?? 0) + 1);
    }
    for (const [what, done] of counts) {
      const asked = this.#asked.get(what) ?? 0;
      if (done > asked) throw new Broken(`${what} was asked for ${asked} times and carried out ${done}`);
    }
    for (const [id, times] of this.#opened)
      if (times > 1) throw new Broken(`the record of ${id} opened ${times} times`);
  }

  /** The faults end: within the time allowed every tab must show what is true. */
  async #settle(): Promise<void> {
    await this.#world.sim.clearFaults();
    const giveUpAt = Date.now() + SETTLED_WITHIN_MS;
    for (let wrong = await this.#difference(); wrong !== ''; wrong = await this.#difference()) {
      if (Date.now() > giveUpAt) throw new Broken(`not settled within ${SETTLED_WITHIN_MS} ms: ${wrong}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.#calm = true;
  }

  /** The first thing that is not as it must be when all is well; '' = none. */
  async #difference(): Promise<string> {
    const open = await this.#streams();
    if (open !== 1) return `${open} streams`;
    const truth = await this.#truth();
    const presence = truth.agents.find(({id}) => id === AGENT)!.statusKey;
    const told = truth.sessions.filter(({agentId}) => agentId === AGENT);
    const expected = told.map(({interactionId, state, muted}) => `${interactionId} ${state}${muted ? ' muted' : ''}`);
    for (const [n, tab] of this.#tabs.entries()) {
      const shown = await snapshotOf(tab);
      if (!shown) return `tab ${n} has no session`;
      const {mode, problem} = shown.connection;
      // As a person would, who reads that the sign-in failed.
      if (mode === 'error') await ask(tab, 'reconnect');
      if (mode !== 'live') return `tab ${n} is ${mode} (${problem?.code ?? ''})`;
      if (shown.agent.presence?.state !== presence)
        return `tab ${n} shows ${shown.agent.presence?.state}, not ${presence}`;
      const waiting = shown.interactions.items.find(({waitingFor, unknownOutcome}) => waitingFor ?? unknownOutcome);
      if (waiting) return `tab ${n} waits for ${waiting.waitingFor ?? waiting.unknownOutcome}`;
      const items = shown.interactions.items.map((i) => `${i.interactionId} ${i.state}${i.muted ? ' muted' : ''}`);
      if (items.sort().join() !== expected.sort().join()) {
        return `tab ${n} shows [${items.join()}], not [${expected.join()}]`;
      }
    }
    const isLeftBusy = presence === 'busy' && told.length === 0;
    const {warnings} = (await snapshotOf(this.#tabs[0]!))!.connection;
    if (isLeftBusy && !warnings.some(({code}) => code === 'busyLeft')) return 'busy without a contact, and not a word';
    for (const id of this.#mustPop) if (!this.#opened.has(id)) return `the record of ${id} did not open`;
    return '';
  }
}

/** Presses as a person does: what is not allowed or waits cannot be pressed. Keypad tones come from its panel. */
function press(page: Page, id: string, action: string): Promise<void> {
  return page.evaluate(
    (interactionId, name) => {
      const {session} = document.querySelector('cxone-session') as unknown as {session?: CxoneSession};
      const root = document.querySelector('cxone-call-controls')?.shadowRoot;
      const button = root?.querySelector<HTMLElement>(
        `[data-interaction-id="${interactionId}"] [data-action="${name}"]`,
      );
      if (!session || !button || button.getAttribute('aria-disabled') === 'true') return;
      if (name === 'dtmf') void session.commands.sendDtmf(interactionId, '5').catch(() => undefined);
      else button.click();
    },
    id,
    action,
  );
}
