import {h} from '../crm/dom.js';
import {icon} from '../crm/icons.js';
import {command, commandBar, title} from './views.js';
import {TABLES, isEmail, isLookup, isPhone, isRequired, labelOf} from './tables.js';

function control(host, column, value) {
  const known = {name: column, id: `new-${column}`, required: isRequired(column)};
  if (!isLookup(column)) {
    const type = isEmail(column) ? 'email' : isPhone(column) ? 'tel' : 'text';
    return h('input', {...known, type, value, autocomplete: 'off'});
  }
  const accounts = host.records.filter(({entity}) => entity === 'account');
  const option = (id, name) => h('option', {value: id, selected: id === value}, name);
  return h('select', known, option('', '–'), ...accounts.map(({id, name}) => option(id, name)));
}

/** The form of a new record, filled in with what is known. Nothing is saved before a person says so. */
export function newRecordView(desk, entity, draft, {save, discard}) {
  const {label, form} = TABLES[entity];
  const id = 'new-record';
  const submit = (event) => {
    event.preventDefault();
    save({...draft, ...Object.fromEntries(new FormData(event.target))});
  };
  return [
    commandBar(h('button', {form: id}, icon('save', 18), 'Save'), command('close', 'Discard', discard)),
    h(
      'header',
      {class: 'head'},
      h('div', {class: 'names'}, title(`New ${label.toLowerCase()}`), h('p', {class: 'soft'}, 'Unsaved')),
    ),
    h(
      'form',
      {id, class: 'card new', onsubmit: submit},
      form.map((column) =>
        h(
          'div',
          {class: 'field'},
          h(
            'label',
            {for: `new-${column}`},
            labelOf(column),
            isRequired(column) ? h('abbr', {title: 'required'}, ' *') : '',
          ),
          control(desk.host, column, draft[column] ?? ''),
        ),
      ),
    ),
  ];
}
