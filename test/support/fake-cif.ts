import {sampleRecords, type DataverseRow} from '../../demo/dynamics/records.js';
import {query} from '../../demo/hosts/cif-odata.js';
import type {CifLibrary, CifMethod} from '../../src/adapters/dynamics/cif-client.js';

/** Methods and events that only version 2 of the framework has. */
const V2_METHODS: readonly CifMethod[] = ['notifyEvent', 'cancelEvent', 'createSession', 'createTab'];
const V2_EVENTS = ['onSessionSwitched'];

interface Navigation {
  readonly kind: 'open' | 'create' | 'matches';
  readonly entity: string;
  readonly [more: string]: unknown;
}

type Handler = (data: string) => unknown;

/** The framework's library as a page has it, over rows in memory: it answers JSON texts, and refuses with them. */
export class FakeCif {
  records: DataverseRow[] = sampleRecords();
  customParams: unknown = '';
  userId = '{0000C0DE-0000-4000-8000-000000000099}';
  mode: 'ok' | 'silent' | 'refuse' = 'ok';
  /** Instead of an answer of its own: method → what. */
  readonly answers = new Map<CifMethod, unknown>();
  readonly asked: {readonly method: CifMethod; readonly args: readonly unknown[]}[] = [];
  readonly navigations: Navigation[] = [];
  readonly library: CifLibrary;
  readonly #handlers = new Map<string, Set<Handler>>();
  /** Token → how its toast is answered. */
  readonly #toasts = new Map<string, (actionName: string) => void>();
  readonly #version: 1 | 2;

  constructor(version: 1 | 2 = 2) {
    this.#version = version;
    const methods = (Object.keys(this.#methods) as CifMethod[]).filter(
      (method) => version === 2 || !V2_METHODS.includes(method),
    );
    this.library = Object.fromEntries(
      methods.map((method) => [method, (...args: readonly unknown[]) => this.#answer(method, args)]),
    );
  }

  /** Names of the methods that were asked, without the ones that every connection begins and ends with. */
  get methods(): CifMethod[] {
    const usual: CifMethod[] = ['getEnvironment', 'addHandler', 'removeHandler', 'setClickToAct'];
    return this.asked.map(({method}) => method).filter((method) => !usual.includes(method));
  }

  argsOf(method: CifMethod): (readonly unknown[])[] {
    return this.asked.filter((call) => call.method === method).map(({args}) => args);
  }

  get heard(): string[] {
    return [...this.#handlers].filter(([, handlers]) => handlers.size > 0).map(([name]) => name);
  }

  get toasts(): string[] {
    return [...this.#toasts.keys()];
  }

  /** What Dynamics tells unasked. @throws when a handler gives no promise: CIF then reports a failure. */
  async tell(event: string, data: unknown): Promise<void> {
    for (const handler of this.#handlers.get(event) ?? []) {
      const answer = handler(typeof data === 'string' ? data : JSON.stringify(data));
      if (!(answer instanceof Promise)) throw new Error(`a handler of ${event} gave no promise`);
      await answer;
    }
  }

  answerToast(token: string, actionName: string): void {
    this.#toasts.get(token)?.(actionName);
    this.#toasts.delete(token);
  }

  #answer(method: CifMethod, args: readonly unknown[]): Promise<unknown> {
    this.asked.push({method, args});
    if (this.mode === 'silent') return new Promise(() => undefined);
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- CIF rejects with texts.
    const refuse = (text: string): Promise<never> => Promise.reject(JSON.stringify({message: text, errorCode: -21472}));
    if (this.mode === 'refuse') return refuse('John Doe must not be read.');
    if (this.answers.has(method)) return Promise.resolve(this.answers.get(method));
    try {
      return Promise.resolve(this.#methods[method](...(args as never[])));
    } catch (error) {
      return refuse(String(error));
    }
  }

  #open(entityName: string, entityId: string): void {
    const record = this.records.find(({entity, id}) => entity === entityName && id === entityId);
    if (!record) throw new Error(`${entityName} ${entityId} does not exist`);
    this.navigations.push({kind: 'open', entity: entityName, id: entityId});
  }

  readonly #methods: Record<CifMethod, (...args: never[]) => unknown> = {
    searchAndOpenRecords: (entity: string, options: string, searchOnly: boolean) => {
      const rows = query(this.records, entity, options);
      if (!searchOnly) this.navigations.push({kind: 'matches', entity, query: options});
      return JSON.stringify(Object.fromEntries(rows.map((row, i) => [String(i), row])));
    },
    renderSearchPage: (entity: string, text: string) => {
      this.navigations.push({kind: 'matches', entity, query: text});
    },
    openForm: (options: string, parameters = '{}') => {
      const {entityName, entityId} = JSON.parse(options) as {entityName: string; entityId?: string};
      const fields = JSON.parse(parameters) as object;
      if (entityId === undefined) this.navigations.push({kind: 'create', entity: entityName, fields});
      else this.#open(entityName, entityId);
      return '"[object Object]"';
    },
    createRecord: (entity: string, row: string) => {
      const id = crypto.randomUUID();
      this.records.push({entity, id, name: '', fields: JSON.parse(row) as DataverseRow['fields']});
      return JSON.stringify({entityType: entity, id});
    },
    getEnvironment: () =>
      JSON.stringify({orgUniqueName: 'harbourline', userId: this.userId, customParams: this.customParams}),
    setMode: (mode: number) => void this.tell('onmodechanged', {value: mode}),
    setClickToAct: (on: boolean) => on,
    addHandler: (event: string, handler: Handler) => {
      if (this.#version < 2 && V2_EVENTS.includes(event)) throw new Error(`${event} is not supported`);
      this.#handlers.set(event, (this.#handlers.get(event) ?? new Set()).add(handler));
    },
    removeHandler: (event: string, handler: Handler) => this.#handlers.get(event)?.delete(handler),
    notifyEvent: ({cancellationToken}: {cancellationToken: string}) =>
      new Promise((resolve) =>
        this.#toasts.set(cancellationToken, (actionName) => resolve(JSON.stringify({actionName}))),
      ),
    cancelEvent: (token: string) => {
      this.answerToast(token, 'Timeout');
      return token;
    },
    createSession: () => 'session-1',
    createTab: ({templateParameters}: {templateParameters: {entityName: string; entityId: string}}) => {
      this.#open(templateParameters.entityName, templateParameters.entityId);
      return 'tab-1';
    },
  };
}
