/* global HTMLFormElement, HTMLInputElement, HTMLSelectElement */
import {byId, element} from './dom.js';
import {FAULTS} from './scenarios.js';

/** @typedef {import('./scenarios.js').FaultField} FaultField */

/** The form of the chosen fault kind: its fields come from the table in `scenarios.js`. */
export class FaultForm {
  #kind = byId('fault-kind', HTMLSelectElement);
  #note = byId('fault-note', HTMLElement);
  #fields = byId('fault-fields', HTMLElement);
  /** @type {readonly {id: string, name: string}[]} */
  #agents = [];
  /** @type {(order: Record<string, unknown>) => void} */
  #inject;
  /** @type {(text: string) => void} */
  #complain;

  /**
   * @param {(order: Record<string, unknown>) => void} inject
   * @param {(text: string) => void} complain
   */
  constructor(inject, complain) {
    this.#inject = inject;
    this.#complain = complain;
    for (const {kind} of FAULTS) this.#kind.append(element('option', {value: kind}, kind));
    this.#kind.addEventListener('change', () => this.#draw());
    byId('fault-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#draw();
  }

  /** @param {readonly {id: string, name: string}[]} agents */
  setAgents(agents) {
    const isKnown = this.#agents.length === agents.length;
    this.#agents = agents;
    if (!isKnown) this.#draw();
  }

  get #chosen() {
    return FAULTS.find(({kind}) => kind === this.#kind.value) ?? FAULTS[0];
  }

  #draw() {
    const {note, fields} = this.#chosen;
    this.#note.textContent = note;
    this.#fields.replaceChildren(...fields.map((field) => element('label', {}, field.label, this.#input(field))));
  }

  /** @param {FaultField} field */
  #input(field) {
    const {name, type, value = '', optional = false} = field;
    if (type === 'choice' || type === 'agent') {
      const options =
        type === 'agent'
          ? this.#agents.map(({id, name: label}) => [id, label])
          : (field.choices ?? []).map((c) => [c, c]);
      const select = element('select', {name}, ...(optional ? [element('option', {value: ''}, 'Any')] : []));
      for (const [id = '', label = ''] of options) select.append(element('option', {value: id}, label));
      select.value = value;
      return select;
    }
    const input = element('input', {name, value, autocomplete: 'off', spellcheck: 'false'});
    if (type === 'number') input.type = 'number';
    input.required = !optional;
    return input;
  }

  #submit() {
    const {kind, fields} = this.#chosen;
    /** @type {Record<string, unknown>} */
    const order = {kind};
    for (const {name, type, label} of fields) {
      const input = this.#fields.querySelector(`[name="${name}"]`);
      const text = input instanceof HTMLInputElement || input instanceof HTMLSelectElement ? input.value.trim() : '';
      if (text === '') continue;
      try {
        order[name] = type === 'number' ? Number(text) : type === 'json' ? JSON.parse(text) : text;
      } catch {
        return this.#complain(`${label}: this is not JSON.`);
      }
    }
    this.#inject(order);
  }
}
