import type {TemplateResult} from 'lit';
import type {SessionCommands} from '../../domain/session-commands.js';
import type {AttentionReach} from '../../session/host/attention.js';
import type {CxoneSession} from '../../session/session.js';
import type {StringKey} from '../i18n/i18n.js';
import {html, icon, nothing} from '../late/given.js';

/** What the entries use of their widget. */
export interface AlertTools {
  session(): CxoneSession | undefined;
  ask(command: (commands: SessionCommands) => Promise<void>): Promise<void>;
  t(key: StringKey): string;
  redraw(): void;
}

const BELL = 'M6 17v-6a6 6 0 0 1 12 0v6l2 2H4zM10 22h4';
const STRUCK = 'M3 3l18 18';

/** Entries below the status choices: how a call gets attention, if the agent can choose, and what does not work here. */
export class Alerts {
  readonly #tools: AlertTools;
  #reach: AttentionReach | undefined;

  constructor(tools: AlertTools) {
    this.#tools = tools;
  }

  /** Looks at what the browser allows now: an agent may have changed that in its settings. */
  async look(): Promise<void> {
    this.#reach = await this.#tools.session()?.reach?.();
    this.#tools.redraw();
  }

  draw(isHeard: boolean | undefined): TemplateResult {
    const {t, ask} = this.#tools;
    const words = this.#words();
    return html`<hr />
      <button
        type="button"
        role="menuitemcheckbox"
        class="choice"
        part="button"
        tabindex="-1"
        data-action="ring-tone"
        aria-checked=${String(!!isHeard)}
        @click=${() => void ask((commands) => commands.setRingTone(!isHeard))}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true" part="icon"><path d=${isHeard ? BELL : BELL + STRUCK}></path></svg
        ><span class="grow">${t('alerts.ringTone')}</span>${icon('check')}
      </button>
      ${this.#reach?.desktopNotifications === 'ask' ? this.#entry('alerts.allow', () => void this.#allow()) : nothing}
      ${words ? this.#entry(words) : nothing}`;
  }

  /** Why a call gets less attention than usual. */
  #words(): StringKey | undefined {
    const {titleFlash = 'off', desktopNotifications = 'off'} = this.#reach ?? {};
    if (desktopNotifications === 'ready' || desktopNotifications === 'ask') return undefined;
    if (titleFlash === 'outOfReach') return 'alerts.soundOnly';
    return desktopNotifications === 'blocked' ? 'alerts.blocked' : undefined;
  }

  /** A text is a menu entry too, because the keyboard reaches nothing else in a menu. Unlike a long status it is not cut. */
  #entry(key: StringKey, press?: () => void): TemplateResult {
    const {t} = this.#tools;
    return html`<button
      type="button"
      role="menuitem"
      class="choice"
      part="button"
      tabindex="-1"
      data-action=${key.replace('alerts.', 'alerts-')}
      aria-disabled=${press ? nothing : 'true'}
      @click=${press ?? nothing}
    >
      <span>${t(key)}</span>
    </button>`;
  }

  async #allow(): Promise<void> {
    await this.#tools.session()?.allowNotifications();
    await this.look();
  }
}
