import {randomUUID} from 'node:crypto';
import type {FaultOrder} from './wire/control.js';
import type {ServerClock} from './model/clock.js';
import type {Tokens} from './tokens.js';

/** A fault that is active until it has hit its requests, its time is over, or it is cleared. */
export interface ActiveFault {
  readonly id: string;
  readonly kind: FaultOrder['kind'];
  readonly order: FaultOrder;
  /** How many more requests it affects; absent for faults that last for a time or until cleared. */
  remaining?: number;
  /** Epoch ms, true time; absent for faults that last for a number of requests or until cleared. */
  readonly until?: number;
}

type RequestFault = Extract<FaultOrder, {kind: 'http-status' | 'lose-response' | 'delay'}>;
type StreamFault = Extract<FaultOrder, {kind: 'drop-stream' | 'refuse-stream' | 'freeze-stream' | 'failover'}>;

/** The faults to apply to one request. */
export interface RequestFaults {
  readonly delayMs?: number;
  readonly answer?: Extract<FaultOrder, {kind: 'http-status'}>;
  readonly lose?: 'silent' | 'cut';
}

/** What faults ask the streams to do at once. */
export interface StreamHarm {
  drop(agentId: string | undefined): void;
  /** A freeze is over: send the confirmation to connections that did not get one. */
  thaw(): void;
}

/** The injected faults that are still active. Source: architecture.md "The simulator and the demo". */
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

  /** The faults active now. */
  get active(): readonly ActiveFault[] {
    const now = this.#clock.now();
    this.#active = this.#active.filter(({until, remaining}) => (until === undefined || until > now) && remaining !== 0);
    return this.#active;
  }

  /** Injects a fault. @returns the fault, or `undefined` if it was over at once. */
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

  /** Ends all faults and resets token lifetime and clock. It does not undo past effects: expired tokens stay expired. */
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

  /** The faults to apply to a request, counted as applied. The oldest fault of each kind comes first. */
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
    // A refused request did nothing, so losing its answer would not test anything.
    const lose = answer ? undefined : take('lose-response')?.how;
    return {delayMs, answer, lose};
  }

  /** The active stream fault of a kind for an agent. */
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
