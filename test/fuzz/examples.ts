/** Valid inputs of every parser: the fuzz starts from these, so that it gets past the first check. */

const TIME = '2026-11-20T12:00:00.000Z';

export const INTERACTION = {
  interactionId: 'int-1',
  sessionId: 'ses-1',
  agentId: 'agent-1',
  mediaType: 'voice',
  direction: 'inbound',
  state: 'talking',
  muted: false,
  from: '+4930123456',
  to: '+4930654321',
  skillId: 'skill-1',
  participants: [
    {role: 'consult', target: '200', state: 'talking'},
    {role: 'Conference', target: '201', state: null},
  ],
  acw: {duration: 30, remaining: 12.5, type: 'compliance', reasonCode: 'notes', enforceUntilComplete: true},
  startedAt: TIME,
  updatedAt: '2026-11-20T12:00:05.250Z',
};

const frame = (eventType: string, data?: unknown) => ({eventType, timestamp: TIME, data});

/** Frame, and the type of the event that it becomes. */
export const FRAMES: readonly (readonly [unknown, string])[] = [
  [frame('subscription.confirmed', {agentId: 'agent-1'}), 'alive'],
  [frame('heartbeat', {}), 'alive'],
  [frame('heartbeat'), 'alive'],
  [
    frame('agent.status.changed', {agentId: 'agent-1', previousStatus: 'Available', currentStatus: 'Lunch'}),
    'presence',
  ],
  [
    frame('agent.status.changed', {
      agentId: 'agent-1',
      previousStatus: 'Ringing',
      currentStatus: 'OnCall',
      interactionId: 'int-1',
      channelType: 'chat',
      direction: 'outbound',
    }),
    'presence',
  ],
  [
    frame('interaction.screenpop', {
      interactionId: 'int-1',
      agentId: 'agent-1',
      source: 'ivr',
      payload: {crm_account_id: 'ACC-1', customer_email: 'a@b.c', priority: 1, nested: {list: [1, {a: null}]}},
    }),
    'screenPop',
  ],
  [frame('interaction.assigned', INTERACTION), 'interaction'],
  [frame('interaction.state.changed', {interactionId: 'int-1', agentId: 'agent-1', state: 'WRAP_UP'}), 'interaction'],
  [frame('routing.hint', {anything: [1]}), 'unknown'],
];

export const PRESENCE = {agentId: 'agent-1', currentStatus: 'OnCall', interactionId: 'int-1', updatedTimestamp: TIME};

export const ROUTING = {
  state: 'available',
  skillGroups: [
    {id: 'g-1', state: 'available', mediaType: 'voice'},
    {id: 'g-2', state: 'Training', mediaType: null},
  ],
  routingGroups: [{id: 'r-1', state: 'busy'}],
  activeSessions: 1,
  updatedTimestamp: TIME,
};

export const ROUTING_WRITTEN = {state: 'lunch', updatedTimestamp: TIME};

export const SESSION = {
  id: 'ses-1',
  userId: 'agent-1',
  interactionId: 'int-1',
  state: 'acw',
  acwRemaining: 12,
  mediaType: 'voice',
  direction: 'inbound',
  duration: 30,
  from: '+49301',
  to: '+49302',
  skillId: 'skill-1',
  muted: false,
  startedAt: TIME,
  updatedAt: TIME,
};

export const SESSION_PAGE = {
  pageSize: 25,
  page: 1,
  pageCount: 1,
  total: 2,
  asOf: TIME,
  entities: [SESSION, {id: 'ses-2', state: 'talking'}],
};

export const ERROR_BODIES = [
  {errorCode: 'INVALID_TRANSITION', message: 'not now', currentState: 'hold'},
  {errorCode: 'MISSING_SCOPE', message: 'missing scope users:read and agent:status:update'},
  {errorCode: null, message: null, currentState: null},
];

export const TOKEN_REPLY = {access_token: 'a.b.c', token_type: 'Bearer', expires_in: 3_600, scope: 'agent:read'};
export const TOKEN_ERRORS = [
  {error: 'invalid_client', error_description: 'no'},
  {errorCode: 'NOT_FOUND', message: 'no such agent'},
];
