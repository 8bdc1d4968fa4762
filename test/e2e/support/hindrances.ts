/**
 * What keeps a page from having a SharedWorker, or any worker: each a way that browsers and hosts have. As source text,
 * since it runs in the page before anything else.
 */
export const HINDRANCES = {
  'has no SharedWorker': 'delete globalThis.SharedWorker;',
  'has no worker at all': 'delete globalThis.SharedWorker; delete globalThis.Worker;',
  'throws at a SharedWorker': `
    globalThis.SharedWorker = class {
      constructor() {
        throw new DOMException('blocked', 'SecurityError');
      }
    };`,
  'refuses the script of a SharedWorker later': `
    globalThis.SharedWorker = class extends EventTarget {
      port = new MessageChannel().port1;
      constructor() {
        super();
        setTimeout(() => this.dispatchEvent(new Event('error')), 20);
      }
    };`,
  'has a SharedWorker that never answers': `
    globalThis.SharedWorker = class extends EventTarget {
      port = new MessageChannel().port1;
    };`,
} as const;

export type Hindrance = keyof typeof HINDRANCES;
