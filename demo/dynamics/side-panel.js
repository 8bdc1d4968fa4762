import {icon} from '../crm/icons.js';

/** CIF's sizes of the panel. */
const MINIMISED = 0;
const DOCKED = 1;
const NAMES = ['minimised', 'docked', 'hidden'];

/** The panel of the framework: as large as the page in it asks for, or as the agent says. */
export function sidePanel(host) {
  const toggle = document.querySelector('#phone-toggle');
  const area = document.querySelector('#record');
  const narrow = matchMedia('(max-width: 760px)');

  function show() {
    const docked = host.mode === DOCKED;
    document.body.dataset.phone = NAMES[host.mode];
    // There it covers the record, which must not take the focus behind it.
    area.inert = docked && narrow.matches;
    toggle.setAttribute('aria-expanded', String(docked));
    toggle.setAttribute('aria-label', docked ? 'Minimise the phone' : 'Open the phone');
    toggle.replaceChildren(icon(docked ? 'minimise' : 'call'));
  }

  toggle.addEventListener('click', () => host.changeMode(host.mode === DOCKED ? MINIMISED : DOCKED));
  narrow.addEventListener('change', show);
  // Where it would cover the record it waits for a call.
  host.mode = narrow.matches ? MINIMISED : DOCKED;
  return {show};
}
