import {expect} from '@open-wc/testing';
import fc from '../support/fast-check.js';
import {query} from '../../demo/hosts/cif-odata.js';
import {readGuid} from '../../src/adapters/common/odata.js';
import {AdapterError, type ContactLog} from '../../src/adapters/crm-adapter.js';
import {own, ownText} from '../../src/adapters/common/own.js';
import {readFailure, readRows, readValue} from '../../src/adapters/dynamics/cif-values.js';
import {readCustomParameters} from '../../src/adapters/dynamics/custom-parameters.js';
import {Lookup} from '../../src/adapters/dynamics/lookup.js';
import type {DataverseOptions} from '../../src/adapters/dynamics/options.js';
import {libraryUrl, orgOrigin} from '../../src/adapters/dynamics/org-address.js';
import {phoneCallRow} from '../../src/adapters/dynamics/phone-call.js';
import {sameNumber, searchDigits} from '../../src/adapters/dynamics/phone-numbers.js';
import {tableOf} from '../../src/adapters/dynamics/tables.js';

const GUID = '0000c0de-0000-4000-8000-000000000001';
const OTHER = '0000c0de-0000-4000-8000-000000000002';
const HOSTILE = [
  'O\'Brien"); drop',
  "' or '1' eq '1",
  "') or contains(fullname,'",
  '&$filter=contactid ne null',
  '?$top=5000#x',
  '%',
  '_',
  '[a-z]',
  '[[]',
  '__proto__',
  '<img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  '\\',
  '+49 30',
  'Zoë 🚀 \ud800',
];

const never = new AbortController().signal;

/** A lookup over rows in memory that are asked as strictly as Dataverse asks. */
function lookup(
  rows: readonly {readonly id?: string; readonly fields: Readonly<Record<string, string>>}[] = [],
  options: DataverseOptions = {},
  entity = 'contact',
): {readonly lookup: Lookup; readonly asked: string[]} {
  const asked: string[] = [];
  const records = rows.map(({id = GUID, fields}) => ({entity, id, name: '', fields}));
  const ask = async (table: string, text: string): Promise<readonly unknown[]> => {
    asked.push(`${table} ${text}`);
    return query(records, table, text);
  };
  return {lookup: new Lookup('dynamics', options, ask), asked};
}

const person = (fields: Readonly<Record<string, string>>, id = GUID) => ({
  id,
  fields: {fullname: '', emailaddress1: '', telephone1: '', mobilephone: '', ...fields},
});

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => (error instanceof AdapterError ? error.code : String(error)),
  );
}

describe('an org’s address', () => {
  const cases: [string, readonly string[] | undefined, string][] = [
    ['https://acme.crm.dynamics.com', undefined, 'https://acme.crm.dynamics.com'],
    ['https://acme.crm4.dynamics.com/main.aspx?x=1#y', undefined, 'https://acme.crm4.dynamics.com'],
    ['https://ACME.crm.dynamics.com', undefined, 'https://acme.crm.dynamics.com'],
    ['https://user:secret@acme.crm.dynamics.com', undefined, 'https://acme.crm.dynamics.com'],
    ['https://acme.crm9.dynamics.com:8443', undefined, 'https://acme.crm9.dynamics.com:8443'],
    ['https://acme.crm.microsoftdynamics.us', undefined, 'https://acme.crm.microsoftdynamics.us'],
    ['https://acme.crm.appsplatform.us', undefined, 'https://acme.crm.appsplatform.us'],
    ['https://acme.crm.dynamics.cn', undefined, 'https://acme.crm.dynamics.cn'],
    ['http://acme.crm.dynamics.com', undefined, 'unsafeUrl'],
    ['https://dynamics.com', undefined, 'unsafeUrl'],
    ['https://evildynamics.com', undefined, 'unsafeUrl'],
    ['https://acme.crm.dynamics.com.evil.example', undefined, 'unsafeUrl'],
    ['https://evil.example/acme.crm.dynamics.com', undefined, 'unsafeUrl'],
    ['https://acme.crm.dynamics.com@evil.example', undefined, 'unsafeUrl'],
    ['javascript:alert(1)//acme.crm.dynamics.com', undefined, 'unsafeUrl'],
    ['data:text/javascript,alert(1)', undefined, 'unsafeUrl'],
    ['//acme.crm.dynamics.com', undefined, 'badConfig'],
    ['acme', undefined, 'badConfig'],
    ['', undefined, 'badConfig'],
    ['https://acme.crm.dynamics.com', ['acme.crm.dynamics.com'], 'https://acme.crm.dynamics.com'],
    ['https://acme.crm.dynamics.com', ['ACME.crm.dynamics.com'], 'https://acme.crm.dynamics.com'],
    ['https://other.crm.dynamics.com', ['acme.crm.dynamics.com'], 'unsafeUrl'],
    ['https://acme.crm.dynamics.com', [], 'unsafeUrl'],
    ['http://localhost:4400', undefined, 'unsafeUrl'],
    ['http://localhost:4400', ['localhost'], 'http://localhost:4400'],
    ['http://crm.localhost:4400', ['localhost'], 'unsafeUrl'],
    ['http://crm.localhost:4400', ['*.localhost'], 'http://crm.localhost:4400'],
    ['http://a.crm.example', ['*.crm.example'], 'unsafeUrl'],
  ];
  for (const [address, hosts, expected] of cases) {
    it(`${address || '(none)'} with ${hosts?.join() ?? 'Microsoft’s hosts'} is ${expected}`, () => {
      let result: string;
      try {
        result = orgOrigin(address, hosts).origin;
      } catch (error) {
        result = (error as AdapterError).code;
      }
      expect(result).to.equal(expected);
    });
  }

  it('names the library at one path only', () => {
    const org = orgOrigin('https://acme.crm.dynamics.com/webresources/evil.js?ucilib=x');
    expect(libraryUrl(org).href).to.equal('https://acme.crm.dynamics.com/webresources/Widget/msdyn_ciLibrary.js');
  });
});

describe('what CIF answers', () => {
  it('is read from JSON, from JSON of JSON, from Maps, and as it is', () => {
    const wanted = {a: 1, b: {c: 'x'}};
    const map = new Map<string, unknown>([
      ['a', 1],
      ['b', new Map([['c', 'x']])],
    ]);
    for (const given of [wanted, map, JSON.stringify(wanted), JSON.stringify(JSON.stringify(wanted))]) {
      expect(readValue(given)).to.deep.equal(wanted);
    }
    expect(readValue('session-1')).to.equal('session-1');
    expect(readValue(undefined)).to.equal(undefined);
    expect(readValue(0)).to.equal(0);
  });

  it('ends where a Map holds itself', () => {
    const map = new Map<string, unknown>();
    map.set('self', map);
    expect(JSON.stringify(readValue(map)).length).to.be.below(200);
  });

  it('is whatever it is: nothing throws, and a value comes through', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        // A text that is JSON itself is taken for JSON: CIF writes some answers twice.
        if (typeof value === 'object' && value !== null) {
          expect(JSON.stringify(readValue(text))).to.equal(text);
          expect(JSON.stringify(readValue(JSON.stringify(text)))).to.equal(text);
        } else readValue(text);
      }),
    );
  });

  it('has rows by number, or as a list', () => {
    expect(readRows({})).to.deep.equal([]);
    expect(readRows({0: 'a', 1: 'b', 3: 'lost', length: 9})).to.deep.equal(['a', 'b']);
    expect(readRows(['a'])).to.deep.equal(['a']);
    for (const wrong of ['text', 5, null, undefined, true]) {
      expect(() => readRows(wrong))
        .to.throw(AdapterError)
        .with.property('code', 'badReply');
    }
  });

  it('has only properties of its own', () => {
    expect(own({}, 'toString')).to.equal(undefined);
    expect(own(Object.create({value: 1}), 'value')).to.equal(undefined);
    expect(own('text', 'length')).to.equal(undefined);
    expect(ownText({value: 'x'.repeat(513)}, 'value')).to.equal(undefined);
    expect(ownText({value: ''}, 'value')).to.equal(undefined);
    expect(ownText({value: 5}, 'value')).to.equal(undefined);
    expect(ownText({value: 'x'}, 'value')).to.equal('x');
  });

  const failures: [string, unknown, string, string][] = [
    [
      'the library’s own time limit',
      JSON.stringify({message: 'Timeout occurred as no response was received from listener window'}),
      'timeout',
      'dynamics: open was not answered',
    ],
    ['a code', JSON.stringify({message: 'John Doe', errorCode: -2147220960}), 'refused', '(-2147220960)'],
    [
      'a Map',
      new Map<string, unknown>([
        ['message', 'John Doe'],
        ['msdyn_name', 'openForm'],
      ]),
      'refused',
      '(openForm)',
    ],
    ['an Error', new Error('John Doe'), 'refused', 'dynamics: open was refused'],
    ['a text', 'John Doe is not there', 'refused', 'dynamics: open was refused'],
    ['a code with words in it', {errorCode: 'John Doe'}, 'refused', 'dynamics: open was refused'],
    ['nothing', undefined, 'refused', 'dynamics: open was refused'],
  ];
  for (const [what, given, code, words] of failures) {
    it(`is a failure by ${what}: ${code}, without the host’s own words`, () => {
      const error = readFailure('open', given);
      expect(error).to.have.property('code', code);
      expect(error.message).to.contain(words).and.not.contain('John');
    });
  }
});

describe('custom parameters', () => {
  const wanted = {apiBase: 'https://api.example.com', dynamics: {sessions: true}};
  const cases: [string, unknown, unknown][] = [
    ['JSON', JSON.stringify({...wanted, other: 1}), wanted],
    ['JSON with JSON in it', JSON.stringify({...wanted, dynamics: '{"sessions": true}'}), wanted],
    ['lines', 'our settings\r\napiBase = https://api.example.com\ndynamics={"sessions":true}\n=x', wanted],
    ['an object', wanted, wanted],
    ['nothing', undefined, {}],
    ['an empty text', '   ', {}],
    ['a number', 7, {}],
    ['an address with signs', 'tokenUrl=https://a.example/t?x=1&y=2', {tokenUrl: 'https://a.example/t?x=1&y=2'}],
    ['names that are inherited', '{"__proto__": {"apiBase": "https://evil.example"}}', {}],
    ['a way to give a token', 'tokenSource=evil()\ntoken=secret', {}],
  ];
  for (const [what, customParams, expected] of cases) {
    it(`are read from ${what}`, () => {
      expect(readCustomParameters({customParams})).to.deep.equal(expected);
    });
  }

  it('have one spelling in v1 and another in v2', () => {
    expect(readCustomParameters({customparams: 'agentId=a1'})).to.deep.equal({agentId: 'a1'});
    expect(readCustomParameters(null)).to.deep.equal({});
  });

  it('that cannot be read are named', () => {
    expect(() => readCustomParameters({customParams: '{"apiBase": '})).to.throw(AdapterError, /are not JSON/);
    expect(() => readCustomParameters({customParams: 'popRules=[oops'})).to.throw(AdapterError, /popRules is not JSON/);
  });

  it('never fail otherwise', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), (customParams) => {
        try {
          readCustomParameters({customParams});
        } catch (error) {
          expect(error).to.have.property('code', 'badConfig');
        }
      }),
    );
  });
});

describe('a phone number', () => {
  const cases: [string, string, boolean][] = [
    ['+1 555 010 0123', '15550100123', true],
    ['+1 (555) 010-0123', '555 010 0123', true],
    ['+49 30 1234567', '030/1234567', true],
    ['0049301234567', '+49 30 1234567', true],
    ['+49 30 1234567', '1234567', true],
    ['+49 30 1234567', '234567', false],
    ['+49 30 1234567', '+49 40 1234567', false],
    ['+1 555 010 0123', '+44 555 010 0123', false],
    ['+49 30 1234567', '49301234', false],
    ['123', '123', true],
    ['4123', '123', false],
    ['', '', false],
    ['anonymous', '', false],
    ['000', '0', false],
  ];
  for (const [a, b, same] of cases) {
    it(`${a || '(none)'} and ${b || '(none)'} are ${same ? 'one' : 'two'}`, () => {
      expect(sameNumber(a, b)).to.equal(same);
      expect(sameNumber(b, a)).to.equal(same);
    });
  }

  it('is one with itself however it is written', () => {
    const digits = fc.stringMatching(/^[1-9]\d{7,14}$/);
    const signs = fc.array(fc.constantFrom('', ' ', '-', '.', '(', ')', '/'), {minLength: 15, maxLength: 15});
    fc.assert(
      fc.property(digits, signs, fc.constantFrom('+', '00', ''), (number, between, before) => {
        const written = before + [...number].map((digit, i) => digit + between[i]!).join('');
        expect(sameNumber(written, number)).to.equal(true);
        expect(number.endsWith(searchDigits(written))).to.equal(true);
      }),
    );
  });
});

describe('a table of Dataverse', () => {
  it('is known, or described by the org, or neither', () => {
    expect(tableOf('contact')).to.deep.include({name: 'fullname', set: 'contacts'});
    expect(tableOf('contact', {contact: {phones: ['telephone2']}})).to.deep.include({
      name: 'fullname',
      phones: ['telephone2'],
    });
    expect(tableOf('cxn_order', {cxn_order: {name: 'cxn_number'}})).to.deep.equal({name: 'cxn_number'});
    expect(tableOf('cxn_order', {cxn_order: {emails: ['x']}})).to.equal(undefined);
    for (const name of ['toString', '__proto__', 'constructor', 'cxn_order']) {
      expect(tableOf(name), name).to.equal(undefined);
    }
  });
});

describe('a search in Dataverse', () => {
  it('asks for the columns that show and compare, and no more rows than a person chooses among', async () => {
    const {lookup: of, asked} = lookup([person({})]);
    await of.search({entity: 'contact', by: 'email', value: ' a@b.example '}, never);
    await of.search({entity: 'contact', by: 'phone', value: '+1 (555) 010-0123'}, never);
    await of.search({entity: 'contact', by: 'phone', value: '123'}, never);
    await of.search({entity: 'contact', by: 'text', value: 'Doe'}, never);
    expect(asked.map(decodeURIComponent)).to.deep.equal([
      "contact ?$select=fullname&$filter=emailaddress1 eq 'a@b.example'&$top=50",
      "contact ?$select=fullname,telephone1,mobilephone&$filter=contains(telephone1,'0%1%0%0%1%2%3')" +
        " or contains(mobilephone,'0%1%0%0%1%2%3')&$top=50",
      "contact ?$select=fullname,telephone1,mobilephone&$filter=telephone1 eq '123' or mobilephone eq '123'&$top=50",
      "contact ?$select=fullname&$filter=contains(fullname,'Doe')&$top=50",
    ]);
  });

  it('finds a number however it is written, and no other that ends like it', async () => {
    const {lookup: of} = lookup([
      person({fullname: 'Office', telephone1: '(555) 010-0123'}),
      person({fullname: 'Mobile', mobilephone: '+1 555.010.0123'}, OTHER),
      person({fullname: 'Abroad', telephone1: '+44 555 010 0123'}, '0000c0de-0000-4000-8000-000000000003'),
    ]);
    const found = await of.search({entity: 'contact', by: 'phone', value: '+15550100123'}, never);
    expect(found.map(({name}) => name)).to.deep.equal(['Office', 'Mobile']);
  });

  for (const hostile of HOSTILE) {
    it(`takes ${JSON.stringify(hostile)} for a text`, async () => {
      // What no address can carry arrives as the replacement character.
      const clean = hostile.replace(/\p{Surrogate}/gu, '\ufffd');
      const rows = [person({fullname: clean, emailaddress1: clean}), person({fullname: 'else'}, OTHER)];
      const {lookup: of} = lookup(rows);
      for (const by of ['email', 'text'] as const) {
        const found = await of.search({entity: 'contact', by, value: hostile}, never);
        expect(found, by).to.deep.equal([{entity: 'contact', id: GUID, name: clean}]);
      }
      expect(await codeOf(of.resolve({entity: 'incident', id: hostile}, never))).to.equal('notFound');
    });
  }

  it('finds just the rows that hold the text, whatever it is', async () => {
    const text = fc.string({unit: 'grapheme', minLength: 1, maxLength: 20}).filter((value) => value.trim() !== '');
    const signs = fc.stringMatching(/^['"%_[\]()&?#=+,;$ a]{1,12}$/).filter((value) => value.trim() !== '');
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, signs), fc.boolean(), async (value, email) => {
        const wanted = value.trim();
        const {lookup: of} = lookup([
          person(email ? {emailaddress1: wanted} : {fullname: `x${wanted}y`}),
          person({fullname: 'q', emailaddress1: 'q'}, OTHER),
        ]);
        const found = await of.search({entity: 'contact', by: email ? 'email' : 'text', value}, never);
        expect(found.map(({id}) => id)).to.include(GUID);
        if (wanted !== 'q') expect(found).to.have.lengthOf(1);
      }),
    );
  });

  it('asks nothing for what would match all, or nothing', async () => {
    const {lookup: of, asked} = lookup([person({})], {tables: {cxn_order: {name: 'cxn_number'}}});
    for (const [entity, by, value] of [
      ['contact', 'email', ' '],
      ['contact', 'text', ''],
      ['contact', 'phone', 'anonymous'],
      ['cxn_order', 'email', 'a@b.example'],
      ['cxn_order', 'phone', '+15550100123'],
    ] as const) {
      expect(await of.search({entity, by, value}, never)).to.deep.equal([]);
    }
    expect(asked).to.deep.equal([]);
  });

  it('knows rules’ names for tables, and refuses what is none', async () => {
    const {lookup: of, asked} = lookup([], {
      names: {entities: {policy: 'cxn_policy'}},
      tables: {cxn_policy: {name: 'n'}},
    });
    await of.search({entity: 'ticket', by: 'text', value: 'x'}, never);
    await of.search({entity: 'policy', by: 'text', value: 'x'}, never);
    expect(asked.map((text) => text.split(' ')[0])).to.deep.equal(['incident', 'cxn_policy']);
    for (const entity of ['contact?$filter=1 eq 1', 'a b', '', 'x/../y', 'unknown', 'toString']) {
      expect(await codeOf(of.search({entity, by: 'text', value: 'x'}, never)), entity).to.equal('badConfig');
    }
  });

  it('takes no row for a record that has no id', async () => {
    for (const row of [{}, {contactid: 'no guid'}, {contactid: 5}, 'text', null]) {
      const of = new Lookup('dynamics', {}, async () => [row]);
      expect(await codeOf(of.search({entity: 'contact', by: 'text', value: 'x'}, never))).to.equal('badReply');
    }
  });

  it('reads no more than fifty rows, and of each no longer name than anybody reads', async () => {
    const rows = Array.from({length: 80}, (_, i) => ({
      contactid: GUID.slice(0, -2) + String(10 + (i % 90)),
      fullname: 'x'.repeat(9_000),
    }));
    const of = new Lookup('dynamics', {}, async () => rows);
    const found = await of.search({entity: 'contact', by: 'text', value: 'x'}, never);
    expect(found).to.have.lengthOf(50);
    expect(found[0]!.name).to.have.lengthOf(512);
  });
});

describe('the id of a record', () => {
  const accounts = [{fields: {accountnumber: 'ACC-1'}}, {id: OTHER, fields: {accountnumber: 'ACC-2'}}];

  it('is found by its GUID in any spelling, and by the number that people use', async () => {
    const {lookup: of, asked} = lookup(accounts, {}, 'account');
    expect(await of.resolve({entity: 'account', id: GUID}, never)).to.equal(GUID);
    expect(await of.resolve({entity: 'account', id: `{${GUID.toUpperCase()}}`}, never)).to.equal(GUID);
    expect(await of.resolve({entity: 'account', id: ' ACC-2 '}, never)).to.equal(OTHER);
    expect(asked.map(decodeURIComponent)).to.deep.equal([
      `account ?$select=accountid&$filter=accountid eq ${GUID}&$top=50`,
      `account ?$select=accountid&$filter=accountid eq ${GUID}&$top=50`,
      "account ?$select=accountid&$filter=accountnumber eq 'ACC-2'&$top=50",
    ]);
  });

  it('of no record, of several, or in a table without numbers is not found', async () => {
    const {lookup: of} = lookup([...accounts, {id: OTHER, fields: {accountnumber: 'ACC-1'}}], {}, 'account');
    for (const [entity, id] of [
      ['account', 'ACC-1'],
      ['account', 'ACC-9'],
      ['account', ''],
      ['account', '0000c0de-0000-4000-8000-999999999999'],
      ['contact', 'ACC-1'],
      ['toString', 'ACC-1'],
    ] as const) {
      expect(await codeOf(of.resolve({entity, id}, never)), id).to.equal('notFound');
    }
  });

  it('is asked in the org’s own column, and in the key of an activity', async () => {
    const {lookup: of, asked} = lookup([{fields: {cxn_number: 'C-1'}}], {idFields: {contact: 'cxn_number'}});
    expect(await of.resolve({entity: 'contact', id: 'C-1'}, never)).to.equal(GUID);
    await codeOf(of.resolve({entity: 'task', id: OTHER}, never));
    expect(asked.at(-1)).to.contain(`task ?$select=activityid&$filter=activityid eq`);
  });

  it('that a search has given is not asked again', async () => {
    const {lookup: of, asked} = lookup([person({fullname: 'x'})]);
    await of.search({entity: 'contact', by: 'text', value: 'x'}, never);
    expect(await of.resolve({entity: 'contact', id: GUID}, never)).to.equal(GUID);
    expect(asked).to.have.lengthOf(1);
  });

  it('is trusted where the host will not say, and not where it does not answer', async () => {
    const failing = (code: 'refused' | 'timeout'): Lookup =>
      new Lookup('dynamics', {}, () => Promise.reject(new AdapterError(code, 'dynamics: x')));
    expect(await failing('refused').resolve({entity: 'contact', id: GUID}, never)).to.equal(GUID);
    expect(await codeOf(failing('refused').resolve({entity: 'account', id: 'ACC-1'}, never))).to.equal('refused');
    expect(await codeOf(failing('timeout').resolve({entity: 'contact', id: GUID}, never))).to.equal('timeout');
  });

  it('is a GUID or none', () => {
    fc.assert(fc.property(fc.uuid(), (id) => readGuid(`{${id.toUpperCase()}}`) === id));
    for (const wrong of [`${GUID}x`, `${GUID} or 1 eq 1`, 'ACC-1', '', 5, null, `${GUID}\n`]) {
      expect(readGuid(wrong)).to.equal(undefined);
    }
  });
});

describe('the record of a call', () => {
  const log: ContactLog = {
    interactionId: 'i1',
    mediaType: 'voice',
    direction: 'inbound',
    from: '+15550100123',
    to: '+15550199999',
    skillId: 'sales',
    startedAt: 1_000,
    answeredAt: 2_000,
    endedAt: 63_000,
    talkSeconds: 61,
    acwSeconds: 12,
    disposition: 'Sold',
  };

  it('is a phone call in whole minutes, regarding its record', () => {
    const record = {entity: 'contact', id: GUID};
    expect(phoneCallRow({...log, record}, tableOf('contact'))).to.deep.equal({
      subject: 'Inbound call: +15550100123',
      phonenumber: '+15550100123',
      directioncode: false,
      actualdurationminutes: 2,
      description: 'CXone interaction: i1\nSkill: sales\nAfter-call work: 12 s\nDisposition: Sold',
      'regardingobjectid_contact@odata.bind': `/contacts(${GUID})`,
    });
  });

  it('tells the other side’s number, and that nobody answered', () => {
    const {from: _, answeredAt: __, ...rest} = log;
    const row = phoneCallRow({...rest, talkSeconds: 0, skillId: '', acwSeconds: undefined}, undefined)!;
    expect(row).to.deep.include({subject: 'Inbound call', actualdurationminutes: 0});
    expect(row).not.to.have.property('phonenumber');
    expect(row['description']).to.equal('CXone interaction: i1\nNot answered\nDisposition: Sold');
    expect(phoneCallRow({...log, direction: 'outbound'}, undefined)).to.deep.include({
      subject: 'Outbound call: +15550199999',
      phonenumber: '+15550199999',
      directioncode: true,
    });
  });

  it('regards nothing that has no id, or whose table is unknown', () => {
    const regards = (record: {entity: string; id: string}, set?: string): boolean =>
      Object.keys(phoneCallRow({...log, record}, set ? {name: 'n', set} : undefined)!).some((key) => key.includes('@'));
    expect(regards({entity: 'contact', id: GUID}, 'contacts')).to.equal(true);
    expect(regards({entity: 'contact', id: GUID})).to.equal(false);
    expect(regards({entity: 'contact', id: 'ACC-1'}, 'contacts')).to.equal(false);
  });

  it('fits its columns, and is of calls alone', () => {
    const row = phoneCallRow({...log, from: '1'.repeat(500)}, undefined)!;
    expect(row['subject']).to.have.lengthOf(200);
    expect(row).not.to.have.property('phonenumber');
    expect(phoneCallRow({...log, from: '+1 415 555 0119 x12'}, undefined)!['phonenumber']).to.equal('+14155550119');
    expect(phoneCallRow({...log, mediaType: 'webchat'}, undefined)).to.equal(undefined);
  });
});
