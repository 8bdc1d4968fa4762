import {h} from '../crm/dom.js';
import {icon} from '../crm/icons.js';

/** The phone's item in the utility bar, and its panel: both say and do what the page in the frame asks for. */
export function phonePanel(host) {
  const item = document.querySelector('#phone-item');
  const panel = document.querySelector('#phone-panel');
  const minimise = document.querySelector('#phone-minimise');

  function show() {
    const {visible, label, icon: key} = host.panel;
    panel.hidden = !visible;
    document.body.classList.toggle('with-phone', visible);
    item.setAttribute('aria-expanded', String(visible));
    item.dataset.icon = key;
    item.replaceChildren(icon(key), h('span', {id: 'phone-label'}, label));
  }

  const toggle = (visible) => {
    host.panel.visible = visible;
    show();
  };
  item.addEventListener('click', () => toggle(!host.panel.visible));
  minimise.addEventListener('click', () => {
    toggle(false);
    item.focus();
  });
  minimise.append(icon('minimise'));
  const say = (text) => {
    document.querySelector('#phone-said').textContent = text;
  };
  return {show, say};
}
