import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {DEFAULT_HUB_SETTINGS, type HubConfigRequest} from '../../src/domain/settings.js';
import {wrongSetting} from '../../src/platform/client/config.schema.js';

const config: HubConfigRequest = {
  agentId: 'a1',
  userId: 'a1',
  apiBase: 'https://api.example.com',
  streamBase: 'wss://api.example.com',
  tokenSource: 'broker',
  tokenUrl: 'https://api.example.com/token',
  settings: {},
};

const withSettings = (settings: unknown): HubConfigRequest => ({...config, settings: settings as object});

describe('what a page asks of a hub', () => {
  test('may leave out every setting, or repeat every default', () => {
    assert.equal(wrongSetting(config), undefined);
    assert.equal(wrongSetting(withSettings(DEFAULT_HUB_SETTINGS)), undefined);
  });

  const wrong: readonly [string, HubConfigRequest, string][] = [
    ['an unknown setting', withSettings({nope: 1}), 'settings.nope: no such setting'],
    [
      'a setting only JSON can name',
      withSettings(JSON.parse('{"__proto__": {"coalesceMs": 1}}')),
      'settings.__proto__: no such setting',
    ],
    ['a negative time', withSettings({coalesceMs: -1}), 'settings.coalesceMs: 0 or more'],
    [
      'a time that no timer can wait',
      withSettings({requestTimeoutMs: 2 ** 31}),
      'settings.requestTimeoutMs: 2147483647 at most',
    ],
    [
      'a field that is no text',
      withSettings(
        JSON.parse('{"popRules": [{"steps": [{"kind": "create", "entity": "c", "fill": {"__proto__": 5}}]}]}'),
      ),
      'popRules[0].steps[0].fill: an object of texts',
    ],
    ['a time in words', withSettings({coalesceMs: '16'}), 'settings.coalesceMs: a number'],
    ['a switch that is a number', withSettings({channelMatrix: 1}), 'settings.channelMatrix: a boolean'],
    ['rules that are no list', withSettings({popRules: {}}), 'popRules: a list'],
    [
      'a step of no kind',
      withSettings({popRules: [{steps: [{kind: 'guess'}]}]}),
      'popRules[0].steps[0].kind: open, search or create',
    ],
    ['no delay at all', withSettings({reconnectDelaysMs: []}), 'settings.reconnectDelaysMs: not empty'],
    [
      'a moment that never comes',
      withSettings({popMoment: {voice: 'never'}}),
      'settings.popMoment.voice: one of ring, answer, manual',
    ],
    ['a choice that is none', withSettings({popWhileBusy: 'never'}), 'settings.popWhileBusy: one of wait, open'],
    [
      'a search by something else',
      withSettings({popRules: [{steps: [{kind: 'search', entity: 'c', field: 'f', by: 'fax'}]}]}),
      'popRules[0].steps[0].by: one of email, phone, text',
    ],
    ['a dialect that nobody speaks', {...config, dialect: 'v3' as 'v2'}, 'dialect: one of v2'],
    ['another scheme', {...config, apiBase: 'ftp://api.example.com'}, 'apiBase: not valid'],
  ];
  for (const [name, request, path] of wrong) {
    test(`is told where ${name} stands, and what it should be`, () => assert.equal(wrongSetting(request), path));
  }
});
