import {addRecord, findRecord, sampleRecords, USER_ID} from '../dynamics/records.js';
import {query} from './cif-odata.js';

const NOT_FOUND = -2147220969;

/**
 * A form's `Xrm`, as far as a web resource in the form needs it: navigation and the Web API. `desk` shows what happens;
 * without one, it is only recorded. As in Dynamics, opening a form settles no promise.
 */
export class FakeXrmHost {
  records = sampleRecords();
  behaviour = {mode: 'ok', delayMs: 0, readyAfterMs: 0};
  navigations = [];
  requests = [];
  logs = [];
  #desk;

  constructor({desk = {}} = {}) {
    this.#desk = desk;
  }

  /** Forms have no numbers that web resources hear of. */
  clickToDial() {}

  /** The agent clicks somewhere in the form. */
  activity() {
    document.dispatchEvent(new window.PointerEvent('pointerdown', {bubbles: true}));
  }

  /** Gives the window its `Xrm`, `readyAfterMs` from now. */
  install(holder) {
    const give = () => {
      holder.Xrm = this.xrm;
    };
    if (this.behaviour.readyAfterMs > 0) setTimeout(give, this.behaviour.readyAfterMs);
    else give();
  }

  /** Notes a call and answers as the behaviour says. */
  async #answer(method, args, work) {
    this.requests.push({method, args});
    const {mode, delayMs} = this.behaviour;
    if (mode === 'silent') return new Promise(() => {});
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (mode === 'refuse') throw this.#error('Principal user is missing privileges.', -2147220960);
    return work();
  }

  #error(message, errorCode = -1) {
    return Object.assign(new Error(message), {errorCode});
  }

  xrm = {
    Utility: {getGlobalContext: () => ({userSettings: {userId: `{${USER_ID.toUpperCase()}}`}})},
    Navigation: {
      openForm: (options, parameters) =>
        this.#answer('openForm', {options, parameters}, () => {
          const {entityName: entity, entityId} = options;
          if (!entityId) {
            const fields = {...parameters};
            this.navigations.push({kind: 'create', entity, fields});
            this.#desk.create?.(entity, fields);
            return new Promise(() => {});
          }
          const record = findRecord(this.records, entity, entityId);
          if (!record) throw this.#error(`${entity} With Id = ${entityId} Does Not Exist`, NOT_FOUND);
          this.navigations.push({kind: 'open', entity, id: record.id});
          this.#desk.open?.(record);
          return new Promise(() => {});
        }),
      navigateTo: (page) =>
        this.#answer('navigateTo', {page}, () => {
          const entity = page.entityName ?? page.EntityNames?.[0];
          this.navigations.push({kind: 'matches', entity, query: page.searchText ?? ''});
          this.#desk.matches?.(entity, page.searchText ?? '');
        }),
    },
    WebApi: {
      retrieveMultipleRecords: (entity, options) =>
        this.#answer('retrieveMultipleRecords', {entity, options}, () => ({
          entities: query(this.records, entity, options),
          nextLink: '',
        })),
      createRecord: (entity, row) =>
        this.#answer('createRecord', {entity, row}, () => {
          const {id} = addRecord(this.records, entity, row);
          if (entity === 'phonecall') this.logs.push({entity, id, ...row});
          this.#desk.changed?.();
          return {entityType: entity, id};
        }),
    },
  };
}
