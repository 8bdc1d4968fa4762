/// <reference lib="webworker" />
import {expose} from 'comlink';
import {CxoneError, type ErrorCode} from '../../src/domain/errors.js';
import {EMPTY_SNAPSHOT} from '../../src/domain/snapshot.js';
import {installErrorTransfer} from '../../src/domain/wire-errors.js';
import {HELLO, type HubApi, type HubEnvelope, type HubMessage, type JoinRequest} from '../../src/worker/hub-api.js';

declare const self: SharedWorkerGlobalScope;

/** How a call is answered from now on; `held` waits for the next script. */
export type Script =
  {readonly value: unknown} | {readonly error: ErrorCode; readonly status?: number} | 'silent' | 'held';

export type ControlRequest =
  | {readonly op: 'state'}
  | {readonly op: 'script'; readonly name: string; readonly script: Script}
  | {readonly op: 'post'; readonly message: HubMessage; readonly epoch?: number}
  | {readonly op: 'die'};

export interface HubState {
  readonly instanceId: string;
  readonly calls: readonly {readonly name: string; readonly args: readonly unknown[]}[];
  readonly joins: readonly JoinRequest[];
  /** Pages whose Web Lock became free: they are gone. */
  readonly gone: readonly string[];
}

/** A hub whose platform is a script: real worker, real Comlink, real locks; only what it answers is made up. */
const instanceId = crypto.randomUUID();
const epoch = Date.now();
const calls: {name: string; args: unknown[]}[] = [];
const joins: JoinRequest[] = [];
const gone: string[] = [];
const posts: ((message: HubMessage, epoch: number) => void)[] = [];
const scripts = new Map<string, Script>();
/** Calls that are held. */
const waiting: (() => void)[] = [];

installErrorTransfer();

const held = new Promise<void>((resolve) => {
  void navigator.locks.request(`hub:${instanceId}`, () => {
    resolve();
    return new Promise(() => undefined);
  });
});

async function answer(name: string, args: unknown[]): Promise<unknown> {
  calls.push({name, args});
  let script = scripts.get(name);
  while (script === 'held') {
    await new Promise<void>((resolve) => waiting.push(resolve));
    script = scripts.get(name);
  }
  if (script === 'silent') return new Promise(() => undefined);
  if (script && 'error' in script)
    throw new CxoneError(script.error, `scripted ${script.error}`, {status: script.status});
  if (script) return script.value;
  return undefined;
}

function serve(port: MessagePort): void {
  const post = (message: HubMessage, at: number): void =>
    port.postMessage({cxone: message, epoch: at} satisfies HubEnvelope);
  const api = new Proxy({} as HubApi, {
    get:
      (_, name) =>
      async (...args: unknown[]) => {
        const scripted = await answer(String(name), args);
        if (name !== 'join') return scripted;
        await held;
        const request = args[0] as JoinRequest;
        joins.push(request);
        posts.push(post);
        void navigator.locks.request(`page:${request.pageId}`, () => void gone.push(request.pageId));
        const snapshot = {...EMPTY_SNAPSHOT, connection: {...EMPTY_SNAPSHOT.connection, mode: 'live', version: 1}};
        return {instanceId, epoch, snapshot, callLimitMs: 2_000, ...(scripted as object | undefined)};
      },
  });
  expose(api, port);
}

self.addEventListener('connect', (event) => {
  const port = event.ports[0]!;
  serve(port);
  port.postMessage(HELLO);
});

// The worker's name holds the agent, and each test has an agent of its own.
const control = new BroadcastChannel(`scripted-hub:${self.name.split('|')[3]}`);
control.addEventListener('message', ({data}: MessageEvent<ControlRequest & {id: string}>) => {
  const reply = (result: unknown): void => control.postMessage({reply: data.id, result});
  switch (data.op) {
    case 'state':
      return reply({instanceId, calls, joins, gone} satisfies HubState);
    case 'script':
      scripts.set(data.name, data.script);
      for (const resume of waiting.splice(0)) resume();
      return reply(true);
    case 'post':
      for (const post of posts) post(data.message, data.epoch ?? epoch);
      return reply(true);
    case 'die':
      reply(true);
      return self.close();
  }
});
