import {aTimeout, expect, fixture, html} from '@open-wc/testing';
import {ContextConsumer} from '@lit/context';
import {LitElement} from 'lit';
import type {CxoneSessionElement} from '../../src/components/session/session.js';
import '../../src/components/session/session.define.js';
import {onDocumentSession} from '../../src/session/document-session.js';
import type {CxoneWarningEvent} from '../../src/session/events.js';
import {sessionContext, type CxoneSession} from '../../src/session/session.js';
import {scriptedHub, type ScriptedHub} from '../support/scripted-hub.js';
import {waitUntil} from '../support/wait-until.js';

class ProbeElement extends LitElement {
  readonly consumer = new ContextConsumer(this, {context: sessionContext, subscribe: true});
}
customElements.define('test-probe', ProbeElement);

const live = (element: Element): Promise<void> =>
  waitUntil(() => element.getAttribute('connection') === 'live', 'the session is live');

describe('<cxone-session>', () => {
  let hub: ScriptedHub;

  beforeEach(() => {
    hub = scriptedHub();
  });

  afterEach(async () => {
    for (const element of document.querySelectorAll('cxone-session')) element.remove();
    // As long as a removed element may be on the move, it keeps its session.
    await aTimeout(150);
    hub.close();
  });

  function make(attributes: Record<string, string> = {}): CxoneSessionElement {
    const element = document.createElement('cxone-session');
    const {settings, workerUrl} = hub.config;
    element.config = {settings};
    const all = {
      'agent-id': hub.agentId,
      'api-base': '/',
      'token-url': '/token',
      'worker-url': workerUrl!,
      ...attributes,
    };
    for (const [name, value] of Object.entries(all)) element.setAttribute(name, value);
    return element;
  }

  it('connects by its attributes alone and reflects the connection', async () => {
    const element = make();
    document.body.append(element);
    await live(element);
    const [join] = (await hub.state()).joins;
    expect(join!.config).to.include({
      agentId: hub.agentId,
      apiBase: location.origin,
      streamBase: location.origin.replace('http', 'ws'),
      tokenUrl: `${location.origin}/token`,
    });
  });

  it('takes its settings from a script of JSON, and attributes win', async () => {
    const {settings, workerUrl} = hub.config;
    const json = JSON.stringify({agentId: 'other', apiBase: '/base', tokenUrl: '/token', workerUrl, settings});
    const element = await fixture<CxoneSessionElement>(html`<cxone-session agent-id=${hub.agentId}></cxone-session>`);
    element.remove();
    const script = document.createElement('script');
    script.type = 'application/json';
    script.textContent = json;
    element.append(script);
    document.body.append(element);
    await live(element);
    const [join] = (await hub.state()).joins;
    expect(join!.config).to.include({
      agentId: hub.agentId,
      apiBase: `${location.origin}/base`,
      tokenUrl: `${location.origin}/token`,
    });
  });

  it('takes rules for screen pops as an attribute; what is no JSON reaches the hub, which says where it is wrong', async () => {
    const popRules = [{steps: [{kind: 'open', entity: 'Case', idField: 'case_id'}]}];
    const element = make({'pop-rules': JSON.stringify(popRules)});
    document.body.append(element);
    await live(element);
    const [join] = (await hub.state()).joins;
    expect(join!.config.settings.popRules).to.deep.equal(popRules);
    element.setAttribute('pop-rules', '[oops');
    await waitUntil(async () => (await hub.state()).joins.length === 2);
    expect((await hub.state()).joins[1]!.config.settings.popRules).to.equal('[oops');
  });

  it('reads settings from the CRM where it is told to', async () => {
    const element = make({'settings-from': 'host'});
    element.removeAttribute('agent-id');
    element.adapter = {
      name: 'test',
      settings: () => Promise.resolve({agentId: hub.agentId}),
      connect: () => Promise.resolve(),
      open: () => Promise.resolve(),
      search: () => Promise.resolve([]),
      create: () => Promise.resolve(),
      disconnect: () => undefined,
    };
    document.body.append(element);
    await live(element);
    expect(element.session!.agentId).to.equal(hub.agentId);
  });

  it('says that the JSON cannot be read', async () => {
    const element = make();
    const script = document.createElement('script');
    script.type = 'application/json';
    script.textContent = '{oops';
    element.config = undefined;
    element.append(script);
    document.body.append(element);
    await waitUntil(() => element.connection === 'error');
    expect(element.session!.snapshot.connection.get().problem).to.deep.equal({code: 'badConfig', detail: 'settings'});
  });

  it('tells what is missing as an event, and never throws', async () => {
    const element = make();
    element.removeAttribute('agent-id');
    const warned = new Promise<CxoneWarningEvent>((resolve) => element.addEventListener('cxone-warning', resolve));
    document.body.append(element);
    expect(await warned).to.include({code: 'missingAgentId', bubbles: true, composed: true});
    expect(element.connection).to.equal('error');
    element.setAttribute('agent-id', hub.agentId);
    await live(element);
  });

  it('is heard by those who were there before and by those who come later', async () => {
    const seen: (CxoneSession | undefined)[] = [];
    const stop = onDocumentSession((session) => seen.push(session));
    const element = make();
    document.body.append(element);
    await live(element);
    expect(seen).to.deep.equal([undefined, element.session]);
    const late: (CxoneSession | undefined)[] = [];
    onDocumentSession((session) => late.push(session))();
    expect(late).to.deep.equal([element.session]);
    element.remove();
    await waitUntil(() => seen.length === 3);
    expect(seen[2]).to.equal(undefined);
    stop();
  });

  it('gives its session to what is inside of it', async () => {
    const element = make();
    const probe = document.createElement('test-probe') as ProbeElement;
    element.append(probe);
    document.body.append(element);
    await live(element);
    expect(probe.consumer.value).to.equal(element.session);
  });

  it('gives way at once when another with other settings takes its place', async () => {
    const one = make();
    document.body.append(one);
    await live(one);
    const two = make({'user-id': 'u2'});
    const warned: Event[] = [];
    two.addEventListener('cxone-warning', (event) => warned.push(event));
    one.replaceWith(two);
    await live(two);
    onDocumentSession((session) => expect(session).to.equal(two.session))();
    expect(warned).to.deep.equal([]);
    await waitUntil(async () => (await hub.state()).gone.length === 1, 'the first one left');
  });

  it('survives a move in the page', async () => {
    const element = make();
    document.body.append(element);
    await live(element);
    const {session} = element;
    const home = document.createElement('div');
    document.body.append(home);
    home.append(element);
    element.remove();
    await aTimeout(16);
    document.body.append(element);
    await aTimeout(200);
    expect(element.session).to.equal(session);
    expect(element.connection).to.equal('live');
    expect((await hub.state()).joins).to.have.lengthOf(1);
    home.remove();
  });

  it('leaves when it is removed, and comes back', async () => {
    const element = make();
    document.body.append(element);
    await live(element);
    element.remove();
    await waitUntil(async () => (await hub.state()).gone.length === 1, 'the page left');
    expect(element.connection).to.equal('connecting');
    document.body.append(element);
    await live(element);
    expect((await hub.state()).joins).to.have.lengthOf(2);
  });

  it('starts anew when an attribute becomes another, and not when it is only set again', async () => {
    const element = make();
    document.body.append(element);
    await live(element);
    element.setAttribute('agent-id', hub.agentId);
    await aTimeout(50);
    expect((await hub.state()).joins).to.have.lengthOf(1);
    element.setAttribute('user-id', 'u2');
    await waitUntil(async () => (await hub.state()).joins.length === 2);
    expect((await hub.state()).joins[1]!.config.userId).to.equal('u2');
  });

  it('keeps its session when a framework draws it anew with new functions, and asks the newest', async () => {
    const element = make();
    const asked: string[] = [];
    /** As each drawing in React does: all the same, and nothing identical. */
    const draw = (name: string): void => {
      element.config = {settings: {...hub.config.settings}, generic: {urls: {account: '/a/{id}'}}};
      element.tokenSource = () => {
        asked.push(name);
        return Promise.resolve(name);
      };
      element.adapter = {
        name: 'drawn',
        connect: () => Promise.resolve(),
        open: () => Promise.resolve(),
        search: () => Promise.resolve([]),
        create: () => Promise.resolve(),
        disconnect: () => undefined,
      };
    };
    draw('first');
    document.body.append(element);
    await live(element);
    const {session} = element;
    draw('second');
    await element.updateComplete;
    expect(element.session).to.equal(session);
    await hub.post({kind: 'token-please', requestId: 'r1'});
    await waitUntil(async () => (await hub.calls('giveToken')).length === 1);
    expect(asked).to.deep.equal(['second']);
    expect((await hub.state()).joins).to.have.lengthOf(1);
    // That there is one at all is a setting, and so is the host.
    element.tokenSource = undefined;
    await waitUntil(async () => (await hub.state()).joins.length === 2);
    expect((await hub.state()).joins[1]!.canGiveTokens).to.equal(false);
  });

  it('shares one session with another of the same settings', async () => {
    const [one, two] = [make(), make()];
    document.body.append(one, two);
    await live(one);
    await live(two);
    expect(two.session).to.equal(one.session);
    expect((await hub.state()).joins).to.have.lengthOf(1);
    one.remove();
    await aTimeout(200);
    expect(two.connection).to.equal('live');
    expect((await hub.state()).gone).to.deep.equal([]);
  });

  it('warns of another with other settings, and keeps the document’s session', async () => {
    const one = make();
    document.body.append(one);
    await live(one);
    const two = make({'user-id': 'u2'});
    const warned = new Promise<CxoneWarningEvent>((resolve) => two.addEventListener('cxone-warning', resolve));
    document.body.append(two);
    expect((await warned).code).to.equal('settingsDiffer');
    expect(two.session).to.not.equal(one.session);
    onDocumentSession((session) => expect(session).to.equal(one.session))();
  });

  it('dispatches its events on itself, so that they bubble to the page', async () => {
    const element = make();
    document.body.append(element);
    const modes: string[] = [];
    const listen = (event: DocumentEventMap['cxone-connection-change']): void => {
      expect(event.target).to.equal(element);
      modes.push(event.mode);
    };
    document.addEventListener('cxone-connection-change', listen);
    await live(element);
    document.removeEventListener('cxone-connection-change', listen);
    expect(modes).to.deep.equal(['live']);
  });

  it('shows only its children', async () => {
    const element = make();
    element.textContent = 'inside';
    document.body.append(element);
    await live(element);
    expect(getComputedStyle(element).display).to.equal('contents');
    expect(element.shadowRoot!.querySelectorAll('*')).to.have.lengthOf(1);
    await expect(element).to.be.accessible();
  });
});
