import {Signal} from '@lit-labs/signals';
import type {ReactiveElement} from 'lit';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- TypeScript wants exactly this of a mixin's base.
type Base = abstract new (...args: any[]) => ReactiveElement;

/**
 * Draws an element again when a signal that it read while drawing has changed, as long as it is in a page. We do not use
 * `SignalWatcher` (0.3.0), because its registry keeps every element that was ever drawn: in a CRM that redraws its panel all
 * day, memory would grow all day.
 */
export function Watching<T extends Base>(base: T): T {
  abstract class WatchingElement extends base {
    #drawing: Signal.Computed<void> | undefined;
    // Runs within a change of a signal, where no signal may be read. So it only requests an update.
    readonly #watcher = new Signal.subtle.Watcher(() => this.requestUpdate());

    override connectedCallback(): void {
      super.connectedCallback();
      // Nobody watched while it was out of the page.
      this.requestUpdate();
    }

    override disconnectedCallback(): void {
      super.disconnectedCallback();
      this.#stop();
    }

    protected override performUpdate(): void {
      if (!this.isUpdatePending) return;
      this.#stop();
      // A new one for each drawing, so that signals which are no longer read are forgotten.
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
