import {icon} from '../crm/icons.js';
import '../crm/skip.js';
import {followUse} from '../crm/use.js';
import {behaviourOf, phoneUrl} from '../hosts/open-cti-frame.js';
import {OpenCtiHost} from '../hosts/open-cti-host.js';
import {findRecords} from '../hosts/open-cti-search.js';
import {newRecordDialog} from './new-record.js';
import {phonePanel} from './phone.js';
import {Workspace} from './workspace.js';

/** Another site than this page, though the same server, as a phone's vendor is another site than an org. */
const widgets = `${location.protocol}//widgets.localhost${location.port && `:${location.port}`}`;
const query = new URLSearchParams(location.search);
/** `?dialOnClick=false` leaves a clicked number to the event alone, as the widgets do unless they are told to dial. */
const dialOnClick = query.get('dialOnClick') !== 'false';
const settings = encodeURIComponent(JSON.stringify({dialOnClick}));
const url = phoneUrl(`${widgets}/demo/hosts/open-cti-phone.html?settings=${settings}`);
const frame = document.querySelector('#phone-frame');

/** What a person sees; each part is there before the frame starts. */
const view = {};
const host = new OpenCtiHost(() => frame.contentWindow, url.origin, view);
Object.assign(host.behaviour, behaviourOf(query));
window.fakeHost = host;

const workspace = new Workspace(host);
const phone = phonePanel(host);
Object.assign(view, {
  open: (record) => workspace.open(record),
  create: newRecordDialog(host, workspace),
  matches: (query, records) => workspace.showSearch(query.replace(/\\(.)/g, '$1'), records),
  panel: () => phone.show(),
  dialling: () => workspace.refresh(),
  clicked: (number) =>
    phone.say(
      dialOnClick
        ? `The phone is asked to call ${number}.`
        : `The click on ${number} was told to the phone’s page as cxone-click-to-dial, and not dialled: dialOnClick is off.`,
    ),
  refresh: () => workspace.refresh(),
});

/** What a person types has no operators: all that is reserved counts as a blank, and a number is its digits. */
const typed = (query) =>
  /^[+\d\s().-]{5,}$/.test(query) ? query.replace(/\D/g, '') : query.replace(/[^\p{L}\p{N}@._]+/gu, ' ');
document.querySelector('#search').addEventListener('submit', (event) => {
  event.preventDefault();
  const query = String(new FormData(event.target).get('q')).trim();
  if (query.length < 2) return;
  workspace.showSearch(query, findRecords(host.records, typed(query)) ?? []);
});
document.querySelector('#search button').append(icon('search'));

followUse(() => host.activity());

phone.show();
workspace.start();
frame.src = url.href;
