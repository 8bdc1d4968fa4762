/** A Web Lock held until released. */
export interface HeldLock {
  release(): void;
}

/**
 * Takes a Web Lock and resolves once it is held.
 * @param options.onStolen called when another took it by force.
 * @param options.steal takes it by force.
 * @param options.signal ends the waiting; the promise rejects with its reason.
 */
export function holdLock(
  name: string,
  {
    onStolen,
    signal,
    steal = false,
  }: {readonly onStolen?: () => void; readonly signal?: AbortSignal; readonly steal?: boolean} = {},
): Promise<HeldLock> {
  return new Promise((resolve, reject) => {
    let held = false;
    let release: () => void = () => undefined;
    const until = new Promise<void>((done) => {
      release = done;
    });
    navigator.locks
      .request(name, steal ? {steal} : {signal}, () => {
        held = true;
        resolve({release});
        return until;
      })
      .catch((error: unknown) => {
        if (held) onStolen?.();
        else reject(error instanceof Error ? error : new Error('lock refused', {cause: error}));
      });
  });
}

/** Whoever holds it is the hub of this agent, in whichever mode. Carries api-base and agent only. */
export function hubLockName(apiBase: string, agentId: string): string {
  return `cxone-hub:${apiBase}|${agentId}`;
}
