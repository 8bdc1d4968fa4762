import {aTimeout} from '@open-wc/testing';
import type {SessionConfig} from '../../src/session/session.js';
import type {HubMessage} from '../../src/worker/hub-api.js';
import type {ControlRequest, HubState, Script} from './scripted-hub-worker.js';

const WORKER_URL = new URL('./scripted-hub-worker.ts', import.meta.url).href;

/** What a test does with its hub. */
export interface ScriptedHub {
  readonly agentId: string;
  /** Settings of a session that joins this hub. */
  readonly config: SessionConfig;
  /** How a call is answered from now on. */
  script(name: string, script: Script): Promise<void>;
  state(): Promise<HubState>;
  /** Names of the calls so far, with what they carried. */
  calls(name: string): Promise<readonly (readonly unknown[])[]>;
  post(message: HubMessage, epoch?: number): Promise<void>;
  /** Ends the worker as a crash does: without a word. */
  die(): Promise<void>;
  close(): void;
}

/** A hub for one test, started by the first session that uses its `config`. A real SharedWorker under a fresh name. */
export function scriptedHub(overrides: Partial<SessionConfig> = {}): ScriptedHub {
  const agentId = `agent-${crypto.randomUUID()}`;
  const channel = new BroadcastChannel(`scripted-hub:${agentId}`);
  const ask = async (request: ControlRequest, tries = 40): Promise<unknown> => {
    // A worker that is still starting hears nothing: ask again.
    for (let i = 0; i < tries; i++) {
      const id = crypto.randomUUID();
      const answer = new Promise<{result: unknown}>((resolve) => {
        const listen = ({data}: MessageEvent<{reply?: string; result: unknown}>): void => {
          if (data.reply !== id) return;
          channel.removeEventListener('message', listen);
          resolve({result: data.result});
        };
        channel.addEventListener('message', listen);
      });
      channel.postMessage({...request, id});
      const settled = await Promise.race([answer, aTimeout(250)]);
      if (settled) return settled.result;
    }
    throw new Error(`the scripted hub did not answer ${request.op}`);
  };
  const state = async (): Promise<HubState> => (await ask({op: 'state'})) as HubState;
  return {
    agentId,
    config: {
      agentId,
      apiBase: location.origin,
      tokenUrl: `${location.origin}/token`,
      workerUrl: WORKER_URL,
      settings: {hubJoinTimeoutMs: 3_000, titleFlash: false},
      ...overrides,
    },
    state,
    async script(name, script) {
      await ask({op: 'script', name, script});
    },
    async calls(name) {
      return (await state()).calls.filter((call) => call.name === name).map(({args}) => args);
    },
    async post(message, epoch) {
      await ask({op: 'post', message, epoch});
    },
    async die() {
      await ask({op: 'die'});
    },
    close() {
      channel.postMessage({op: 'die', id: ''});
      channel.close();
    },
  };
}
