import assert from 'node:assert/strict';
import {describe, test} from 'node:test';
import fc from '../support/fast-check.js';
import {AdapterError} from '../../src/adapters/crm-adapter.js';
import {readNews, readRecords, readReply} from '../../src/adapters/generic/replies.js';
import {fillUrl} from '../../src/adapters/generic/templates.js';
import {DEFAULT_POP_RULES, type PlannedStep, type PopRule} from '../../src/domain/screen-pop.js';
import {planPop} from '../../src/worker/pops/pop-plan.js';
import {CANARY, clonable, mutated, nastyText, RUNS, TIMEOUT} from './arbitraries.js';
import {assertClonable, assertPlain, assertTellsNothing, inTime} from './invariants.js';

const OPTIONS = {numRuns: RUNS, includeErrorInReport: true};

/** An adapter's own error, of the codes given, that quotes nothing of what came. */
function assertAdapterError(error: unknown, codes: readonly string[]): void {
  assert.ok(error instanceof AdapterError, `not an AdapterError: ${String(error)}`);
  assert.ok(codes.includes(error.code), error.code);
  assertTellsNothing(error.message);
}

describe('screen pops: from a payload to what to open', () => {
  const PAYLOADS = [
    {crm_account_id: 'ACC-1', customer_email: 'a@b.c', priority: 'high', custom_routing_key: 'gold'},
    {crm_contact_id: 7, customer_email: `${CANARY}@b.c`, nested: {a: [1]}},
  ];
  const RULES: readonly PopRule[] = [
    {
      when: {priority: ['high', 'urgent'], custom_routing_key: 'GOLD'},
      media: ['voice'],
      steps: [
        {kind: 'open', entity: 'account', idField: 'crm_account_id'},
        {
          kind: 'create',
          entity: 'contact',
          fill: {name: '{name} {ani}', constructor: '{constructor}', x: '{__proto__}'},
        },
      ],
    },
    ...DEFAULT_POP_RULES,
  ];

  function check(step: PlannedStep): void {
    const texts =
      step.kind === 'open'
        ? [step.record.id]
        : step.kind === 'search'
          ? [step.query.value]
          : Object.values(step.draft.fields);
    for (const text of texts)
      assert.ok(typeof text === 'string' && text !== '' && text.length <= 4_096, 'a short text');
    assertPlain(step);
    assertClonable(step);
  }

  test('a valid payload gives its plan', () => {
    const plan = planPop(RULES, {
      interactionId: 'i',
      mediaType: 'voice',
      ani: '+49',
      dnis: undefined,
      payload: PAYLOADS[0]!,
    });
    assert.deepEqual(plan, [
      {kind: 'open', record: {entity: 'account', id: 'ACC-1'}},
      {kind: 'create', draft: {entity: 'contact', fields: {name: '+49'}}},
    ]);
  });

  test('any payload gives a plan of short texts', TIMEOUT, () => {
    let planned = 0;
    const payload = mutated(PAYLOADS).map((value) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {crm_account_id: value},
    );
    fc.assert(
      fc.property(payload, fc.option(nastyText, {nil: undefined}), nastyText, (given, ani, interactionId) => {
        const steps = inTime(() => planPop(RULES, {interactionId, mediaType: 'voice', ani, dnis: ani, payload: given}));
        steps.forEach(check);
        planned += Number(steps.length > 1);
      }),
      OPTIONS,
    );
    assert.ok(planned > RUNS / 2, `${planned} of ${RUNS} led to something`);
  });
});

describe('answers of a host page', () => {
  const REPLY = {
    type: 'cxone-crm-reply',
    id: '1-1',
    ok: true,
    result: {records: [{entity: 'account', id: 'A', name: 'n'}]},
  };
  const NEWS = [
    {type: 'cxone-crm-event', event: 'activity'},
    {type: 'cxone-crm-event', event: 'click-to-dial', number: '+49', record: {entity: 'account', id: 'A'}},
  ];

  test('valid ones pass through', () => {
    assert.deepEqual(readRecords(readReply(REPLY)?.result), [{entity: 'account', id: 'A', name: 'n'}]);
    assert.deepEqual(readReply(REPLY), {id: '1-1', ok: true, result: REPLY.result});
    for (const news of NEWS) assert.equal(readNews(news)?.event, news.event);
  });

  test('what a message inherits, or is too long, is no answer', () => {
    const inherits = Object.create(REPLY) as object;
    assert.equal(readReply(inherits), undefined);
    assert.throws(() => readRecords([Object.create(REPLY.result.records[0]!)]), {code: 'badReply'});
    const long = 'x'.repeat(513);
    assert.throws(() => readRecords([{entity: 'account', id: long}]), {code: 'badReply'});
    assert.deepEqual(readRecords([{entity: 'account', id: 'A', name: long}]), [{entity: 'account', id: 'A'}]);
    assert.equal(readNews({...NEWS[1], number: long}), undefined);
  });

  test('a list with fields of its own, which a message may have, is read all the same', () => {
    const list = Object.assign([...REPLY.result.records], {constructor: 'x', map: 1, slice: 1});
    assert.deepEqual(readRecords(structuredClone(list)), REPLY.result.records);
    assert.throws(() => readRecords(Array<unknown>(1)), {code: 'badReply'});
  });

  test('any message is a reply, news, or nobody’s', TIMEOUT, () => {
    let replies = 0;
    let news = 0;
    fc.assert(
      fc.property(
        fc.oneof({weight: 4, arbitrary: mutated([REPLY, ...NEWS])}, {weight: 1, arbitrary: clonable}),
        (data) => {
          const reply = inTime(() => readReply(data));
          if (reply) {
            replies++;
            assert.deepEqual([typeof reply.id, typeof reply.ok], ['string', 'boolean']);
          }
          const told = inTime(() => readNews(data));
          if (!told) return;
          news++;
          assertPlain(told);
          if (told.event === 'activity') return;
          assert.equal(told.event, 'click-to-dial');
          assert.ok(told.number !== '' && told.number.length <= 512, 'a number');
          if (told.record) assert.ok(told.record.entity !== '' && told.record.id !== '', 'a record');
        },
      ),
      OPTIONS,
    );
    assert.ok(replies > RUNS / 10 && news > RUNS / 10, `${replies} replies, ${news} news of ${RUNS}`);
  });

  test('any result of a search is a list of records or a typed error', TIMEOUT, () => {
    let found = 0;
    const result = fc.oneof(
      {weight: 4, arbitrary: mutated([REPLY.result, REPLY.result.records, []])},
      {weight: 1, arbitrary: clonable},
      {weight: 1, arbitrary: fc.array(fc.constant(REPLY.result.records[0]), {minLength: 1, maxLength: 80})},
      {weight: 1, arbitrary: fc.sparseArray(fc.constant(REPLY.result.records[0]), {maxLength: 5})},
    );
    fc.assert(
      fc.property(result, (data) => {
        try {
          const records = inTime(() => readRecords(data));
          found += Number(records.length > 0);
          assert.ok(records.length <= 50, 'nobody chooses among more');
          for (let i = 0; i < records.length; i++) {
            const {entity, id, name} = records[i]!;
            for (const text of [entity, id, name ?? 'none']) {
              assert.ok(typeof text === 'string' && text !== '' && text.length <= 512, 'a short text');
            }
          }
          assertPlain(records);
        } catch (error) {
          if ((error as Error).name === 'AssertionError') throw error;
          assertAdapterError(error, ['badReply']);
        }
      }),
      OPTIONS,
    );
    assert.ok(found > RUNS / 10, `${found} of ${RUNS} were lists`);
  });
});

describe('addresses made of templates and values', () => {
  const BASE = 'https://crm.example.com/desk/';
  const TEMPLATES = ['/accounts/{id}', 'https://other.example/x?e={id}&n={name}', '#/a/{id}', '../{name}/{id}/z'];
  /** Parts that browsers drop, swap or add to, put together at random. */
  const part = fc.constantFrom(
    '{id}',
    '{name}',
    '/',
    '//',
    '\\',
    ':',
    '@',
    '?',
    '#',
    '.',
    '..',
    '\t',
    '\n',
    '\u0001',
    ' ',
    'https:',
    'http:',
    'javascript:',
    'data:',
    'blob:',
    'evil.example',
    'x',
    '%2e',
    '8080',
  );
  const template = fc.oneof(
    fc.constantFrom(...TEMPLATES),
    fc.array(part, {minLength: 1, maxLength: 8}).map((parts) => parts.join('')),
    fc.tuple(fc.constantFrom(...TEMPLATES), nastyText).map((two) => two.join('')),
  );
  const value = fc.oneof(
    nastyText,
    fc.constantFrom('evil.example', '//evil.example', '@evil.example', ':1', 'a/../..'),
  );

  test('valid ones are filled', () => {
    assert.equal(fillUrl(TEMPLATES[0]!, {id: 'A 1'}, BASE).href, 'https://crm.example.com/accounts/A%201');
    assert.equal(fillUrl('/x/{id}', {id: `${'é'.repeat(3)}\ud83d`}, BASE).pathname, '/x/%C3%A9%C3%A9%C3%A9%EF%BF%BD');
  });

  test('whose host would be a value are refused, however it is hidden', () => {
    for (const hidden of [
      'https:///{id}/x',
      'https:/{id}/x',
      '///{id}/x',
      '/\t/{id}/x',
      'ht\ntps://{id}/x',
      '\u0001//{id}/x',
      'https:evil.example:{id}',
    ]) {
      assert.throws(
        () => fillUrl(hidden, {id: 'evil.example'}, 'http://crm.example.com/'),
        {code: 'badConfig'},
        hidden,
      );
    }
  });

  test('a missing value leads nowhere else', () => {
    assert.throws(() => fillUrl('/{name}/accounts', {name: ''}, BASE), {code: 'unsafeUrl'});
    assert.equal(fillUrl('/{name}/accounts', {name: 'x'}, BASE).href, 'https://crm.example.com/x/accounts');
  });

  test('lead where the template says, whatever the values', TIMEOUT, () => {
    let filled = 0;
    fc.assert(
      fc.property(template, value, value, (text, id, name) => {
        let url: URL;
        try {
          url = inTime(() => fillUrl(text, {id, name}, BASE));
        } catch (error) {
          return assertAdapterError(error, ['badConfig', 'unsafeUrl']);
        }
        filled++;
        assert.ok(['http:', 'https:'].includes(url.protocol), url.protocol);
        // The same template with harmless values leads to the same place.
        const harmless = fillUrl(text, {id: 'a', name: 'b'}, BASE);
        assert.deepEqual(
          [url.origin, url.username, url.password],
          [harmless.origin, harmless.username, harmless.password],
        );
      }),
      OPTIONS,
    );
    assert.ok(filled > RUNS / 10, `${filled} of ${RUNS} were filled`);
  });
});
