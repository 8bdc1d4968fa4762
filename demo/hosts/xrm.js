import {numberOf} from '../dynamics/records.js';
import {behaviourOf, phoneAddress} from './cif-host.js';
import {FakeXrmHost} from './xrm-host.js';

const query = new URLSearchParams(location.search);
const area = document.querySelector('main');
const said = document.querySelector('#said');
const phone = phoneAddress(query);

function show(text, id) {
  said.textContent = text;
  area.dataset.recordId = id;
  area.dataset.navigations = String(Number(area.dataset.navigations) + 1);
}

const host = new FakeXrmHost({
  desk: {
    open: (record) => show(`${record.entity}: ${record.name}`, numberOf(record)),
    create: (entity) => show(`A new ${entity}`, ''),
    matches: (entity, term) => show(`Search for ${term} among ${entity}s`, ''),
  },
});
host.behaviour = behaviourOf(query);
window.fakeHost = host;
host.install(window);

// A web resource is of the form's own origin: another one cannot reach Xrm.
if (phone?.origin === location.origin) document.querySelector('iframe').src = phone.href;
else said.textContent = `The query parameter "phone" must be an address below ${location.origin}.`;
