import {h} from '../crm/dom.js';

/**
 * The widgets as a web resource in a form: of the org's own origin, so that they reach the form's `Xrm`. Each open form
 * has its own frame, and keeps it while it is open; they share one connection.
 */
export class FormPhones {
  #area = document.querySelector('#form-phone');
  /** Record's id → its frame. */
  #frames = new Map();

  /** Shows the frame of a form, or none where no form is in front. */
  show(id) {
    this.#area.hidden = id === undefined;
    if (id !== undefined && !this.#frames.has(id)) {
      const frame = h('iframe', {title: 'Phone', allow: 'microphone; autoplay', src: '/demo/hosts/xrm-phone.html'});
      this.#frames.set(id, frame);
      this.#area.append(frame);
    }
    for (const [of, frame] of this.#frames) frame.hidden = of !== id;
  }

  close(id) {
    this.#frames.get(id)?.remove();
    this.#frames.delete(id);
  }
}
