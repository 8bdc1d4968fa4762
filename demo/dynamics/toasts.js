import {h} from '../crm/dom.js';
import {icon} from '../crm/icons.js';

const title = (mediaType) => (mediaType === 'voice' ? 'Incoming call' : `Incoming ${mediaType ?? 'contact'}`);

/** The notifications that the panel asks for, each with its token. */
export function toasts(host) {
  const area = document.querySelector('#toasts');
  const shown = new Map();

  function toast(token, {mediaType, from}) {
    const answer = (name, kind) =>
      h('button', {type: 'button', class: kind, onclick: () => host.answerToast(token, name)}, name);
    const element = h(
      'div',
      {class: 'toast'},
      h('p', {class: 'toast-title'}, icon('incoming_call'), title(mediaType)),
      h('p', {class: 'toast-from'}, from || 'Unknown caller'),
      h('div', {class: 'ends'}, answer('Accept', 'accept'), answer('Reject', 'reject')),
    );
    shown.set(token, element);
    area.append(element);
  }

  function toastGone(token) {
    const element = shown.get(token);
    // Whoever has just pressed a button of it goes on with the record.
    const focused = element?.contains(document.activeElement);
    element?.remove();
    shown.delete(token);
    if (focused) document.querySelector('#record').focus();
  }

  return {toast, toastGone};
}
