import {h} from '../crm/dom.js';
import {OBJECTS, inputType, isRequired, labelOf} from './objects.js';

/** The form of a new record over the page, filled in with what is known. Nothing is saved before a person says so. */
export function newRecordDialog(host, workspace) {
  const dialog = document.querySelector('#new-record');
  const over = document.querySelector('#over');
  const area = document.querySelector('#record');

  // Only the record is out of reach meanwhile: the phone must not be.
  const show = (open) => {
    over.hidden = !open;
    area.inert = open;
    if (open) dialog.show();
    else dialog.close();
  };
  const cancel = () => {
    show(false);
    area.focus();
  };
  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') cancel();
  });

  return (entity, fields) => {
    const object = Object.hasOwn(OBJECTS, entity) ? OBJECTS[entity] : OBJECTS.Contact;
    const save = (event) => {
      event.preventDefault();
      const record = host.add(entity, Object.fromEntries(new FormData(event.target)));
      show(false);
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
          h('button', {type: 'button', onclick: cancel}, 'Cancel'),
          h('button', {class: 'primary'}, 'Save'),
        ),
      ),
    );
    show(true);
    dialog.querySelector('input').focus();
    workspace.count();
  };
}
