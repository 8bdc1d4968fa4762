import {expect} from '@open-wc/testing';
import fc from '../support/fast-check.js';
import {recordId, sampleRecords} from '../../demo/hosts/open-cti-records.js';
import {isAdapterError, type ContactLog} from '../../src/adapters/crm-adapter.js';
import {callCenterItems} from '../../src/adapters/salesforce/call-center.js';
import {isOrg} from '../../src/adapters/salesforce/frame.js';
import {ofEntity, readMatches, recordsOf, withEmail} from '../../src/adapters/salesforce/matches.js';
import {isSalesforceId} from '../../src/adapters/salesforce/record-id.js';
import {escapeSearch, phoneVariants, searchPageText, searchText} from '../../src/adapters/salesforce/search-text.js';
import {taskOf} from '../../src/adapters/salesforce/task.js';

describe('an org’s origin', () => {
  const cases: [string, readonly string[] | undefined, boolean][] = [
    ['https://acme.lightning.force.com', undefined, true],
    ['https://acme.lightning.force.com:8443', undefined, true],
    ['https://acme--c.vf.force.com', undefined, true],
    ['https://acme.my.salesforce.com', undefined, true],
    ['https://acme.visualforce.com', undefined, true],
    ['https://acme.my-lightning.com', undefined, true],
    ['https://acme.lightning.crmforce.mil', undefined, true],
    ['http://acme.lightning.force.com', undefined, false],
    ['https://force.com', undefined, false],
    ['https://evilforce.com', undefined, false],
    ['https://acme.lightning.force.com.evil.example', undefined, false],
    ['https://acme.lightning.force.com/', undefined, false],
    ['https://acme.lightning.force.com/path', undefined, false],
    ['https://user@acme.lightning.force.com', undefined, false],
    ['https://ACME.lightning.force.com', undefined, false],
    ['null', undefined, false],
    ['*', undefined, false],
    ['', undefined, false],
    ['javascript:alert(1)//.force.com', undefined, false],
    ['http://localhost:4400', undefined, false],
    ['http://localhost:4400', ['localhost'], true],
    ['http://crm.localhost:4400', ['localhost'], false],
    ['http://crm.localhost:4400', ['*.localhost'], true],
    ['https://acme.lightning.force.com', ['acme.lightning.force.com'], true],
    ['https://acme.lightning.force.com', ['ACME.lightning.force.com'], true],
    ['https://other.lightning.force.com', ['acme.lightning.force.com'], false],
    ['https://other.lightning.force.com', ['*.lightning.force.com'], true],
    ['https://lightning.force.com', ['*.lightning.force.com'], false],
    ['http://a.lightning.force.com', ['*.lightning.force.com'], false],
    ['https://acme.lightning.force.com', [], false],
  ];
  for (const [origin, hosts, allowed] of cases) {
    it(`${origin || '(none)'} is ${allowed ? '' : 'not '}allowed by ${hosts?.join() ?? 'Salesforce’s rule'}`, () => {
      expect(isOrg(origin, hosts)).to.equal(allowed);
    });
  }

  for (const pattern of [
    '*',
    '*.com',
    '*.',
    '**.force.com',
    'a.*.com',
    'https://a.force.com',
    'a b',
    '',
    '.force.com',
  ]) {
    it(`cannot be given by the pattern ${JSON.stringify(pattern)}`, () => {
      expect(() => isOrg('https://a.force.com', [pattern]))
        .to.throw()
        .with.property('code', 'badConfig');
    });
  }
});

describe('an id', () => {
  const cases: [string, string, boolean][] = [
    ['001D000000IRFmaIAH', 'Account', true],
    ['001D000000IRFma', 'Account', true],
    // The suffix tells the capitals: a wrong one is no id.
    ['001D000000IRFmaIAG', 'Account', false],
    ['001d000000irfmaIAH', 'Account', false],
    // Of the org's own object.
    ['a0XD000000IRFma', 'Order__c', true],
    // An account number of another system.
    ['X99D000000IRFma', 'Account', false],
    ['ACC-44921', 'Account', false],
    ['001D000000IRFm', 'Account', false],
    ['001D000000IRFma/../x', 'Account', false],
    ["001D000000IRF'a", 'Account', false],
    ['', 'Account', false],
  ];
  for (const [id, entity, expected] of cases) {
    it(`${id || '(none)'} is ${expected ? '' : 'not '}Salesforce’s own for ${entity}`, () => {
      expect(isSalesforceId(id, entity)).to.equal(expected);
    });
  }

  it('of the demo’s org is one', () => {
    for (const {id, entity} of sampleRecords()) expect(isSalesforceId(id, entity), id).to.equal(true);
    expect(recordId('001', 101)).to.equal('001Hs0000000101IAA');
  });
});

describe('a search string', () => {
  it('means just the text, whatever stands in it', () => {
    const reserved = /[?&|!{}[\]()^~*:\\"'+-]/;
    fc.assert(
      fc.property(fc.string({unit: 'grapheme', maxLength: 40}), (text) => {
        const escaped = escapeSearch(text);
        const quoted = /^"(.*)"$/s.exec(escaped)?.[1];
        const inner = quoted ?? escaped;
        expect(inner.replace(/\\./gsu, '')).not.to.match(reserved);
        expect(inner.replace(/\\(.)/gsu, '$1')).to.equal(
          text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}]+/gu, ' ').trim(),
        );
        expect(inner).not.to.match(/\p{Cc}/u);
        if (/(^|\s)(and|or|not)(\s|$)/i.test(inner)) expect(quoted).not.to.equal(undefined);
      }),
      {numRuns: 1_000},
    );
  });

  const cases: [string, 'email' | 'phone' | 'text', string | undefined][] = [
    ['john.doe@example.com', 'email', 'john.doe@example.com'],
    ["o'neil+x@ex-ample.com", 'email', "o\\'neil\\+x@ex\\-ample.com"],
    ['Romeo and Juliet', 'text', '"Romeo and Juliet"'],
    ['Andorra', 'text', 'Andorra'],
    ['a\nb\u2028c', 'text', 'a b c'],
    ['x', 'text', undefined],
    ['x'.repeat(256), 'text', undefined],
    ['+1 (555) 010-0123', 'phone', '15550100123 OR 5550100123'],
    ['+49 30 1234567', 'phone', '49301234567 OR 301234567 OR 0301234567'],
    ['*67', 'phone', undefined],
    ['anonymous', 'phone', undefined],
    ['+15550100 OR Name', 'phone', undefined],
    ['+15550100 x12', 'phone', '15550100 OR 5550100'],
    ['', 'phone', undefined],
  ];
  for (const [value, by, expected] of cases) {
    it(`of ${by} ${JSON.stringify(value.slice(0, 30))} is ${expected ?? 'none'}`, () => {
      expect(searchText({by, value})).to.equal(expected);
    });
  }

  const numbers: [string, string[]][] = [
    ['+15550100123', ['15550100123', '5550100123']],
    ['15550100123', ['15550100123', '5550100123']],
    ['5550100123', ['5550100123']],
    ['0015550100123', ['15550100123', '5550100123']],
    ['+442071234567', ['442071234567', '2071234567', '02071234567']],
    ['+353861234567', ['353861234567', '861234567', '0861234567']],
    ['+79161234567', ['79161234567', '9161234567', '09161234567']],
    ['+390612345678', ['390612345678', '0612345678', '00612345678']],
    ['030 1234567', ['0301234567']],
  ];
  for (const [number, variants] of numbers) {
    it(`takes ${number} for ${variants.join(', ')}`, () => {
      expect(phoneVariants({value: number})).to.deep.equal(variants);
    });
  }

  it('for the search page has no signs that mean something, and three characters', () => {
    expect(searchPageText({by: 'text', value: '"a" -b* (c)'})).to.equal('a b c');
    expect(searchPageText({by: 'text', value: '(a)'})).to.equal(undefined);
    expect(searchPageText({by: 'phone', value: '+1 555 010 0123'})).to.equal('5550100123');
  });
});

describe('what a search gives', () => {
  const rows = {
    SCREEN_POP_DATA: {type: 'search', params: {searchString: 'x'}},
    '003xx000004TmiQAAS': {Id: '003xx000004TmiQAAS', Name: 'Ann', RecordType: 'VIP', Email: 'Ann@b.example'},
    '001xx000003DGb1AAG': {Name: 'Person', RecordType: 'Account', IsPersonAccount: true},
    '001xx000003DGb2AAG': {Name: 'Firm', RecordType: 'Account', Website: 'ann@b.example.org'},
    a0Xxx000003DGb1AAG: {Name: 'Order', RecordType: 'Order__c'},
    a0Yxx000003DGb1AAG: {Name: 'Unnamed'},
  };
  const found = (entity: string): (string | undefined)[] =>
    recordsOf(ofEntity(readMatches(rows).items, entity)).map(({name}) => name);

  it('is the records of the object that was asked for', () => {
    expect(found('Contact')).to.deep.equal(['Ann', 'Person', 'Unnamed']);
    expect(found('Account')).to.deep.equal(['Person', 'Firm', 'Unnamed']);
    expect(found('order__c')).to.deep.equal(['Order', 'Unnamed']);
    expect(found('*')).to.have.lengthOf(5);
    expect(readMatches(rows).popData).to.equal(rows.SCREEN_POP_DATA);
    // A person account stays the account that it is.
    expect(recordsOf(ofEntity(readMatches(rows).items, 'Contact'))[1]).to.deep.equal({
      entity: 'Account',
      id: '001xx000003DGb1AAG',
      name: 'Person',
    });
  });

  it('of an e-mail address is who shows that address, or none', () => {
    expect(recordsOf(withEmail(readMatches(rows).items, 'ann@B.example ')).map(({name}) => name)).to.deep.equal([
      'Ann',
      'Person',
      'Order',
      'Unnamed',
    ]);
  });

  it('is cut to what a panel can show', () => {
    const many = Object.fromEntries(Array.from({length: 200}, (_, i) => [`x${i}`, {Name: 'x'.repeat(600)}]));
    const records = recordsOf(ofEntity(readMatches(many).items, 'Contact'));
    expect(records).to.have.lengthOf(50);
    expect(records[0]).to.deep.equal({entity: 'Contact', id: 'x0'});
  });

  it('of any shape is read or refused, never thrown over', () => {
    fc.assert(
      fc.property(fc.anything({withNullPrototype: true, withBigInt: true}), (value) => {
        try {
          const {items} = readMatches(value);
          for (const {record} of items) expect(record.id).to.be.a('string').and.not.equal('');
        } catch (error) {
          expect(isAdapterError(error) && error.code).to.equal('badReply');
        }
        callCenterItems(value);
      }),
      {numRuns: 500},
    );
  });
});

describe('a task', () => {
  const log: ContactLog = {
    interactionId: 'i'.repeat(300),
    mediaType: 'email',
    direction: 'outbound',
    startedAt: new Date(2026, 0, 2, 3).getTime(),
    endedAt: 0,
    talkSeconds: -1,
  };

  it('fits into its fields', () => {
    expect(taskOf(log, {subject: '😀'.repeat(300)}, undefined)).to.deep.equal({
      entityApiName: 'Task',
      Subject: '😀'.repeat(255),
      Status: 'Completed',
      TaskSubtype: 'Email',
      ActivityDate: '2026-01-02',
      CallObject: 'i'.repeat(255),
    });
    expect(taskOf({...log, mediaType: 'voice'}, {}, undefined)).to.include({
      Subject: 'Outbound call',
      CallDurationInSeconds: 0,
    });
  });
});
