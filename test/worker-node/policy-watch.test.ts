import assert from 'node:assert/strict';
import {test} from 'node:test';
import {CxoneError} from '../../src/domain/errors.js';
import {neverLeft} from '../../src/worker/calls/lost-answer.js';
import {watchPolicy} from '../../src/platform/client/policy-watch.js';
import {readProblem, readWarnings} from '../../src/worker/connection/read-warnings.js';

const refuse = (scope: EventTarget, blockedURI: string, disposition = 'enforce'): boolean =>
  scope.dispatchEvent(
    Object.assign(new Event('securitypolicyviolation'), {blockedURI, effectiveDirective: 'connect-src', disposition}),
  );

test('a request that a policy refuses is told by directive, scheme and host; what is only reported is not', async () => {
  const scope = new EventTarget();
  globalThis.addEventListener = scope.addEventListener.bind(scope) as typeof globalThis.addEventListener;
  const refusedByPolicy = watchPolicy('https://api.example.com/v2/agents/a/status?token=secret');
  const asked = refusedByPolicy();
  refuse(scope, 'https://api.example.com/', 'report');
  refuse(scope, 'https://elsewhere.example.com/');
  assert.equal(await asked, undefined);
  refuse(scope, 'https://api.example.com/v2/agents/a/status?token=secret');
  assert.equal(await refusedByPolicy(), 'connect-src https://api.example.com');
});

test('why reads fail is the policy, and a write that it refused never left', () => {
  const detail = 'connect-src https://api.example.com';
  const error = new CxoneError('NETWORK', 'GET /x: no connection', {blockedBy: detail});
  const failed = new Map((['presence', 'routing', 'sessions'] as const).map((part) => [part, error]));
  assert.deepEqual(readWarnings(failed), [{code: 'policyBlocked', detail}]);
  assert.deepEqual(readProblem(error), {code: 'policyBlocked', detail});
  assert.equal(neverLeft(error), true);
  assert.equal(neverLeft(new CxoneError('NETWORK', 'GET /x: no connection')), false);
});
