import {expect} from '@open-wc/testing';
import {expose} from 'comlink';
import {CxoneError} from '../../src/domain/errors.js';
import {installErrorTransfer} from '../../src/domain/wire-errors.js';
import {HubLink} from '../../src/session/hub/hub-link.js';
import type {HubMessage} from '../../src/worker/hub-api.js';

const LIMIT_MS = 100;

function link(api: object): {link: HubLink; heard: HubMessage[]; hub: MessagePort} {
  installErrorTransfer();
  const {port1, port2} = new MessageChannel();
  expose(api, port2);
  const heard: HubMessage[] = [];
  return {link: new HubLink(port1, (message) => heard.push(message), LIMIT_MS), heard, hub: port2};
}

async function failure(promise: Promise<unknown>): Promise<CxoneError> {
  try {
    await promise;
  } catch (error) {
    expect(error).to.be.instanceOf(CxoneError);
    return error as CxoneError;
  }
  throw new Error('it did not fail');
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('HubLink over a real Comlink endpoint', () => {
  it('carries a call and its answer', async () => {
    const {link: wire} = link({acceptOffer: (page: string, offer: string) => page === 'p' && offer === 'o'});
    expect(await wire.call('acceptOffer', ['p', 'o'])).to.equal(true);
  });

  it('keeps code, status, wait and state of an error', async () => {
    const {link: wire} = link({
      reconnect: () => {
        throw new CxoneError('RATE_LIMITED', 'slow down', {status: 429, retryAfterMs: 7_000, currentState: 'talking'});
      },
    });
    const error = await failure(wire.call('reconnect', []));
    expect(error).to.include({code: 'RATE_LIMITED', status: 429, retryAfterMs: 7_000, currentState: 'talking'});
    expect(error.message).to.equal('slow down');
  });

  it('makes any other error INTERNAL, and its cause is kept', async () => {
    const {link: wire} = link({
      reconnect: () => {
        throw new RangeError('odd');
      },
    });
    const error = await failure(wire.call('reconnect', []));
    expect(error.code).to.equal('INTERNAL');
    expect((error.cause as Error).message).to.equal('odd');
  });

  it('gives up on a silent hub within the limit', async () => {
    const {link: wire} = link({log: () => new Promise(() => undefined)});
    const startedAt = performance.now();
    expect((await failure(wire.call('log', []))).code).to.equal('HUB_UNREACHABLE');
    expect(performance.now() - startedAt).to.be.at.least(LIMIT_MS - 10);
  });

  it('waits as long as the hub says that its calls may take', async () => {
    const {link: wire} = link({log: () => new Promise((resolve) => setTimeout(resolve, LIMIT_MS * 2, []))});
    wire.accept(1, LIMIT_MS * 20);
    expect(await wire.call('log', [])).to.deep.equal([]);
  });

  it('fails the calls under way, and later ones, when it closes', async () => {
    const {link: wire} = link({log: () => new Promise(() => undefined)});
    wire.accept(1, 60_000);
    const pending = failure(wire.call('log', []));
    wire.close();
    expect((await pending).code).to.equal('HUB_UNREACHABLE');
    expect((await failure(wire.call('log', []))).code).to.equal('HUB_UNREACHABLE');
  });

  it('hears messages of its epoch only, and those that overtook the answer', async () => {
    const {link: wire, heard, hub} = link({});
    const post = (offerId: string, epoch: number): void => hub.postMessage({cxone: {kind: 'offer', offerId}, epoch});
    post('early', 2);
    post('of the hub before', 1);
    await turn();
    expect(heard).to.deep.equal([]);
    wire.accept(2);
    post('later', 2);
    post('late', 1);
    hub.postMessage('noise');
    await turn();
    expect(heard.map((message) => message.kind === 'offer' && message.offerId)).to.deep.equal(['early', 'later']);
  });
});
