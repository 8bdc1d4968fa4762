/**
 * Screen-pop payloads to choose from. The records are those of the demo's sample CRM.
 * @type {readonly {readonly name: string, readonly from?: string, readonly payload?: unknown}[]}
 */
export const PRESETS = [
  {
    name: 'Known account (ACC-44921)',
    from: '+15035550101',
    payload: {
      crm_account_id: 'ACC-44921',
      customer_email: 'marisol@alderfinch.example',
      priority: 'high',
      custom_routing_key: 'renewals',
    },
  },
  {
    name: 'E-mail: one match',
    from: '+15550100123',
    payload: {customer_email: 'john.doe@example.com', priority: 'normal'},
  },
  {
    name: 'E-mail: several matches',
    from: '+12185550143',
    payload: {customer_email: 'reception@brightwater.example', priority: 'normal'},
  },
  {
    name: 'E-mail: no match',
    from: '+12025550164',
    payload: {customer_email: 'new.customer@nowhere.example', customer_name: 'New Customer', priority: 'low'},
  },
  {name: 'Nothing but the number', from: '+17345550178', payload: {priority: 'normal'}},
  {
    name: 'Hostile payload',
    from: '+13125550187',
    payload: {
      crm_account_id: '"><img src=x onerror=alert(1)>',
      customer_email: '<script>alert(1)</script>@example.com',
      website: 'javascript:alert(document.domain)',
      note: '../../admin?x=1#y',
      constructor: {prototype: {polluted: true}},
    },
  },
  {name: 'No screen pop'},
];

/**
 * A field of a fault's form. `value` is what it starts with; `optional` fields are left out while empty.
 * @typedef {{
 *   readonly name: string,
 *   readonly label: string,
 *   readonly type: 'number' | 'text' | 'json' | 'choice' | 'agent',
 *   readonly value?: string,
 *   readonly optional?: boolean,
 *   readonly choices?: readonly string[],
 * }} FaultField
 */

/** @type {FaultField} */
const forMs = {name: 'forMs', label: 'For, ms', type: 'number', value: '10000'};
/** @type {FaultField} */
const times = {name: 'times', label: 'Times', type: 'number', value: '1'};
/** @type {FaultField} */
const path = {name: 'path', label: 'Path contains', type: 'text', value: '/control'};
/** @type {FaultField} */
const agent = {name: 'agentId', label: 'Agent', type: 'agent', optional: true};

/**
 * Every fault that the simulator knows, with its fields.
 * @type {readonly {readonly kind: string, readonly note: string, readonly fields: readonly FaultField[]}[]}
 */
export const FAULTS = [
  {kind: 'drop-stream', note: 'Cuts open streams, then refuses new ones for a while.', fields: [forMs, agent]},
  {
    kind: 'refuse-stream',
    note: 'Refuses new streams: with an HTTP status, or by closing at once with a code from 4400.',
    fields: [
      {name: 'status', label: 'Status or code', type: 'number', value: '503'},
      forMs,
      {name: 'retryAfterSeconds', label: 'Retry-After, s', type: 'number', optional: true},
      agent,
    ],
  },
  {
    kind: 'freeze-stream',
    note: 'Streams stay open and say nothing; what they should have said is lost.',
    fields: [forMs, agent],
  },
  {
    kind: 'http-status',
    note: 'Answers requests with a status and carries nothing out.',
    fields: [
      {name: 'method', label: 'Method', type: 'choice', optional: true, choices: ['GET', 'POST', 'PUT', 'PATCH']},
      path,
      {name: 'status', label: 'Status', type: 'number', value: '503'},
      times,
      {name: 'headers', label: 'Headers (JSON)', type: 'json', optional: true},
      {name: 'body', label: 'Body (JSON)', type: 'json', optional: true},
    ],
  },
  {
    kind: 'lose-response',
    note: 'Carries the request out; the answer never comes.',
    fields: [path, times, {name: 'how', label: 'How', type: 'choice', value: 'silent', choices: ['silent', 'cut']}],
  },
  {
    kind: 'delay',
    note: 'Lets requests wait before they are carried out.',
    fields: [path, {name: 'ms', label: 'Wait, ms', type: 'number', value: '2000'}, times],
  },
  {kind: 'expire-tokens', note: 'Every token that is out counts as expired from now on.', fields: []},
  {
    kind: 'token-lifetime',
    note: 'How long new tokens live.',
    fields: [{name: 'seconds', label: 'Seconds', type: 'number', value: '60'}],
  },
  {
    kind: 'clock-skew',
    note: 'The platform’s clock is ahead (or, negative, behind).',
    fields: [{name: 'ms', label: 'By, ms', type: 'number', value: '600000'}],
  },
  {
    kind: 'failover',
    note: 'Every event comes twice, the copy with a new timestamp.',
    fields: [forMs, {name: 'copyAfterMs', label: 'Copy after, ms', type: 'number', value: '0'}],
  },
];
