import {releaseProxy, wrap, type Endpoint, type Remote} from 'comlink';
import {CxoneError, toCxoneError} from '../../domain/errors.js';
import {installErrorTransfer} from '../../domain/wire-errors.js';
import {reported} from '../reported.js';
import {isHubEnvelope, type HubApi, type HubEnvelope, type HubMessage} from '../../worker/hub-api.js';

type AnyCall = (...args: readonly unknown[]) => Promise<unknown>;

/** This page's end of the wire to one hub, from joining to leaving. */
export class HubLink {
  readonly #endpoint: Endpoint;
  readonly #remote: Remote<HubApi>;
  readonly #onMessage: (message: HubMessage) => void;
  #timeoutMs: number;
  readonly #pending = new Set<(error: CxoneError) => void>();
  /** Messages that overtook the answer to `join`, which names the epoch. */
  #early: HubEnvelope[] = [];
  #epoch: number | undefined;
  #closed = false;

  /** @param timeoutMs How long a call may take until the hub has said how long its own may. */
  constructor(endpoint: Endpoint, onMessage: (message: HubMessage) => void, timeoutMs: number) {
    installErrorTransfer();
    this.#endpoint = endpoint;
    this.#onMessage = onMessage;
    this.#timeoutMs = timeoutMs;
    endpoint.addEventListener('message', this.#receive);
    this.#remote = wrap<HubApi>(endpoint);
    endpoint.start?.();
  }

  /** From now on only messages of this epoch count: one from a hub that was replaced is ignored. */
  accept(epoch: number, callLimitMs = this.#timeoutMs): void {
    this.#epoch = epoch;
    this.#timeoutMs = callLimitMs;
    const early = this.#early;
    this.#early = [];
    for (const envelope of early) this.#take(envelope);
  }

  /**
   * Asks the hub.
   * @throws {CxoneError} the hub's own code; `HUB_UNREACHABLE` without an answer in time, or when the hub is lost.
   */
  call<Name extends keyof HubApi>(
    name: Name,
    args: Parameters<HubApi[Name]>,
  ): Promise<Awaited<ReturnType<HubApi[Name]>>> {
    const timeoutMs = this.#timeoutMs;
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new CxoneError('HUB_UNREACHABLE', `${name}: the hub is gone`));
      const settle = (): void => {
        clearTimeout(timer);
        this.#pending.delete(fail);
      };
      const fail = (error: unknown): void => {
        settle();
        reject(toCxoneError(error, name));
      };
      const timer = setTimeout(
        () => fail(new CxoneError('HUB_UNREACHABLE', `${name}: no answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      this.#pending.add(fail);
      (this.#remote[name] as unknown as AnyCall)(...args).then((answer) => {
        settle();
        resolve(answer as Awaited<ReturnType<HubApi[Name]>>);
      }, fail);
    });
  }

  /** Ends the link; calls under way fail, since nobody will learn their outcome here. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#endpoint.removeEventListener('message', this.#receive);
    this.#remote[releaseProxy]();
    for (const fail of [...this.#pending])
      fail(new CxoneError('HUB_UNREACHABLE', 'the hub was lost before it answered'));
  }

  readonly #receive = (event: Event): void => {
    const {data} = event as MessageEvent<unknown>;
    if (isHubEnvelope(data)) this.#take(data);
  };

  #take(envelope: HubEnvelope): void {
    if (this.#closed) return;
    if (this.#epoch === undefined) this.#early.push(envelope);
    else if (envelope.epoch === this.#epoch) reported(envelope.cxone.kind, () => this.#onMessage(envelope.cxone));
  }
}
