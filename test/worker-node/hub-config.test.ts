import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import {DEFAULT_HUB_SETTINGS, type HubConfigRequest} from '../../src/domain/settings.js';
import {wrongSetting} from '../../src/worker/hub-config.schema.js';

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
    ['an unknown setting', withSettings({nope: 1}), 'settings.nope'],
    [
      'a setting only JSON can name',
      withSettings(JSON.parse('{"__proto__": {"coalesceMs": 1}}')),
      'settings.__proto__',
    ],
    ['a negative time', withSettings({coalesceMs: -1}), 'settings.coalesceMs'],
    ['a time that no timer can wait', withSettings({requestTimeoutMs: 2 ** 31}), 'settings.requestTimeoutMs'],
    [
      'a field that is no text',
      withSettings(
        JSON.parse('{"popRules": [{"steps": [{"kind": "create", "entity": "c", "fill": {"__proto__": 5}}]}]}'),
      ),
      'settings.popRules.0.steps.0.fill',
    ],
    ['a time in words', withSettings({coalesceMs: '16'}), 'settings.coalesceMs'],
    ['a switch that is a number', withSettings({channelMatrix: 1}), 'settings.channelMatrix'],
    ['rules that are no list', withSettings({popRules: {}}), 'settings.popRules'],
    ['a step of no kind', withSettings({popRules: [{steps: [{kind: 'guess'}]}]}), 'settings.popRules.0.steps.0.kind'],
    ['no delay at all', withSettings({reconnectDelaysMs: []}), 'settings.reconnectDelaysMs'],
    ['a moment that never comes', withSettings({popMoment: {voice: 'never'}}), 'settings.popMoment.voice'],
    ['another scheme', {...config, apiBase: 'ftp://api.example.com'}, 'apiBase'],
  ];
  for (const [name, request, path] of wrong) {
    test(`is told where ${name} stands`, () => assert.equal(wrongSetting(request), path));
  }
});
