import {icon} from '../crm/icons.js';

/** CIF's sizes of the panel. */
const MINIMISED = 0;
const DOCKED = 1;
const NAMES = ['minimised', 'docked', 'hidden'];

/** The panel of the framework: as large as the page in it asks for, or as the agent says. */
export function sidePanel(host) {
  const toggle = document.querySelector('#phone-toggle');

  function show() {
    const docked = host.mode === DOCKED;
    document.body.dataset.phone = NAMES[host.mode];
    toggle.setAttribute('aria-expanded', String(docked));
    toggle.setAttribute('aria-label', docked ? 'Minimise the phone' : 'Open the phone');
    toggle.replaceChildren(icon(docked ? 'minimise' : 'call'));
  }

  toggle.addEventListener('click', () => host.changeMode(host.mode === DOCKED ? MINIMISED : DOCKED));
  // Where it would cover the page it waits for a call.
  host.mode = matchMedia('(max-width: 760px)').matches ? MINIMISED : DOCKED;
  return {show};
}
