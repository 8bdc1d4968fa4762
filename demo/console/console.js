/* global HTMLButtonElement, HTMLFormElement, HTMLInputElement, HTMLSelectElement, HTMLTextAreaElement */
import {byId, clockTime, element, reconcile, setText} from './dom.js';
import {FaultForm} from './fault-form.js';
import {PRESETS} from './scenarios.js';

/** Rows kept in the tables; the simulator itself keeps more. */
const MAX_ROWS = 300;
const NOTICE_MS = 8_000;

/**
 * @typedef {{number: number, entry: {at: number, method: string, path: string, status: number | null,
 *   replayed: boolean, fault?: string, body: unknown}}} LogEvent
 * @typedef {{at: number, interactionId: string, action: string, idempotencyKey: string | null}} Effect
 * @typedef {{id: string, name: string, status: string, openStreams: number,
 *   routing: {state: string, skillGroups: {name: string, mediaType: string, state: string}[]}}} Agent
 * @typedef {{interactionId: string, agentId: string, mediaType: string, direction: string, state: string, muted: boolean,
 *   from: string, participants: {role: string, target: string}[], startedAt: number,
 *   acw: {duration: number, endsAt: number, enforceUntilComplete: boolean} | null}} Session
 * @typedef {{id: string, kind: string, until?: number, remaining?: number}} Fault
 * @typedef {{now: number, defaultAgentId: string, agents: Agent[], sessions: Session[], faults: Fault[],
 *   streams: {open: number, total: number}, counters: {requests: number, tokensIssued: number}}} WholeState
 */

const notice = byId('notice', HTMLElement);
let noticeTimer = 0;

/** @param {string} text */
function say(text) {
  notice.textContent = text;
  notice.hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = window.setTimeout(() => (notice.hidden = true), NOTICE_MS);
}

/**
 * Asks the control API. A refusal is shown in its own words.
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
async function ask(method, path, body) {
  try {
    const response = await fetch(`/_sim${path}`, {
      method,
      ...(body === undefined ? {} : {headers: {'content-type': 'application/json'}, body: JSON.stringify(body)}),
    });
    if (response.ok) {
      notice.hidden = true;
      return;
    }
    const refusal = await response.json().catch(() => ({}));
    say(refusal.message ?? `The simulator answered ${response.status}.`);
  } catch {
    say('The simulator does not answer. Is it still running?');
  }
}

// ---- New interaction ----

const ringForm = byId('ring-form', HTMLFormElement);
const agentChoice = byId('agent-choice', HTMLSelectElement);
const preset = byId('preset', HTMLSelectElement);
const payload = byId('payload', HTMLTextAreaElement);

for (const [index, {name}] of PRESETS.entries()) preset.append(element('option', {value: String(index)}, name));

function usePreset() {
  const chosen = PRESETS[Number(preset.value)];
  payload.value = chosen?.payload === undefined ? '' : JSON.stringify(chosen.payload, null, 2);
  payload.removeAttribute('aria-invalid');
  const from = ringForm.elements.namedItem('from');
  if (from instanceof HTMLInputElement) from.value = chosen?.from ?? '';
}
preset.addEventListener('change', usePreset);
usePreset();

ringForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const fields = new FormData(ringForm);
  const text = payload.value.trim();
  payload.removeAttribute('aria-invalid');
  if (text !== '') {
    try {
      JSON.parse(text);
    } catch (error) {
      payload.setAttribute('aria-invalid', 'true');
      payload.focus();
      return say(`The payload is not JSON: ${error instanceof Error ? error.message : ''}`);
    }
  }
  const from = String(fields.get('from') ?? '').trim();
  void ask('POST', '/interactions', {
    agentId: fields.get('agentId'),
    mediaType: fields.get('mediaType'),
    direction: fields.get('direction'),
    acwSeconds: Number(fields.get('acwSeconds')),
    enforceAcw: fields.get('enforceAcw') === 'on',
    ...(from === '' ? {} : {from}),
    ...(text === '' ? {} : {screenPop: JSON.parse(text)}),
  });
});

// ---- Agents, interactions, faults ----

/** @type {Readonly<Record<string, string>>} */
const STATUS_TONES = {
  Available: 'good',
  Ringing: 'warn',
  OnCall: 'accent',
  OnHold: 'warn',
  WrapUp: 'warn',
  Offline: '',
};
/** @type {Readonly<Record<string, string>>} */
const STATE_TONES = {ringing: 'warn', talking: 'good', hold: 'warn', acw: 'accent'};
/** @type {Readonly<Record<string, string>>} */
const MEDIA = {voice: 'Voice call', webchat: 'Chat', email: 'E-mail', workitem: 'Work item'};

/** @type {WholeState | undefined} */
let state;
/** Simulator's clock minus this browser's, ms. */
let clockOffset = 0;

const now = () => Date.now() + clockOffset;
/** @param {number} ms */
const wholeSeconds = (ms) => Math.max(0, Math.ceil(ms / 1_000));

/** @param {readonly Agent[]} agents */
function showAgents(agents) {
  reconcile(
    byId('agents', HTMLElement),
    agents,
    ({id}) => id,
    ({name, id}) =>
      element(
        'li',
        {title: id},
        element('span', {class: 'top'}, element('span', {class: 'name'}, name), element('span', {class: 'state'})),
        element('span', {class: 'routing'}),
      ),
    (row, agent) => {
      setText(row, '.state', agent.status, STATUS_TONES[agent.status] ?? '');
      const groups = agent.routing.skillGroups.map((group) => `${group.name} ${group.state}`).join(', ');
      const streams = `${agent.openStreams} ${agent.openStreams === 1 ? 'stream' : 'streams'}`;
      setText(row, '.routing', `Routing ${agent.routing.state} · ${groups} · ${streams}`);
    },
  );
  const chosen = agentChoice.value || state?.defaultAgentId;
  if (agentChoice.options.length === agents.length) return;
  agentChoice.replaceChildren(...agents.map(({id, name}) => element('option', {value: id}, name)));
  if (chosen) agentChoice.value = chosen;
}

/** @param {Session} session */
function sessionState({state: name, muted, acw}) {
  if (acw) return `After-call work, ${wholeSeconds(acw.endsAt - now())} s of ${Math.round(acw.duration)}`;
  const words = {ringing: 'Ringing', talking: 'Talking', hold: 'On hold', queued: 'Queued'}[name] ?? name;
  return muted ? `${words}, muted` : words;
}

/** @param {readonly Session[]} sessions */
function showSessions(sessions) {
  byId('no-interactions', HTMLElement).hidden = sessions.length > 0;
  reconcile(
    byId('interactions', HTMLElement),
    sessions,
    ({interactionId}) => interactionId,
    ({interactionId}) => {
      const end = element('button', {type: 'button'}, 'Customer hangs up');
      end.addEventListener('click', () => void ask('POST', `/interactions/${encodeURIComponent(interactionId)}/end`));
      return element(
        'li',
        {title: interactionId},
        element(
          'span',
          {},
          element('span', {class: 'top'}, element('strong', {class: 'who'}), element('span', {class: 'state'})),
          element('span', {class: 'meta'}),
        ),
        end,
      );
    },
    (row, session) => {
      setText(row, '.who', session.from);
      setText(row, '.state', sessionState(session), STATE_TONES[session.state] ?? '');
      const agent = state?.agents.find(({id}) => id === session.agentId)?.name ?? session.agentId;
      const others = session.participants.map(({role, target}) => `${role} ${target}`);
      setText(
        row,
        '.meta',
        [MEDIA[session.mediaType] ?? session.mediaType, session.direction, agent, ...others].join(' · '),
      );
      const end = row.querySelector('button');
      if (end) end.hidden = session.state === 'acw';
    },
  );
}

const HIDDEN_FAULT_FIELDS = new Set(['id', 'kind', 'until', 'remaining', 'times', 'forMs']);

/** @param {readonly Fault[]} faults */
function showFaults(faults) {
  reconcile(
    byId('faults', HTMLElement),
    faults.filter(({until}) => until === undefined || until > now()),
    ({id}) => id,
    ({kind}) =>
      element(
        'li',
        {},
        element(
          'span',
          {class: 'top'},
          element('strong', {}, kind),
          element('span', {class: 'state', 'data-tone': 'bad'}),
        ),
        element('span', {class: 'meta'}),
      ),
    (row, fault) => {
      const left =
        fault.until !== undefined
          ? `${wholeSeconds(fault.until - now())} s left`
          : fault.remaining !== undefined
            ? `${fault.remaining} left`
            : 'until cleared';
      setText(row, '.state', left);
      const details = Object.entries(fault).filter(([name]) => !HIDDEN_FAULT_FIELDS.has(name));
      setText(
        row,
        '.meta',
        details
          .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
          .join(' · '),
      );
    },
  );
}

/** @param {WholeState} next */
function showState(next) {
  state = next;
  clockOffset = next.now - Date.now();
  byId('streams-open', HTMLElement).textContent = String(next.streams.open);
  byId('streams-total', HTMLElement).textContent = String(next.streams.total);
  byId('count-tokens', HTMLElement).textContent = String(next.counters.tokensIssued);
  showAgents(next.agents);
  faultForm.setAgents(next.agents);
  showSessions(next.sessions);
  showFaults(next.faults);
}

// Countdowns go on between two states.
setInterval(() => {
  if (!state) return;
  showSessions(state.sessions);
  showFaults(state.faults);
}, 500);

const faultForm = new FaultForm((order) => void ask('POST', '/faults', order), say);
byId('clear-faults', HTMLButtonElement).addEventListener('click', () => void ask('DELETE', '/faults'));
byId('reset', HTMLButtonElement).addEventListener('click', () => void ask('POST', '/reset'));

// ---- Requests and effects ----

const logBody = byId('log', HTMLElement);
const effectsBody = byId('effects', HTMLElement);
const filter = byId('log-filter', HTMLInputElement);

/** @param {number | null} status */
const statusTone = (status) => (status === null ? 'warn' : status >= 500 ? 'bad' : status >= 400 ? 'warn' : 'good');

/** @param {HTMLElement} row */
function applyFilter(row) {
  row.hidden = !(row.dataset.path ?? '').includes(filter.value.trim());
}
filter.addEventListener('input', () => {
  for (const row of logBody.children) if (row instanceof HTMLElement) applyFilter(row);
});

/** @param {LogEvent['entry']} entry */
function notesOf({body, replayed, fault}) {
  const action = typeof body === 'object' && body !== null && 'action' in body ? String(body.action) : '';
  return [action, replayed ? 'replayed' : '', fault ?? ''].filter(Boolean).join(' · ');
}

/** @param {LogEvent} event */
function showRequest({number, entry}) {
  const key = String(number);
  const known = [...logBody.children].find((child) => child instanceof HTMLElement && child.dataset.key === key);
  const row = element(
    'tr',
    {'data-key': key, 'data-path': entry.path},
    element('td', {}, clockTime(entry.at)),
    element('td', {'data-tone': statusTone(entry.status)}, entry.status === null ? '…' : String(entry.status)),
    element('td', {class: 'wide mono'}, `${entry.method} ${entry.path}`),
    element('td', {}, notesOf(entry)),
  );
  applyFilter(row);
  if (known) return known.replaceWith(row);
  logBody.prepend(row);
  byId('count-requests', HTMLElement).textContent = key;
  if (logBody.children.length > MAX_ROWS) logBody.lastElementChild?.remove();
}

/** @param {Effect} effect */
function showEffect({at, interactionId, action, idempotencyKey}) {
  effectsBody.prepend(
    element(
      'tr',
      {},
      element('td', {}, clockTime(at)),
      element('td', {}, action),
      element('td', {class: 'wide mono'}, interactionId),
      element(
        'td',
        {class: 'mono', title: idempotencyKey ?? ''},
        idempotencyKey ? `${idempotencyKey.slice(0, 10)}…` : 'none',
      ),
    ),
  );
  if (effectsBody.children.length > MAX_ROWS) effectsBody.lastElementChild?.remove();
}

function clearTables() {
  logBody.replaceChildren();
  effectsBody.replaceChildren();
  byId('count-requests', HTMLElement).textContent = '0';
}

/** What happened before this page was there. */
async function showPast() {
  const [log, effects] = await Promise.all(
    ['/log', '/effects'].map(async (path) => (await fetch(`/_sim${path}`)).json()),
  );
  const first = Math.max(0, log.length - MAX_ROWS);
  clearTables();
  log.slice(first).forEach((/** @type {LogEvent['entry']} */ entry, /** @type {number} */ index) => {
    showRequest({number: first + index + 1, entry});
  });
  for (const effect of effects.slice(-MAX_ROWS)) showEffect(effect);
}

// ---- Live ----

const link = byId('link', HTMLElement);

/** @param {'live' | 'lost'} to @param {string} text */
function setLink(to, text) {
  link.dataset.link = to;
  link.textContent = text;
}

const events = new EventSource('/_sim/events');
events.addEventListener('open', () => {
  setLink('live', 'Live');
  showPast().catch(() => say('The request log could not be read.'));
});
events.addEventListener('error', () => setLink('lost', 'No connection to the simulator; trying again'));
events.addEventListener('state', ({data}) => showState(JSON.parse(data)));
events.addEventListener('log', ({data}) => showRequest(JSON.parse(data)));
events.addEventListener('effect', ({data}) => showEffect(JSON.parse(data)));
events.addEventListener('reset', clearTables);
