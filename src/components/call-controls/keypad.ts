import type {TemplateResult} from 'lit';
import type {InteractionView} from '../../domain/snapshot.js';
import {html, nothing} from '../late/given.js';
import type {PanelTools} from './panels.js';
import {addedTo, tonesIn} from './tones.js';

const KEYS = '123456789*0#';

/** Sends tones as they are pressed or typed, and shows which ones the platform has confirmed. */
export class Keypad {
  readonly #tools: PanelTools;
  /** Tones that the platform has confirmed, and how many it has not. */
  #sent = '';
  #waiting = 0;
  /** The part of the field whose tones were sent. */
  #taken = '';
  #isComposing = false;

  constructor(tools: PanelTools) {
    this.#tools = tools;
  }

  draw(item: InteractionView, key: number, refuse: (words?: string) => void): TemplateResult {
    const reason = this.#reason(item);
    const type = (text: string): void => this.#type(item, text, refuse);
    const compose = (is: boolean): void => {
      this.#isComposing = is;
      this.#tools.redraw();
    };
    return html`<input
        id="field-${key}"
        name="digits"
        part="digits"
        inputmode="tel"
        dir="ltr"
        @compositionstart=${() => compose(true)}
        @compositionend=${() => compose(false)}
        @beforeinput=${(event: InputEvent) => {
          // An input method's text cannot be prevented; handle it in `input`.
          if (!event.cancelable || this.#isComposing || event.inputType.includes('Composition')) return;
          event.preventDefault();
          type(event.data ?? event.dataTransfer?.getData('text') ?? '');
        }}
        @input=${(event: InputEvent) => {
          // Some browsers remove the composed text before they insert the final one.
          if (event.inputType === 'deleteCompositionText') return;
          const {value} = event.target as HTMLInputElement;
          const added = addedTo(this.#taken, value);
          this.#taken = value;
          type(added);
        }}
      />
      <div class="keys">
        ${[...KEYS].map(
          (digit) =>
            html`<button
              type="button"
              part="button key"
              data-digit=${digit}
              aria-disabled=${reason === undefined ? nothing : 'true'}
              @click=${() => type(digit)}
            >
              ${digit}
            </button>`,
        )}
      </div>`;
  }

  drawn(field: HTMLInputElement): void {
    if (this.#isComposing) return;
    this.#taken = this.#sent + '·'.repeat(this.#waiting);
    if (field.value !== this.#taken) field.value = this.#taken;
  }

  /** Tones queue in order at the hub, so those under way do not stop the next. */
  #reason(item: InteractionView): string | undefined {
    return item.waitingFor === 'dtmf' ? undefined : this.#tools.reason(item.actions.dtmf);
  }

  #type(item: InteractionView, text: string, refuse: (words?: string) => void): void {
    const digits = tonesIn(text);
    if (digits === '') return;
    const refusal = this.#reason(item) ?? (digits === undefined ? this.#tools.t('panel.noTones') : undefined);
    refuse(refusal);
    if (refusal !== undefined || digits === undefined) return;
    const count = (waiting: number, sent = ''): void => {
      this.#waiting += waiting;
      this.#sent += sent;
      this.#tools.redraw();
    };
    count(digits.length);
    void this.#tools.ask(async (commands) => {
      let sent = '';
      try {
        await commands.sendDtmf(item.interactionId, digits);
        sent = digits;
      } finally {
        count(-digits.length, sent);
      }
    });
  }
}
