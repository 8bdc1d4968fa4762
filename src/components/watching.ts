import {Signal} from '@lit-labs/signals';
import type {ReactiveElement} from 'lit';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeScript wants exactly this of a mixin's base.
type Base = abstract new (...args: any[]) => ReactiveElement;

/**
 * Draws an element again when a signal that it read while drawing has changed, as long as it is in a page. In the place
 * of `SignalWatcher` (0.3.0), whose registry keeps every element that was ever drawn in memory: a panel that a CRM
 * redraws all day would grow all day.
 */
export function Watching<T extends Base>(base: T): T {
  abstract class WatchingElement extends base {
    #drawing: Signal.Computed<void> | undefined;
    // Called within a change of a signal, where none may be read: it only asks for a drawing.
    readonly #watcher = new Signal.subtle.Watcher(() => this.requestUpdate());

    override connectedCallback(): void {
      super.connectedCallback();
      // What changed meanwhile was not told.
      this.requestUpdate();
    }

    override disconnectedCallback(): void {
      super.disconnectedCallback();
      this.#stop();
    }

    protected override performUpdate(): void {
      if (!this.isUpdatePending) return;
      this.#stop();
      // A new one for each drawing: it reads anew, and forgets the signals that are read no longer.
      const drawing = new Signal.Computed(() => super.performUpdate());
      if (this.isConnected) {
        this.#drawing = drawing;
        this.#watcher.watch(drawing);
      }
      drawing.get();
    }

    #stop(): void {
      if (this.#drawing) this.#watcher.unwatch(this.#drawing);
      this.#drawing = undefined;
    }
  }
  return WatchingElement;
}
