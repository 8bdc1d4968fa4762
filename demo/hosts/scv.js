import {addPhone} from './fake-host.js';
import {behaviourOf} from './open-cti-frame.js';
import {ScvHost} from './scv-host.js';

/** Salesforce's buttons, and in which states they can be pressed. */
const BUTTONS = {
  answer: ['Answer', ['ringing']],
  reject: ['Decline', ['ringing']],
  hold: ['Hold', ['talking']],
  resume: ['Resume', ['hold']],
  mute: ['Mute', ['talking']],
  unmute: ['Unmute', ['talking']],
  release: ['End', ['ringing', 'talking', 'hold']],
};

const list = document.querySelector('ul');
const said = document.querySelector('[role=status]');
const rows = new Map();

function button(callId, action) {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = BUTTONS[action][0];
  element.dataset.action = action;
  element.addEventListener('click', () => host.press(callId, action));
  return element;
}

/** A call's line stays while the call does, and with it where the focus is. */
function row(callId) {
  const known = rows.get(callId);
  if (known) return known;
  const element = document.createElement('li');
  element.append(document.createElement('span'), ...Object.keys(BUTTONS).map((action) => button(callId, action)));
  rows.set(callId, element);
  list.append(element);
  return element;
}

function showCalls(calls) {
  for (const {callId, phoneNumber, parties} of calls) {
    const state = host.stateOf(callId);
    const element = row(callId);
    const others = parties.map((party) => ` with ${party.phoneNumber ?? 'somebody'}`).join('');
    element.firstChild.textContent = `${phoneNumber ?? 'Unknown'}: ${state}${others}${host.muted ? ', muted' : ''} `;
    for (const one of element.querySelectorAll('button')) {
      const {action} = one.dataset;
      const isOff = (action === 'mute' && host.muted) || (action === 'unmute' && !host.muted);
      one.disabled = isOff || !BUTTONS[action][1].includes(state);
    }
  }
  for (const [callId, element] of rows) {
    if (host.calls.has(callId)) continue;
    element.remove();
    rows.delete(callId);
  }
}

const say = (text) => (said.textContent = text);

const {frame, url} = addPhone();
const host = new ScvHost(() => frame.contentWindow, url?.origin ?? 'null', {
  calls: showCalls,
  open: (record) => say(`${record.entity}: ${record.name}`),
  matches: (number, records) => say(`${records.length} records with ${number}`),
  said: say,
});
Object.assign(host.behaviour, behaviourOf(new URLSearchParams(location.search)));
window.fakeHost = host;

if (url) frame.addEventListener('load', () => host.setUp());
else document.querySelector('p').hidden = false;

document.querySelector('form').addEventListener('submit', (event) => {
  event.preventDefault();
  host.clickToDial(new FormData(event.target).get('number'));
});
