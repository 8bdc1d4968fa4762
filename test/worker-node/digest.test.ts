import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from '../support/fast-check.js';
import {canonicalJson, digestOf} from '../../src/platform/client/digest.js';

const TIMEOUT = {timeout: 20_000};

/** JSON as it comes off the wire, `__proto__` fields included. */
const json = fc.json({maxDepth: 5}).map((text) => JSON.parse(text) as unknown);

/** The same data with every object's fields the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value).reverse()) {
    Object.defineProperty(copy, key, {value: reversed(field), enumerable: true, configurable: true, writable: true});
  }
  return copy;
}

describe('the digest of an event', () => {
  test('does not depend on the order of fields', TIMEOUT, () => {
    fc.assert(
      fc.property(json, (data) => {
        assert.equal(canonicalJson(reversed(data)), canonicalJson(data));
        assert.equal(digestOf(reversed(data)), digestOf(data));
      }),
      {numRuns: 500},
    );
  });

  test('keeps all the data: its text reads back as it was', TIMEOUT, () => {
    fc.assert(
      fc.property(json, (data) => {
        // -0 is written as 0, as JSON does.
        assert.deepEqual(JSON.parse(canonicalJson(data)), JSON.parse(JSON.stringify(data)));
      }),
      {numRuns: 500},
    );
  });

  test('tells different data apart', TIMEOUT, () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        assert.equal(digestOf(a) === digestOf(b), canonicalJson(a) === canonicalJson(b));
      }),
      {numRuns: 500},
    );
    const seen = new Set(Array.from({length: 50_000}, (_, i) => digestOf({interactionId: `i-${i}`, state: 'talking'})));
    assert.equal(seen.size, 50_000, 'near twins too');
  });

  test('the order of a list is data', TIMEOUT, () => {
    assert.notEqual(digestOf([1, 2]), digestOf([2, 1]));
  });

  test('text, numbers and nesting are not confused', TIMEOUT, () => {
    const values = [
      1,
      '1',
      [1],
      ['1'],
      [[1]],
      {a: 1},
      {a: '1'},
      [{a: 1}],
      null,
      'null',
      [],
      {},
      '',
      [null],
      true,
      'true',
    ];
    assert.equal(new Set(values.map(digestOf)).size, values.length);
  });

  test('a field that is undefined is absent, as on the wire', TIMEOUT, () => {
    assert.equal(digestOf({a: 1, b: undefined}), digestOf({a: 1}));
    assert.equal(canonicalJson([undefined]), '[null]');
    assert.equal(canonicalJson(undefined), 'null');
  });

  test('fields named like an object’s own machinery are data', TIMEOUT, () => {
    const hostile = JSON.parse('{"__proto__":{"a":1},"constructor":2,"toJSON":3}') as unknown;
    assert.equal(canonicalJson(hostile), '{"__proto__":{"a":1},"constructor":2,"toJSON":3}');
    assert.notEqual(digestOf(JSON.parse('{"__proto__":1}')), digestOf({}));
  });

  test('a frame nested deeper than the stack is read like any other', TIMEOUT, () => {
    const depth = 100_000;
    let nested: unknown = 1;
    for (let i = 0; i < depth; i++) nested = i % 2 ? [nested] : {a: nested};
    assert.match(digestOf(nested), /^[0-9a-f]{16}$/);
  });

  test('is always sixteen hexadecimal digits', TIMEOUT, () => {
    fc.assert(
      fc.property(json, (data) => {
        assert.match(digestOf(data), /^[0-9a-f]{16}$/);
      }),
    );
  });
});
