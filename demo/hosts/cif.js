import {numberOf} from '../dynamics/records.js';
import {behaviourOf, FakeCifHost, libraryAddress, phoneAddress} from './cif-host.js';

const query = new URLSearchParams(location.search);
const frame = document.querySelector('iframe');
const area = document.querySelector('main');
const said = document.querySelector('#said');
const phone = phoneAddress(query);

function show(text, id) {
  said.textContent = text;
  area.dataset.recordId = id;
  area.dataset.navigations = String(Number(area.dataset.navigations) + 1);
}

if (phone) {
  const host = new FakeCifHost({
    frame: () => frame.contentWindow,
    origin: phone.origin,
    desk: {
      open: (record) => show(`${record.entity}: ${record.name}`, numberOf(record)),
      create: (entity) => show(`A new ${entity}`, ''),
      matches: (entity, term) => show(`Search for ${term} among ${entity}s`, ''),
    },
  });
  host.behaviour = behaviourOf(query);
  window.fakeHost = host;
  // As Dynamics does: the panel's address is told where the library is.
  if (!phone.searchParams.has('org')) phone.searchParams.set('ucilib', libraryAddress());
  frame.src = phone.href;
} else said.textContent = 'The query parameter "phone" must be an address on localhost.';
