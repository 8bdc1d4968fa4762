import {crm} from '../crm/crm.js';
import {answerWidgets} from '../crm/host.js';

/** Another site than this page, though the same server: the browser keeps its storage and workers apart. */
const widgets = `${location.protocol}//widgets.localhost${location.port && `:${location.port}`}`;
const frames = [...document.querySelectorAll('iframe[data-panel]')];

// Before the frames load, so that no question is missed.
answerWidgets(crm, (origin, source) => origin === widgets && frames.some((frame) => frame.contentWindow === source));

for (const frame of frames) {
  const query = new URLSearchParams({host: location.origin, show: frame.dataset.panel});
  frame.src = `${widgets}/demo/panel.html?${query}`;
}
