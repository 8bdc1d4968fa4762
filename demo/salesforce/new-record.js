import {h} from '../crm/dom.js';
import {OBJECTS, inputType, isRequired, labelOf} from './objects.js';

/** The form of a new record over the page, filled in with what is known. Nothing is saved before a person says so. */
export function newRecordDialog(host, workspace) {
  const dialog = document.querySelector('#new-record');

  return (entity, fields) => {
    const object = Object.hasOwn(OBJECTS, entity) ? OBJECTS[entity] : OBJECTS.Contact;
    const save = (event) => {
      event.preventDefault();
      const record = host.add(entity, Object.fromEntries(new FormData(event.target)));
      dialog.close();
      workspace.open(record);
    };
    dialog.replaceChildren(
      h('h2', {id: 'new-record-title'}, `New ${object.label.toLowerCase()}`),
      h(
        'form',
        {onsubmit: save},
        object.form.map((field) =>
          h(
            'label',
            {},
            h('span', {}, labelOf(field), isRequired(field) ? h('abbr', {title: 'required'}, ' *') : ''),
            h('input', {
              name: field,
              type: inputType(field),
              value: fields[field] ?? '',
              required: isRequired(field),
              autocomplete: 'off',
            }),
          ),
        ),
        h(
          'div',
          {class: 'ends'},
          h('button', {type: 'button', onclick: () => dialog.close()}, 'Cancel'),
          h('button', {class: 'primary'}, 'Save'),
        ),
      ),
    );
    if (!dialog.open) dialog.showModal();
    workspace.count();
  };
}
