import {randomUUID} from 'node:crypto';
import type {FaultOrder} from './wire/control.js';
import type {ServerClock} from './model/clock.js';
import type {Tokens} from './tokens.js';

/** A fault that waits for requests or for its time to pass. */
export interface ActiveFault {
  readonly id: string;
  readonly kind: FaultOrder['kind'];
  readonly order: FaultOrder;
  /** Requests it still spoils; absent for faults that last by time or until cleared. */
  remaining?: number;
  /** Epoch ms, true time; absent for faults that last by count or until cleared. */
  readonly until?: number;
}

type RequestFault = Extract<FaultOrder, {kind: 'http-status' | 'lose-response' | 'delay'}>;
type StreamFault = Extract<FaultOrder, {kind: 'drop-stream' | 'refuse-stream' | 'freeze-stream' | 'failover'}>;

/** What is to be done to one request. */
export interface RequestFaults {
  readonly delayMs?: number;
  readonly answer?: Extract<FaultOrder, {kind: 'http-status'}>;
  readonly lose?: 'silent' | 'cut';
}

/** What faults do to streams at once; the streams do it. */
export interface StreamHarm {
  drop(agentId: string | undefined): void;
  /** A freeze is over: connections that were never confirmed are now. */
  thaw(): void;
}

/** Faults that were injected and still hold. Source: architecture.md "The simulator and the demo". */
export class Faults {
  readonly #clock: ServerClock;
  readonly #tokens: Tokens;
  readonly #streams: () => StreamHarm;
  readonly #onChange: () => void;
  readonly #cancels = new Set<() => void>();
  #active: ActiveFault[] = [];

  constructor(clock: ServerClock, tokens: Tokens, streams: () => StreamHarm, onChange: () => void) {
    this.#clock = clock;
    this.#tokens = tokens;
    this.#streams = streams;
    this.#onChange = onChange;
  }

  /** Those that hold now. */
  get active(): readonly ActiveFault[] {
    const now = this.#clock.now();
    this.#active = this.#active.filter(({until, remaining}) => (until === undefined || until > now) && remaining !== 0);
    return this.#active;
  }

  /** Injects a fault. @returns it, or `undefined` where it is done already. */
  inject(order: FaultOrder): ActiveFault | undefined {
    const fault = this.#start(order);
    this.#onChange();
    return fault;
  }

  #start(order: FaultOrder): ActiveFault | undefined {
    switch (order.kind) {
      case 'http-status':
      case 'lose-response':
      case 'delay':
        return this.#add({order, remaining: order.times});
      case 'drop-stream': {
        const fault = this.#forTime(order);
        this.#streams().drop(order.agentId);
        return fault;
      }
      case 'refuse-stream':
      case 'failover':
        return this.#forTime(order);
      case 'freeze-stream':
        return this.#forTime(order, () => this.#streams().thaw());
      case 'expire-tokens':
        this.#tokens.expireAll();
        return undefined;
      case 'token-lifetime':
        this.#tokens.lifetimeSeconds = order.seconds;
        return this.#replace(order);
      case 'clock-skew':
        this.#clock.skewMs = order.ms;
        return this.#replace(order);
    }
  }

  /** Ends them all and puts lifetime and clock right. What has happened stays: expired tokens are expired. */
  clear(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
    const wasFrozen = this.#active.some(({kind}) => kind === 'freeze-stream');
    this.#active = [];
    this.#clock.skewMs = 0;
    this.#tokens.resetLifetime();
    if (wasFrozen) this.#streams().thaw();
    this.#onChange();
  }

  /** What is to be done to a request, counted as done. The oldest fault of each kind comes first. */
  takeForRequest(method: string, path: string): RequestFaults {
    const take = <Kind extends RequestFault['kind']>(kind: Kind): Extract<RequestFault, {kind: Kind}> | undefined => {
      const fault = this.active.find(({order}) => {
        if (order.kind !== kind || !('path' in order) || !path.includes(order.path)) return false;
        return order.kind !== 'http-status' || (order.method ?? method).toUpperCase() === method;
      });
      if (!fault) return undefined;
      fault.remaining = (fault.remaining ?? 1) - 1;
      this.#onChange();
      return fault.order as Extract<RequestFault, {kind: Kind}>;
    };
    const delayMs = take('delay')?.ms;
    const answer = take('http-status');
    // What is refused has done nothing: its answer is not what a lost answer is about.
    const lose = answer ? undefined : take('lose-response')?.how;
    return {delayMs, answer, lose};
  }

  /** The stream fault of a kind that holds for an agent. */
  forStream<Kind extends StreamFault['kind']>(
    kind: Kind,
    agentId: string,
  ): Extract<StreamFault, {kind: Kind}> | undefined {
    const found = this.active.find(
      ({order}) =>
        order.kind === kind && (!('agentId' in order) || order.agentId === undefined || order.agentId === agentId),
    );
    return found?.order as Extract<StreamFault, {kind: Kind}> | undefined;
  }

  #forTime(order: StreamFault, atEnd?: () => void): ActiveFault | undefined {
    if (order.forMs === 0) return undefined;
    const fault = this.#add({order, until: this.#clock.now() + order.forMs});
    const cancel = this.#clock.clock.after(order.forMs, () => {
      this.#cancels.delete(cancel);
      atEnd?.();
      this.#onChange();
    });
    this.#cancels.add(cancel);
    return fault;
  }

  #replace(order: FaultOrder): ActiveFault {
    this.#active = this.#active.filter(({kind}) => kind !== order.kind);
    return this.#add({order});
  }

  #add(fault: Omit<ActiveFault, 'id' | 'kind'>): ActiveFault {
    const added = {id: randomUUID(), kind: fault.order.kind, ...fault};
    this.#active.push(added);
    return added;
  }
}
