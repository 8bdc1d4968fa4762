import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import fc from '../support/fast-check.js';
import {DEFAULT_POP_RULES, type PopRule} from '../../src/domain/screen-pop.js';
import {loadPhoneNumbers} from '../../src/worker/pops/phone-numbers.js';
import {planPop} from '../../src/worker/pops/pop-plan.js';

const subject = (payload: Record<string, unknown>, more: {ani?: string; mediaType?: 'voice' | 'email'} = {}) => ({
  interactionId: 'int-1',
  mediaType: more.mediaType ?? ('voice' as const),
  ani: more.ani,
  dnis: undefined,
  payload,
});

describe('the rules that turn a payload into what to open', () => {
  it('try the exact id first, then the search, then a new record', () => {
    const plan = planPop(
      DEFAULT_POP_RULES,
      subject({crm_account_id: ' ACC-1 ', customer_email: 'a@b.c'}, {ani: '+1555'}),
    );
    assert.deepEqual(plan, [
      {kind: 'open', record: {entity: 'account', id: 'ACC-1'}},
      {kind: 'search', query: {entity: 'contact', by: 'email', value: 'a@b.c'}},
      {kind: 'search', query: {entity: 'contact', by: 'phone', value: '+1555'}},
      {kind: 'create', draft: {entity: 'contact', fields: {email: 'a@b.c', phone: '+1555'}}},
    ]);
  });

  it('take the first rule whose every field matches, in any case', () => {
    const rules: PopRule[] = [
      {when: {priority: 'low'}, steps: [{kind: 'open', entity: 'never', idField: 'id'}]},
      {
        when: {custom_routing_key: ['premium_tier', 'gold'], priority: 'high'},
        media: ['voice'],
        steps: [{kind: 'open', entity: 'vip', idField: 'id'}],
      },
      {steps: [{kind: 'open', entity: 'account', idField: 'id'}]},
    ];
    const entities = (payload: Record<string, unknown>, mediaType?: 'voice' | 'email'): string[] =>
      planPop(rules, subject(payload, {mediaType})).map((step) =>
        step.kind === 'open' ? step.record.entity : step.kind,
      );
    assert.deepEqual(entities({id: 1, custom_routing_key: 'GOLD', priority: 'High'}), ['vip']);
    assert.deepEqual(entities({id: 1, custom_routing_key: 'GOLD', priority: 'High'}, 'email'), ['account']);
    assert.deepEqual(entities({id: 1}), ['account']);
  });

  it('search and fill in no caller that is no number', () => {
    for (const ani of ['anonymous', 'sip:anonymous@anonymous.invalid', '+266696687', 'sip:alice@pbx.example', '']) {
      assert.deepEqual(planPop(DEFAULT_POP_RULES, subject({}, {ani})), []);
      assert.deepEqual(planPop(DEFAULT_POP_RULES, subject({customer_email: 'a@b.c'}, {ani})).at(-1), {
        kind: 'create',
        draft: {entity: 'contact', fields: {email: 'a@b.c'}},
      });
    }
    const rules: PopRule[] = [
      {
        when: {ani: 'anonymous'},
        steps: [{kind: 'create', entity: 'Case', fill: {subject: 'Call from {ani}', Phone: '{number}', Fax: 'none'}}],
      },
    ];
    assert.deepEqual(planPop(rules, subject({number: 'unknown'}, {ani: 'anonymous'})), [
      {kind: 'create', draft: {entity: 'Case', fields: {subject: 'Call from', Fax: 'none'}}},
    ]);
  });

  it('take a number without its extension, by the country of the settings', async () => {
    await loadPhoneNumbers();
    const steps = planPop(
      DEFAULT_POP_RULES,
      subject({}, {ani: '"Ann" <sip:(415)%20555-0119;ext=12@pbx.example>'}),
      'US',
    );
    assert.deepEqual(steps, [
      {
        kind: 'search',
        query: {entity: 'contact', by: 'phone', value: '+14155550119', numbers: ['14155550119', '4155550119']},
      },
      {kind: 'create', draft: {entity: 'contact', fields: {phone: '+14155550119'}}},
    ]);
  });

  it('never throw, and take values only from the payload’s own scalar fields', () => {
    const hostile = fc.dictionary(
      fc.constantFrom('crm_account_id', 'customer_email', '__proto__', 'constructor'),
      fc.anything(),
    );
    fc.assert(
      fc.property(hostile, (payload) => {
        for (const step of planPop(DEFAULT_POP_RULES, subject(payload))) {
          if (step.kind === 'open') assert.equal(typeof step.record.id, 'string');
        }
      }),
    );
    assert.deepEqual(planPop([{steps: [{kind: 'open', entity: 'a', idField: 'constructor'}]}], subject({})), []);
  });
});
