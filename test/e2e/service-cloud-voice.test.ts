import assert from 'node:assert/strict';
import {afterEach, beforeEach, describe, it} from 'node:test';
import type {Frame, Page} from 'puppeteer-core';
import type {ScvEvent, ScvHost} from '../../demo/hosts/scv-host.js';
import {newWorld} from './support/new-world.js';
import {until, type World} from './support/world.js';

const LIMIT = {timeout: 90_000};
const CALLER = '+12185550142';
const AGENT_LEAVES = {call: {callAttributes: {participantType: 'Agent'}}};

type InPage = Window & {fakeHost: ScvHost};

let world: World;
let page: Page;

/** The bare org, with the built widgets in its frame and the real library between them. */
beforeEach(async () => {
  world = await newWorld();
  const phone = `http://widgets.localhost:${world.port}/demo/hosts/scv-phone.html`;
  page = await world.open(`/demo/hosts/scv.html?phone=${encodeURIComponent(phone)}`);
  await until(
    'the connector is ready',
    () => page.evaluate(() => (window as unknown as InPage).fakeHost.ready),
    30_000,
  );
});
afterEach(() => world.close());

const send = (type: string, data: Readonly<Record<string, unknown>> = {}): Promise<void> =>
  page.evaluate((t, d) => (window as unknown as InPage).fakeHost.send(t, d), type, data);
const events = (): Promise<ScvEvent[]> =>
  page.evaluate(() => JSON.parse(JSON.stringify((window as unknown as InPage).fakeHost.events)) as ScvEvent[]);
const told = async (): Promise<string[]> =>
  (await events()).map(({type}) => type).filter((t) => t !== 'CONNECTOR_READY');
/** The agent's status follows a call's end when it does. */
const toldOfCalls = async (): Promise<string[]> => (await told()).filter((type) => type !== 'SET_AGENT_STATUS');
const state = (id: string): Promise<string | null> =>
  page.evaluate((callId) => (window as unknown as InPage).fakeHost.stateOf(callId) ?? null, id);
const parties = (id: string): Promise<readonly {callId?: string; state: string}[]> =>
  page.evaluate((callId) => [...((window as unknown as InPage).fakeHost.calls.get(callId)?.parties ?? [])], id);
const shows = (id: string, wanted: string | null): Promise<boolean> =>
  until(`${id} is ${String(wanted)}`, async () => (await state(id)) === wanted);

/** The widgets' own frame. */
const widgets = (): Frame => page.frames().find((frame) => new URL(frame.url()).pathname.endsWith('scv-phone.html'))!;
/** Whether no command of the call is under way. */
const idle = (id: string): Promise<boolean> =>
  widgets().evaluate((interactionId) => {
    const items = document.querySelector('cxone-session')?.session?.snapshot.interactions.get().items ?? [];
    return items.some((view) => view.interactionId === interactionId && !view.waitingFor);
  }, id);
/** What the platform was asked to do, in order. */
const commands = async (): Promise<(string | undefined)[]> =>
  (await world.sim.get<{body?: {action?: string}}[]>('/_sim/log')).flatMap(({body}) => body?.action ?? []);

async function talking(acwSeconds = 0): Promise<string> {
  const {interactionId} = await world.sim.ring({from: CALLER, acwSeconds});
  await shows(interactionId, 'ringing');
  await send('ACCEPT_CALL', {call: {callId: interactionId, callType: 'Inbound'}});
  await shows(interactionId, 'talking');
  return interactionId;
}

describe('Service Cloud Voice', () => {
  it('pops the caller’s record in the org, and the call’s life is told once', LIMIT, async () => {
    const id = await talking();
    const popped = await page.evaluate(() => {
      const {navigations, records} = (window as unknown as InPage).fakeHost;
      return navigations.map((one) =>
        records.find((record) => record.id === one.id)?.fields['Phone']?.replaceAll(' ', ''),
      );
    });
    assert.deepEqual(popped, [CALLER]);
    await send('MUTE');
    await until('it is muted', async () => (await told()).includes('MUTE_TOGGLE'));
    await send('UNMUTE');
    await until('it is not', async () => (await told()).filter((type) => type === 'MUTE_TOGGLE').length === 2);
    await send('SEND_DIGITS', {digits: '12#'});
    // The platform takes one command of a call at a time.
    await until('the tones are sent', async () => (await commands()).at(-1) === 'SendDtmf');
    await until('the widgets are free again', () => idle(id));
    await send('HOLD', {call: {callId: id}});
    await shows(id, 'hold');
    await send('RESUME', {call: {callId: id}});
    await shows(id, 'talking');
    await world.sim.end(id);
    await shows(id, null);
    await until('the end is told', async () => (await told()).includes('HANGUP'));
    assert.deepEqual(await toldOfCalls(), [
      'CALL_STARTED',
      'CALL_CONNECTED',
      'MUTE_TOGGLE',
      'MUTE_TOGGLE',
      'HOLD_TOGGLE',
      'HOLD_TOGGLE',
      'HANGUP',
    ]);
  });

  it('consults, joins and leaves', LIMIT, async () => {
    const id = await talking();
    await send('ADD_PARTICIPANT', {contact: {phoneNumber: '+15550002'}, call: {callId: id}});
    await until('the party is there', async () => (await parties(id))[0]?.state === 'transferred');
    await shows(id, 'hold');
    await send('CONFERENCE', {calls: []});
    await shows(id, 'talking');
    assert.equal((await parties(id)).length, 1);
    await send('END_CALL', AGENT_LEAVES);
    await shows(id, null);
    await until('the end is told', async () => (await told()).includes('HANGUP'));
    assert.deepEqual(await toldOfCalls(), [
      'CALL_STARTED',
      'CALL_CONNECTED',
      'PARTICIPANT_ADDED',
      'PARTICIPANT_CONNECTED',
      'HOLD_TOGGLE',
      'HOLD_TOGGLE',
      'HANGUP',
    ]);
  });

  it('sends the consulted party away, and hands over to the next one', LIMIT, async () => {
    const id = await talking();
    await send('ADD_PARTICIPANT', {contact: {phoneNumber: '+15550002'}, call: {callId: id}});
    await until('the party is there', async () => (await parties(id))[0]?.state === 'transferred');
    await send('END_CALL', {call: (await parties(id))[0]});
    await shows(id, 'talking');
    assert.deepEqual(await parties(id), []);
    await send('ADD_PARTICIPANT', {contact: {phoneNumber: '+15550003'}, call: {callId: id}});
    await shows(id, 'hold');
    await send('END_CALL', AGENT_LEAVES);
    await shows(id, null);
    assert.deepEqual(await commands(), ['Answer', 'Transfer', 'CancelTransfer', 'Transfer', 'CompleteTransfer']);
  });

  it('hands a call over unseen, and refuses a number that the platform does not take', LIMIT, async () => {
    const id = await talking();
    await send('ADD_PARTICIPANT', {contact: {phoneNumber: '+15550002'}, call: {callId: id}, isBlindTransfer: true});
    await shows(id, null);
    await send('DIAL', {contact: {phoneNumber: 'x'.repeat(500)}});
    await until('it is refused', async () => (await told()).includes('ERROR'));
  });

  it('dials, and wraps up where Salesforce says so', LIMIT, async () => {
    await send('DIAL', {contact: {phoneNumber: '+15550009'}});
    await until('the call is told', async () => (await told()).includes('CALL_STARTED'));
    const {payload} = (await events()).find(({type}) => type === 'CALL_STARTED')!;
    const {callId} = payload as {callId: string};
    await shows(callId, 'talking');
    await send('END_CALL', {call: {callId}});
    await shows(callId, null);

    const id = await talking(60);
    await send('END_CALL', {call: {callId: id}});
    const isTold = async (wanted: string): Promise<boolean> =>
      (await events()).some(({type, payload}) => type === wanted && (payload as {callId?: string}).callId === id);
    await until('after-call work has begun', () => isTold('AFTER_CALL_WORK_STARTED'));
    await until('it is over', async () => {
      if (await isTold('WRAP_UP_ENDED')) return true;
      // Refused until the platform has told of the work itself, which is a moment later than the call's end.
      await send('WRAP_UP_CALL', {call: {callId: id}});
      return false;
    });
  });

  it('follows the status both ways', LIMIT, async () => {
    await send('SET_AGENT_STATUS', {agentStatus: 'Online', statusInfo: {statusId: '0N5Hs000000DEMOL'}});
    await until('it is granted', async () => (await told()).includes('SET_AGENT_STATUS_RESULT'));
    const presence = (): Promise<string | undefined> =>
      widgets().evaluate(() => document.querySelector('cxone-session')?.session?.snapshot.agent.get().presence?.state);
    await until('the widgets show it', async () => (await presence()) === 'lunch');
    await widgets().evaluate(() =>
      document.querySelector('cxone-session')?.session?.commands.setStatus({state: 'available'}),
    );
    await until('the org shows the other', () =>
      page.evaluate(() => (window as unknown as InPage).fakeHost.statusId === '0N5Hs000000DEMOA'),
    );
  });
});
