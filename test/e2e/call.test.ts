import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it} from 'node:test';
import type {Page} from 'puppeteer-core';
import {newWorld} from './support/new-world.js';
import {
  attribute,
  FULL_MODES,
  press,
  requests,
  MODES,
  until,
  waitForAttribute,
  type Mode,
  type World,
} from './support/world.js';

const CONTROLS = 'cxone-call-controls';
const action = (name: string): string => `[data-action="${name}"]`;

for (const mode of Object.keys(MODES) as Mode[]) {
  describe(`an agent’s call in a CRM page (${mode})`, () => {
    let world: World;
    let page: Page;

    beforeEach(async () => {
      world = await newWorld({mode});
      page = await world.openAvailable('/demo/generic.html');
    });
    afterEach(() => world.close());

    /** The button's state for assistive technology, and its reason in words. */
    const button = (name: string): Promise<{disabled: string | null; reason: string; focusable: boolean}> =>
      page.evaluate((hook) => {
        const root = document.querySelector('cxone-call-controls')!.shadowRoot!;
        const found = root.querySelector<HTMLElement>(hook)!;
        const ids = (found.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean);
        const reason = ids.map((id) => root.getElementById(id)?.textContent?.trim() ?? '').join(' ');
        found.focus();
        return {disabled: found.getAttribute('aria-disabled'), reason, focusable: root.activeElement === found};
      }, action(name));

    it('answers, holds, resumes, mutes, unmutes and hangs up, each once at the platform', async () => {
      const {interactionId} = await world.sim.ring({acwSeconds: 0});
      const effects = async (): Promise<string[]> =>
        (await world.sim.get<{interactionId: string; action: string}[]>('/_sim/effects'))
          .filter((effect) => effect.interactionId === interactionId)
          .map((effect) => effect.action);
      const steps: [press: string, state: string][] = [
        ['answer', 'talking'],
        ['hold', 'hold'],
        ['resume', 'talking'],
      ];
      await waitForAttribute(page, CONTROLS, 'state', 'ringing');
      for (const [name, state] of steps) {
        await press(page, CONTROLS, action(name));
        await waitForAttribute(page, CONTROLS, 'state', state);
      }
      await press(page, CONTROLS, action('mute'));
      await until('unmute is possible', async () => (await button('unmute')).disabled !== 'true');
      await press(page, CONTROLS, action('unmute'));
      await until('mute is possible', async () => (await button('mute')).disabled !== 'true');
      await press(page, CONTROLS, action('release'));
      await waitForAttribute(page, CONTROLS, 'state', 'idle');
      assert.deepEqual(await effects(), ['Answer', 'Hold', 'Resume', 'Mute', 'Unmute', 'Release']);
      const keys = (await requests(world.sim, '/control')).map(({headers}) => headers['idempotency-key']);
      assert.equal(new Set(keys).size, 6);
      for (const key of keys) assert.match(key ?? '', /^[0-9a-f]{64}$/);
    });

    if (!FULL_MODES.has(mode)) return;

    it('rings, shows who calls, opens the record once, and allows just what is possible', async () => {
      const {interactionId} = await world.sim.ring({
        from: '+15550100',
        screenPop: {crm_account_id: 'ACC-44921', customer_email: 'john.doe@example.com', priority: 'High'},
      });
      await waitForAttribute(page, 'cxone-status-picker', 'state', 'ringing');
      await waitForAttribute(page, CONTROLS, 'state', 'ringing');
      await until(
        'the record is open',
        async () => (await attribute(page, '[data-record-id]', 'data-record-id')) === 'ACC-44921',
      );
      assert.equal(await attribute(page, '[data-record-id]', 'data-navigations'), '1');
      const group = await page.evaluate(
        (id) =>
          document.querySelector('cxone-call-controls')!.shadowRoot!.querySelector(`[data-interaction-id="${id}"]`)!
            .textContent,
        interactionId,
      );
      assert.match(group ?? '', /\+1 ?\(?555\)? ?0100|\+15550100/);
      // Not before it can have been seen.
      await until('it can be answered', async () => (await button('answer')).disabled !== 'true');
      for (const name of ['answer', 'reject']) assert.notEqual((await button(name)).disabled, 'true', name);
      for (const name of ['hold', 'resume', 'mute', 'unmute', 'transfer', 'conference', 'dtmf']) {
        const {disabled, reason, focusable} = await button(name);
        assert.equal(disabled, 'true', name);
        assert.ok(reason.length > 3, `${name} says why`);
        assert.ok(focusable, `${name} can be focused`);
      }
      await until('the panel says it was opened', async () =>
        page.evaluate((id) => {
          const item = document
            .querySelector('cxone-screen-pop')!
            .shadowRoot!.querySelector(`[data-interaction-id="${id}"]`);
          return item?.getAttribute('data-outcome') === 'opened';
        }, interactionId),
      );
    });

    it('shows that a button waits until the platform has confirmed', async () => {
      await world.sim.ring();
      await waitForAttribute(page, CONTROLS, 'state', 'ringing');
      await world.sim.post('/_sim/faults', {kind: 'delay', path: '/control', ms: 700, times: 1});
      await press(page, CONTROLS, action('answer'));
      await until('answer waits', async () => (await button('answer')).disabled === 'true');
      assert.equal(await attribute(page, CONTROLS, 'state'), 'ringing');
      await waitForAttribute(page, CONTROLS, 'state', 'talking');
    });

    it('refuses a wrong transition from a script with a typed error and sends nothing', async () => {
      const {interactionId} = await world.sim.ring();
      await waitForAttribute(page, CONTROLS, 'state', 'ringing');
      const code = await page.evaluate(async (id) => {
        const {session} = document.querySelector('cxone-session') as unknown as {
          session: {commands: {hold(id: string): Promise<void>}};
        };
        return session.commands.hold(id).then(
          () => 'resolved',
          (error: {code: string}) => error.code,
        );
      }, interactionId);
      assert.equal(code, 'NOT_ALLOWED');
      assert.equal((await requests(world.sim, '/control')).length, 0);
    });

    it('transfers with a consult that is cancelled, then blind', async () => {
      const {interactionId} = await world.sim.ring({acwSeconds: 0});
      await waitForAttribute(page, CONTROLS, 'state', 'ringing');
      await press(page, CONTROLS, action('answer'));
      await waitForAttribute(page, CONTROLS, 'state', 'talking');
      const run = (name: string, ...args: unknown[]): Promise<void> =>
        page.evaluate(
          async (method, id, rest) => {
            const {session} = document.querySelector('cxone-session') as unknown as {
              session: {commands: Record<string, (...args: unknown[]) => Promise<void>>};
            };
            await session.commands[method]!(id, ...rest);
          },
          name,
          interactionId,
          args,
        );
      await run('transfer', {target: '+15550111', type: 'consult'});
      await waitForAttribute(page, CONTROLS, 'state', 'hold');
      await run('cancelTransfer');
      await waitForAttribute(page, CONTROLS, 'state', 'talking');
      await run('sendDtmf', '12#');
      await run('transfer', {target: '+15550111', type: 'blind'});
      await waitForAttribute(page, CONTROLS, 'state', 'idle');
      const actions = (await world.sim.get<{action: string}[]>('/_sim/effects')).map((effect) => effect.action);
      assert.deepEqual(actions, ['Answer', 'Transfer', 'CancelTransfer', 'SendDtmf', 'Transfer']);
    });

    it('sends tones, consults, completes and adds somebody, all from the panels of the widget', async () => {
      const effects = async (): Promise<string[]> =>
        (await world.sim.get<{action: string}[]>('/_sim/effects')).map((effect) => effect.action);
      const open = async (name: string): Promise<void> => {
        await press(page, CONTROLS, action(name));
        // A panel takes the focus: from here on the keyboard is enough.
        await until('the field has the focus', () =>
          page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.localName === 'input'),
        );
      };
      const talk = async (): Promise<void> => {
        await waitForAttribute(page, CONTROLS, 'state', 'ringing');
        // A contact that has just ended keeps its place while the focus is in the widget.
        await press(page, CONTROLS, `[data-state="ringing"] ${action('answer')}`);
        await waitForAttribute(page, CONTROLS, 'state', 'talking');
      };
      await world.sim.ring({acwSeconds: 0});
      await talk();
      await open('dtmf');
      await page.keyboard.type('1#');
      await until('two tones are sent', async () => (await effects()).length === 3);
      await page.keyboard.press('Escape');
      await open('conference');
      await page.keyboard.type('+15550111');
      await page.keyboard.press('Enter');
      await until('a third party is in', async () => (await effects()).at(-1) === 'Conference');
      await press(page, CONTROLS, action('release'));
      await waitForAttribute(page, CONTROLS, 'state', 'idle');

      await world.sim.ring({acwSeconds: 0});
      await talk();
      await open('transfer');
      await page.keyboard.type('+15550112');
      await page.keyboard.press('Enter');
      await waitForAttribute(page, CONTROLS, 'state', 'hold');
      await press(page, CONTROLS, action('complete-transfer'));
      await waitForAttribute(page, CONTROLS, 'state', 'idle');
      assert.deepEqual(await effects(), [
        ...['Answer', 'SendDtmf', 'SendDtmf', 'Conference', 'Release'],
        ...['Answer', 'Transfer', 'CompleteTransfer'],
      ]);
    });

    it('counts after-call work down by the server’s clock, extends and completes it, then is what it was', async () => {
      await world.sim.ring({acwSeconds: 20});
      await waitForAttribute(page, CONTROLS, 'state', 'ringing');
      await press(page, CONTROLS, action('answer'));
      await waitForAttribute(page, CONTROLS, 'state', 'talking');
      await press(page, CONTROLS, action('release'));
      await waitForAttribute(page, 'cxone-acw-timer', 'state', 'running');
      await waitForAttribute(page, 'cxone-status-picker', 'state', 'acw');
      const left = Number(await attribute(page, 'cxone-acw-timer', 'remaining'));
      assert.ok(left > 15 && left <= 20, `remaining ${left}`);
      await press(page, 'cxone-acw-timer', action('extend'));
      await until('more time is left', async () => Number(await attribute(page, 'cxone-acw-timer', 'remaining')) > 30);
      await press(page, 'cxone-acw-timer', action('complete'));
      await until('it is over', async () =>
        ['done', 'idle'].includes((await attribute(page, 'cxone-acw-timer', 'state')) ?? ''),
      );
      await waitForAttribute(page, 'cxone-status-picker', 'state', 'available');
      // Nobody waits for it.
      await until('it is published', async () => (await requests(world.sim, '/events/publish')).length > 0);
      assert.equal((await requests(world.sim, '/events/publish')).length, 1);
    });

    it('follows a customer who hangs up', async () => {
      const {interactionId} = await world.sim.ring({acwSeconds: 2});
      await waitForAttribute(page, CONTROLS, 'state', 'ringing');
      await press(page, CONTROLS, action('answer'));
      await waitForAttribute(page, CONTROLS, 'state', 'talking');
      await world.sim.end(interactionId);
      await waitForAttribute(page, CONTROLS, 'state', 'acw');
      await waitForAttribute(page, CONTROLS, 'state', 'idle');
      await waitForAttribute(page, 'cxone-status-picker', 'state', 'available');
    });

    it('shows a call and a chat side by side, each with its own state', async () => {
      const call = await world.sim.ring();
      const chat = await world.sim.ring({mediaType: 'chat'});
      const stateOf = (id: string): Promise<string | null> =>
        page.evaluate(
          (i) =>
            document
              .querySelector('cxone-call-controls')!
              .shadowRoot!.querySelector(`[data-interaction-id="${i}"]`)
              ?.getAttribute('data-state') ?? null,
          id,
        );
      await until(
        'both ring',
        async () =>
          (await stateOf(call.interactionId)) === 'ringing' && (await stateOf(chat.interactionId)) === 'ringing',
      );
      await press(page, CONTROLS, `[data-interaction-id="${chat.interactionId}"] ${action('answer')}`);
      await until('the chat is answered', async () => (await stateOf(chat.interactionId)) === 'talking');
      assert.equal(await stateOf(call.interactionId), 'ringing');
    });
  });
}
