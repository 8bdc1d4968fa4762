interface Request {
  readonly name: string;
  readonly mode: LockMode;
  readonly callback: (lock: Lock | null) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (why: unknown) => void;
}

/** Web Locks for one Node process, as far as the hub and its pages use them: modes, `steal`, `signal` and `query`. */
export class WebLocks {
  #held: Request[] = [];
  #waiting: Request[] = [];

  request(name: string, given: LockOptions | Request['callback'], last?: Request['callback']): Promise<unknown> {
    const {mode = 'exclusive', steal = false, signal}: LockOptions = typeof given === 'function' ? {} : given;
    const callback = typeof given === 'function' ? given : last!;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const request: Request = {name, mode, callback, resolve, reject};
      if (steal) {
        this.#rob(name);
        return this.#grant(request);
      }
      this.#waiting.push(request);
      signal?.addEventListener('abort', () => {
        if (!this.#waiting.includes(request)) return;
        this.#waiting = this.#waiting.filter((one) => one !== request);
        reject(signal.reason as Error);
        this.#grantWhatIsFree(name);
      });
      this.#grantWhatIsFree(name);
    });
  }

  async query(): Promise<LockManagerSnapshot> {
    const told = (requests: Request[]): LockInfo[] => requests.map(({name, mode}) => ({name, mode}));
    return {held: told(this.#held), pending: told(this.#waiting)};
  }

  #rob(name: string): void {
    for (const {reject} of this.#held.filter((one) => one.name === name)) {
      reject(new DOMException('The lock was stolen', 'AbortError'));
    }
    this.#held = this.#held.filter((one) => one.name !== name);
  }

  /** In the order asked for: who shares a lock does not overtake one who wants it alone. */
  #grantWhatIsFree(name: string): void {
    for (const request of this.#waiting.filter((one) => one.name === name)) {
      const holders = this.#held.filter((one) => one.name === name);
      const shares = request.mode === 'shared' && holders.every(({mode}) => mode === 'shared');
      if (holders.length > 0 && !shares) return;
      this.#waiting = this.#waiting.filter((one) => one !== request);
      this.#grant(request);
    }
  }

  #grant(request: Request): void {
    const {name, mode, callback, resolve, reject} = request;
    this.#held.push(request);
    const free = (): void => {
      this.#held = this.#held.filter((one) => one !== request);
      this.#grantWhatIsFree(name);
    };
    // Never within the call that asked, as in a browser.
    Promise.resolve({name, mode}).then(callback).then(resolve, reject).finally(free);
  }
}
