import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {missingScopes} from '../../src/platform/v2/scopes.js';

const ALL =
  'agent:status:update telephony:control interactions:read work:read agent:read agent:write user:read telephony:write session:manage';

describe('scopes of a token', () => {
  it('are enough when all are there, in any order and number', () => {
    assert.deepEqual(missingScopes(ALL), []);
    assert.deepEqual(
      missingScopes(ALL.replace('interactions:read', 'read:interaction').replace('user:read', 'users:read')),
      [],
    );
  });

  it('are named when they are missing', () => {
    assert.deepEqual(missingScopes(ALL.replace('telephony:control ', '')), ['telephony:control']);
  });

  it('say nothing where the token does not tell them', () => {
    assert.deepEqual(missingScopes(undefined), []);
    assert.deepEqual(missingScopes('  '), []);
  });
});
