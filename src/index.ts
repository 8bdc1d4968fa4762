export * from './components/acw-timer/acw-timer.js';
export * from './components/call-controls/call-controls.js';
export * from './components/connection-banner/connection-banner.js';
export * from './components/screen-pop/screen-pop.js';
export * from './components/session/session.js';
export * from './components/status-picker/status-picker.js';
export * from './session/index.js';
export {
  AdapterError,
  type AdapterContext,
  type AdapterErrorCode,
  type CallStateChange,
  type ClickToDial,
  type ContactLog,
  type CrmAdapter,
  type GenericCrmOptions,
  type HostPhone,
} from './adapters/crm-adapter.js';
export {CALL_ACTIONS, type ActionAvailability, type ActionBlock, type CallAction} from './domain/actions.js';
export {AGENT_STATES, stateKey, type AgentState, type AgentStateName} from './domain/agent-state.js';
export {CxoneError, ERROR_CODES, isErrorCode, type ErrorCode} from './domain/errors.js';
export type {Direction, InteractionState, MediaType, Participant} from './domain/interaction.js';
export {
  type PlannedStep,
  type PopMoment,
  type PopOutcome,
  type PopPayload,
  type PopRule,
  type PopStep,
  type RecordDraft,
  type RecordRef,
  type SearchQuery,
} from './domain/screen-pop.js';
export type {AcwRule, HubSettings, PageSettings, Settings} from './domain/settings.js';
export {
  EMPTY_SNAPSHOT,
  type AcwSlice,
  type AcwView,
  type AgentSlice,
  type ConnectionMode,
  type ConnectionSlice,
  type InteractionsSlice,
  type InteractionView,
  type LogEntry,
  type Notice,
  type NoticeCode,
  type NoticesSlice,
  type PopsSlice,
  type PopView,
  type Problem,
  type ProblemCode,
  type SliceName,
  type Snapshot,
} from './domain/snapshot.js';
export type {HubNotice} from './worker/hub-api.js';
