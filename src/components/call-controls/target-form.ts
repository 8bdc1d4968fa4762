import type {TemplateResult} from 'lit';
import type {InteractionView} from '../../domain/snapshot.js';
import {html, nothing} from '../late/given.js';
import type {PanelTools} from './panels.js';
import {plain} from './tones.js';

/** Whom to reach, and how. */
export function targetForm(
  tools: PanelTools,
  item: InteractionView,
  key: number,
  kind: 'transfer' | 'conference',
  refuse: (words?: string) => void,
): TemplateResult {
  const {t} = tools;
  const {interactionId} = item;
  const reason = tools.reason(item.actions[kind]);
  const go = (form: HTMLFormElement, type: string): void => {
    const field = form.querySelector('input')!;
    field.value = plain(field.value).trim();
    // The browser itself says what is wrong with the field.
    if (reason !== undefined || !form.reportValidity()) return refuse(reason);
    const target = field.value;
    tools.close();
    void tools.ask((commands) =>
      kind === 'transfer'
        ? commands.transfer(interactionId, {target, type: type === 'blind' ? 'blind' : 'consult'})
        : commands.conference(interactionId, {target}),
    );
  };
  const submit = (value: string, label: string, look?: string): TemplateResult => html`<button
    name="type"
    value=${value}
    class=${(reason === undefined && look) || nothing}
    part="button ${value}"
    aria-disabled=${reason === undefined ? nothing : 'true'}
    aria-describedby=${reason === undefined ? nothing : `why-${key}-${kind}`}
    @click=${(event: MouseEvent) => {
      event.preventDefault();
      go((event.currentTarget as HTMLButtonElement).form!, value);
    }}
  >
    ${label}
  </button>`;
  // Enter presses the first button: a consultation can be taken back, a blind transfer cannot.
  return html`<input id="field-${key}" name="target" part="target" required pattern="(?=.*\\S).{1,256}" dir="auto" />
    ${
      kind === 'transfer'
        ? html`${submit('consult', t('panel.consult'), 'main')}${submit('blind', t('panel.blind'))}`
        : submit('conference', t('panel.add'), 'main')
    }`;
}
