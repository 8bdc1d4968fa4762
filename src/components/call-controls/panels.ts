import type {TemplateResult} from 'lit';
import type {InteractionView} from '../../domain/snapshot.js';
import {html, nothing} from '../late/given.js';
import type {Desk, PanelKind} from './desk.js';
import {Keypad} from './keypad.js';
import {targetForm} from './target-form.js';

/** What a panel uses. */
export interface PanelTools extends Desk {
  /** Closes the panel, and goes back to the button that opened it. */
  close(): void;
}

/** What Transfer, Add and Keypad open. It lives as long as it is open. */
export interface CallPanel {
  draw(item: InteractionView, key: number): TemplateResult;
  /** After each drawing. */
  drawn(form: HTMLFormElement): void;
}

export function openPanel(tools: PanelTools, kind: PanelKind): CallPanel {
  const {t} = tools;
  const keypad = kind === 'dtmf' ? new Keypad(tools) : undefined;
  let refusal = '';
  const refuse = (words = ''): void => {
    refusal = words;
    tools.redraw();
  };
  return {
    draw(item, key) {
      const title = t(kind === 'conference' ? 'panel.conference' : `action.${kind}`);
      const body = keypad ? keypad.draw(item, key, refuse) : targetForm(tools, item, key, kind as 'transfer', refuse);
      return html`<form
        class="panel row"
        part="panel"
        aria-label=${title}
        autocomplete="off"
        @submit=${(event: SubmitEvent) => event.preventDefault()}
        @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && tools.close()}
      >
        <label class="grow" for="field-${key}">${t(keypad ? 'panel.sent' : 'panel.target')}</label>
        ${tools.button({
          action: 'close',
          key,
          icon: 'close',
          label: '',
          name: t('action.close'),
          press: () => tools.close(),
        })}
        ${body}
        ${refusal ? html`<p class="note bad grow" part="error" role="alert">${refusal}</p>` : nothing}
      </form>`;
    },
    drawn: (form) => keypad?.drawn(form.querySelector('input')!),
  };
}
