import {expect} from '@open-wc/testing';
import {guidOf} from '../../demo/dynamics/records.js';
import {FakeCifHost} from '../../demo/hosts/cif-host.js';
import type {AdapterContext} from '../../src/adapters/crm-adapter.js';
import type {DynamicsAdapter} from '../../src/adapters/dynamics/dynamics.js';
import type {DynamicsOptions} from '../../src/adapters/dynamics/options.js';
import {inFrame} from '../support/in-frame.js';
import {waitUntil} from '../support/wait-until.js';

const ORG = location.origin;
const LOCAL: DynamicsOptions = {hosts: ['localhost']};
const never = new AbortController().signal;
const cleanUp: (() => void)[] = [];

afterEach(() => {
  for (const done of cleanUp.splice(0)) done();
});

interface Panel {
  readonly host: FakeCifHost;
  readonly adapter: DynamicsAdapter;
  readonly context: AdapterContext & {readonly dialled: unknown[]; readonly active: number};
  /** Addresses of the scripts that the panel's page has loaded beside its own. */
  readonly libraries: () => string[];
}

/** This page is an org's; the panel is in a frame of it. */
async function panel(options: DynamicsOptions, query: Readonly<Record<string, string>> = {}): Promise<Panel> {
  const {frame, inside} = await inFrame(query);
  const host = new FakeCifHost({frame: () => frame.contentWindow, origin: location.origin});
  const ending = new AbortController();
  const adapter = new inside.DynamicsAdapter(options);
  cleanUp.push(() => {
    adapter.disconnect();
    ending.abort();
    frame.remove();
  });
  const libraries = (): string[] =>
    [...frame.contentDocument!.querySelectorAll<HTMLScriptElement>('script[data-crmurl]')].map(({src}) => src);
  return {host, adapter, context: inside.recordedContext(ending.signal), libraries};
}

/** An error of the frame's own window, by its code. */
async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'ok',
    (error: {code?: string; message: string}) => error.code ?? error.message,
  );
}

describe('DynamicsAdapter loads CIF’s library', () => {
  it('from the org that the settings name, and speaks with the window around', async () => {
    const {host, adapter, context, libraries} = await panel({...LOCAL, orgUrl: `${ORG}/main.aspx`});
    await adapter.connect(context);
    expect(libraries()).to.deep.equal([`${ORG}/webresources/Widget/msdyn_ciLibrary.js`]);
    await adapter.open({entity: 'account', id: 'ACC-44921'}, never);
    expect(host.navigations).to.deep.equal([{kind: 'open', entity: 'account', id: guidOf('ACC-44921')}]);
    host.clickToDial('+1 555 010 0123');
    host.activity();
    await waitUntil(() => context.dialled.length === 1 && context.active > 0);
    expect(host.handlerFailures).to.deep.equal([]);
  });

  it('from the org that Dynamics names in the page’s address, at the library’s own path', async () => {
    const {adapter, context, libraries} = await panel(LOCAL, {ucilib: `${ORG}/webresources/evil.js`});
    await adapter.connect(context);
    expect(libraries()).to.deep.equal([`${ORG}/webresources/Widget/msdyn_ciLibrary.js`]);
  });

  it('once, for settings and connection and every adapter of the page', async () => {
    const {host, adapter, context, libraries} = await panel({...LOCAL, orgUrl: ORG});
    host.customParameters = '{"agentId": "a1"}';
    expect(await adapter.settings(never)).to.deep.equal({agentId: 'a1'});
    await adapter.connect(context);
    expect(libraries()).to.have.lengthOf(1);
  });

  it('from nowhere else: an address that anyone can write does not choose whose script runs', async () => {
    for (const ucilib of [
      'https://evil.example/webresources/Widget/msdyn_ciLibrary.js',
      'https://acme.crm.dynamics.com.evil.example',
    ]) {
      const {adapter, context, libraries} = await panel({}, {ucilib});
      expect(await codeOf(adapter.connect(context)), ucilib).to.equal('unsafeUrl');
      expect(libraries()).to.deep.equal([]);
    }
    const {adapter, context} = await panel({}, {ucilib: 'no address'});
    expect(await codeOf(adapter.connect(context))).to.equal('badConfig');
  });

  it('or tells that it cannot be loaded, and tries again the next time', async () => {
    const nobody = 'http://nobody.localhost:9';
    const {adapter, context, libraries} = await panel({hosts: ['*.localhost'], orgUrl: nobody});
    expect(await codeOf(adapter.connect(context))).to.equal('refused');
    expect(libraries()).to.deep.equal([]);
    expect(await codeOf(adapter.connect(context))).to.equal('refused');
  });

  it('or gives up in time, where the library never says that it is ready', async () => {
    const {host, adapter, context} = await panel({...LOCAL, orgUrl: ORG, readyTimeoutMs: 700});
    host.behaviour.readyAfterMs = 60_000;
    expect(await codeOf(adapter.connect(context))).to.equal('timeout');
  });

  it('and waits for an org that starts late', async () => {
    const {host, adapter, context} = await panel({...LOCAL, orgUrl: ORG});
    host.behaviour.readyAfterMs = 800;
    await adapter.connect(context);
    await adapter.open({entity: 'account', id: 'ACC-44921'}, never);
    expect(host.navigations).to.have.lengthOf(1);
  });
});
