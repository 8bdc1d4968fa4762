import {h} from '../crm/dom.js';
import {icon} from '../crm/icons.js';
import '../crm/skip.js';
import {followUse} from '../crm/use.js';
import {behaviourOf, FakeCifHost, libraryAddress} from '../hosts/cif-host.js';
import {FakeXrmHost} from '../hosts/xrm-host.js';
import {FormPhones} from './form-phones.js';
import {movePhone, phonePlace} from './phone-place.js';
import {sidePanel} from './side-panel.js';
import {toasts} from './toasts.js';
import {command} from './views.js';
import {Workspace} from './workspace.js';

/** Another site than this page, though the same server, as a phone's vendor is another site than an org. */
const widgets = `${location.protocol}//widgets.localhost${location.port && `:${location.port}`}`;
const url = new URL('/demo/hosts/cif-phone.html', widgets);
url.search = new URLSearchParams({
  features: 'v2',
  ucilib: libraryAddress(),
  settings: JSON.stringify({dialOnClick: true}),
}).toString();
const frame = document.querySelector('#phone-frame');
const inForms = phonePlace() === 'form';

/** What a person sees; each part is there before the phone starts. */
const desk = {};
const host = new FakeCifHost({frame: () => frame.contentWindow, origin: url.origin, desk});
const form = new FakeXrmHost({desk});
form.records = host.records;
window.fakeHost = inForms ? form : host;
Object.assign(window.fakeHost.behaviour, behaviourOf(new URLSearchParams(location.search)));
form.install(window);

const formPhones = new FormPhones();
const workspace = new Workspace(host, {
  commands: () => [
    inForms
      ? command('panel', 'Phone in the side panel', () => movePhone('panel'))
      : command('form', 'Phone in the form', () => movePhone('form')),
  ],
  notice: () =>
    inForms &&
    h(
      'p',
      {class: 'notice'},
      icon('form', 18),
      h('span', {}, 'The phone is in the forms: open a record to be reached.'),
      h('button', {type: 'button', onclick: () => movePhone('panel')}, 'Bring it back to the side panel'),
    ),
  show: (record) => inForms && formPhones.show(record?.id),
  close: (id) => formPhones.close(id),
});
const panel = inForms ? undefined : sidePanel(host);
const {toast, toastGone} = toasts(host);
Object.assign(desk, {
  open: (record) => workspace.open(record),
  create: (entity, fields) => workspace.create(entity, fields),
  matches: (entity, text) => workspace.search(text, entity),
  session: (id, about) => workspace.startSession(id, about),
  changed: () => workspace.refresh(),
  mode: () => panel?.show(),
  toast,
  toastGone,
});

const search = document.querySelector('#search');
search.addEventListener('submit', (event) => {
  event.preventDefault();
  const text = String(new FormData(search).get('q')).trim();
  if (text) workspace.search(text);
});
search.querySelector('button').append(icon('search'));

followUse(() => host.activity());

document.querySelector('#phone').hidden = inForms;
panel?.show();
workspace.start();
if (panel) frame.src = url.href;
