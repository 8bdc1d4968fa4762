/** Runs tasks one after the other, even if the previous one failed. */
export class Lane {
  #last: Promise<unknown> = Promise.resolve();

  run(work: () => Promise<void>): Promise<void> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
