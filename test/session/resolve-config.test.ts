import {expect} from '@open-wc/testing';
import fc from '../support/fast-check.js';
import {DEFAULT_PAGE_SETTINGS} from '../../src/domain/settings.js';
import type {Problem} from '../../src/domain/snapshot.js';
import {resolveConfig, type ResolvedConfig} from '../../src/session/config/resolve-config.js';
import type {SessionConfig} from '../../src/session/session.js';

const PAGE = 'https://crm.example.com/desk/';
const good: SessionConfig = {agentId: 'a1', apiBase: 'https://api.example.com/', tokenUrl: '/token'};

function accepted(config: SessionConfig, page = PAGE): ResolvedConfig {
  const resolved = resolveConfig(config, page, new URL(PAGE).origin);
  if ('problem' in resolved) throw new Error(JSON.stringify(resolved.problem));
  return resolved;
}

function refused(config: unknown, page = PAGE): Problem {
  const resolved = resolveConfig(config as SessionConfig, page, new URL(PAGE).origin);
  if (!('problem' in resolved)) throw new Error('accepted');
  return resolved.problem;
}

describe('resolveConfig', () => {
  it('fills in the addresses, and leaves the hub’s settings to the hub', () => {
    const {hub, page, workerUrl} = accepted(good);
    expect(hub).to.deep.equal({
      agentId: 'a1',
      userId: 'a1',
      apiBase: 'https://api.example.com',
      streamBase: 'wss://api.example.com',
      tokenSource: 'broker',
      tokenUrl: 'https://crm.example.com/token',
      settings: {},
    });
    expect(page).to.deep.equal(DEFAULT_PAGE_SETTINGS);
    expect(workerUrl).to.equal(undefined);
  });

  it('resolves relative addresses against the page', () => {
    const {hub} = accepted(
      {agentId: 'a1', apiBase: '/', tokenUrl: '/token'},
      'http://localhost:4400/demo/generic.html',
    );
    expect(hub.apiBase).to.equal('http://localhost:4400');
    expect(hub.streamBase).to.equal('ws://localhost:4400');
    expect(hub.tokenUrl).to.equal('http://localhost:4400/token');
  });

  it('keeps what only this page goes by out of the hub’s settings', () => {
    const {hub, page} = accepted({...good, settings: {ringTone: true, hubJoinTimeoutMs: 7, coalesceMs: 3}});
    expect(page).to.include({ringTone: true, hubJoinTimeoutMs: 7, titleFlash: true});
    expect(hub.settings).to.deep.equal({coalesceMs: 3});
  });

  it('needs no token address where the page hands over tokens itself', () => {
    const {hub} = accepted({...good, tokenUrl: undefined, tokenSource: () => Promise.resolve('t')});
    expect(hub).to.include({tokenSource: 'host'}).and.not.to.have.property('tokenUrl');
  });

  it('keeps a path of the address', () => {
    expect(accepted({...good, apiBase: 'https://x.example/na1'}).hub.streamBase).to.equal('wss://x.example/na1');
  });

  const local = ['http://localhost:1', 'http://widgets.localhost:1', 'http://127.0.0.1:1', 'http://[::1]:1'];
  for (const apiBase of local) it(`takes ${apiBase}`, () => void accepted({...good, apiBase}));

  const problems: readonly [string, unknown, Problem][] = [
    ['no agent', {...good, agentId: undefined}, {code: 'missingAgentId'}],
    ['a blank agent', {...good, agentId: '  '}, {code: 'missingAgentId'}],
    ['a template that was left unfilled', {...good, agentId: '..'}, {code: 'badAgentId'}],
    ['half an emoji as agent', {...good, agentId: 'a\ud83d'}, {code: 'badAgentId'}],
    ['a line break in the agent', {...good, agentId: 'a\nb'}, {code: 'badAgentId'}],
    ['half an emoji as user', {...good, userId: '\ud83d'}, {code: 'badConfig', detail: 'userId'}],
    ['no address', {agentId: 'a1'}, {code: 'missingApiBase'}],
    ['plain http', {...good, apiBase: 'http://api.example.com'}, {code: 'badApiBase'}],
    ['a name that only looks local', {...good, apiBase: 'http://localhost.example.com'}, {code: 'badApiBase'}],
    ['a script address', {...good, apiBase: 'javascript:alert(1)'}, {code: 'badApiBase'}],
    ['credentials in the address', {...good, apiBase: 'https://u:p@api.example.com'}, {code: 'badApiBase'}],
    ['a query in the address', {...good, apiBase: 'https://api.example.com/?x=1'}, {code: 'badApiBase'}],
    ['no address at all', {...good, apiBase: 'https://'}, {code: 'badApiBase'}],
    ['an address of the wrong kind', {...good, apiBase: 7}, {code: 'badApiBase'}],
    ['plain ws', {...good, streamBase: 'ws://api.example.com'}, {code: 'badConfig', detail: 'streamBase'}],
    ['no way to get a token', {...good, tokenUrl: undefined}, {code: 'missingTokenUrl'}],
    ['an empty token address', {...good, tokenUrl: ''}, {code: 'missingTokenUrl'}],
    ['a plain token address', {...good, tokenUrl: 'http://t.example.com'}, {code: 'badConfig', detail: 'tokenUrl'}],
    ['an unknown CRM', {...good, crm: 'sap'}, {code: 'badConfig', detail: 'crm'}],
    ['a foreign worker', {...good, workerUrl: 'https://cdn.example.com/w.js'}, {code: 'badWorkerUrl'}],
    ['a blob worker', {...good, workerUrl: 'blob:https://crm.example.com/1'}, {code: 'badWorkerUrl'}],
    ['a data worker', {...good, workerUrl: 'data:text/javascript,1'}, {code: 'badWorkerUrl'}],
    ['a token source that is no function', {...good, tokenSource: 'x'}, {code: 'badConfig', detail: 'tokenSource'}],
    [
      'a setting of the wrong kind',
      {...good, settings: {ringTone: 1}},
      {code: 'badConfig', detail: 'settings.ringTone'},
    ],
    [
      'a negative time',
      {...good, settings: {hubJoinTimeoutMs: -1}},
      {code: 'badConfig', detail: 'settings.hubJoinTimeoutMs'},
    ],
    [
      'a setting that no hub can get',
      {...good, settings: {acwRules: [() => 1]}},
      {code: 'badConfig', detail: 'settings'},
    ],
    ['rules that no hub can get', {...good, popRules: [() => 1]}, {code: 'badConfig', detail: 'popRules'}],
    ['settings that are no object', {...good, settings: 'x'}, {code: 'badConfig', detail: 'settings'}],
  ];
  for (const [name, config, problem] of problems) {
    it(`refuses ${name}`, () => {
      const got = refused(config);
      expect(got.code).to.equal(problem.code);
      expect(got.detail).to.equal(problem.detail);
    });
  }

  it('takes a worker of the page’s own origin, whatever its base says', () => {
    const workerUrl = 'https://crm.example.com/w.js';
    for (const base of ['https://cdn.example.com/crm/', 'https://crm.example.com/desk/']) {
      expect(accepted({...good, workerUrl}, base).workerUrl).to.equal(workerUrl);
    }
    // Relative addresses count from the base, as all of the page's do.
    expect(refused({...good, workerUrl: '/w.js'}, 'https://cdn.example.com/crm/')).to.include({code: 'badWorkerUrl'});
  });

  it('takes a number for an id', () => {
    const numbers = {...good, agentId: 4711, userId: 12} as unknown as SessionConfig;
    expect(accepted(numbers).hub).to.include({agentId: '4711', userId: '12'});
  });

  it('hands JSON’s __proto__ to the hub as the unknown setting that it is', () => {
    const hostile = JSON.parse('{"settings": {"__proto__": {"ringTone": true}}}') as Partial<SessionConfig>;
    const {hub, page} = accepted({...good, ...hostile});
    expect(Object.keys(hub.settings)).to.deep.equal(['__proto__']);
    expect(page.ringTone).to.equal(false);
    expect(({} as {ringTone?: boolean}).ringTone).to.equal(undefined);
  });

  it('takes any text without throwing, and lets no other scheme through', () => {
    fc.assert(
      fc.property(fc.string(), fc.webUrl({validSchemes: ['http', 'https', 'ws', 'ftp']}), (text, url) => {
        for (const apiBase of [text, url]) {
          const resolved = resolveConfig({agentId: 'a', apiBase}, PAGE);
          if (!('problem' in resolved)) expect(resolved.hub.apiBase).to.match(/^https:/);
        }
      }),
    );
  });
});
