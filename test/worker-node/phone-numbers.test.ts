import assert from 'node:assert/strict';
import {before, describe, it} from 'node:test';
import {dialTarget, readParty} from '../../src/domain/phone-number.js';
import {loadPhoneNumbers, readPhone} from '../../src/worker/pops/phone-numbers.js';
import fc from '../support/fast-check.js';

/** What carriers, PBXs, CRMs and people write for the same telephone. */
const SAME = [
  '+14155550119',
  '+1 (415) 555-0119',
  '001 415 555 0119',
  '1-415-555-0119',
  'tel:+1-415-555-0119',
  'tel:555-0119;phone-context=+1415',
  'sip:+14155550119@pbx.example;user=phone',
  'sips:+14155550119:secret@pbx.example:5061',
  '"Ann Smith" <sip:+14155550119@pbx.example>;tag=1',
  'Ann <+14155550119>',
  '+14155550119@pbx.example',
  '+１ ４１５ ５５５ ０１１９',
  '+١٤١٥٥٥٥٠١١٩',
];
const WITH_EXTENSION = [
  '+14155550119;ext=12',
  '+1 415 555 0119 x12',
  '+1 415 555 0119x12',
  '+1 (415) 555-0119 ext. 12',
  '+14155550119 Extension 12',
  '+14155550119 #12',
  '+14155550119,,12#',
  'tel:+14155550119;ext=12',
  'sip:+14155550119;ext=12@pbx.example;user=phone',
];
const NOBODY = [
  'anonymous',
  'Unknown',
  'restricted',
  'withheld',
  'Unavailable',
  'private number',
  'sip:anonymous@anonymous.invalid',
  'sip:+14155550119@anonymous.invalid',
  'sip:unknown@pbx.example',
  '"Anonymous" <sip:anonymous@anonymous.invalid>',
  '+266696687',
  '266696687',
  '+86282452253',
  '0000000000',
  '+',
  '',
  '  ',
  '-',
  'x12',
  '123456789012345678901',
];
const ADDRESSES: [string, string][] = [
  ['sip:alice@pbx.example', 'alice@pbx.example'],
  ['Alice 7 <sip:alice7@pbx.example;transport=tcp>', 'alice7@pbx.example'],
  ['ann@example.com', 'ann@example.com'],
];

describe('a caller’s or a called party’s text', () => {
  before(() => loadPhoneNumbers());

  for (const written of SAME) {
    it(`is one number: ${written}`, () => {
      assert.equal(readPhone(written)?.written, '+14155550119');
      assert.deepEqual(readPhone(written)?.numbers, ['14155550119', '4155550119']);
    });
  }

  for (const written of WITH_EXTENSION) {
    it(`keeps the extension out of the number: ${written}`, () => {
      assert.equal(readPhone(written)?.written, '+14155550119');
      const party = readParty(written);
      assert.equal(party.kind === 'number' && party.extension, '12');
      assert.equal(dialTarget(written), '+14155550119');
    });
  }

  for (const written of NOBODY) {
    it(`is nobody’s number: ${JSON.stringify(written)}`, () => {
      assert.deepEqual(readParty(written), {kind: 'none'});
      assert.equal(readPhone(written), undefined);
    });
  }

  for (const [written, address] of ADDRESSES) {
    it(`is an address, not its digits: ${written}`, () => {
      assert.deepEqual(readParty(written), {kind: 'address', text: address});
      assert.equal(readPhone(written), undefined);
    });
  }

  it('is read by the country that the settings name, and stays as it is where they name none', () => {
    assert.deepEqual(readPhone('0171 1234567', 'DE'), {
      written: '+491711234567',
      numbers: ['491711234567', '1711234567', '01711234567'],
    });
    assert.equal(readPhone('06 1234 5678', 'IT')?.written, '+390612345678');
    assert.equal(readPhone('8 916 123-45-67', 'RU')?.written, '+79161234567');
    assert.deepEqual(readPhone('0171 1234567'), {written: '01711234567'});
    assert.deepEqual(readPhone('4711'), {written: '4711'});
  });

  it('has the spellings of its own country', () => {
    assert.deepEqual(readPhone('+36 1 234 5678')?.numbers, ['3612345678', '12345678', '0612345678']);
    assert.deepEqual(readPhone('+79161234567')?.numbers, ['79161234567', '9161234567', '89161234567']);
  });

  it('never throws, and never has digits of the extension', () => {
    const junk = fc.string({unit: fc.constantFrom(...'+0159 ()-.;:,@<>x#%=/ext٣５abc\u0000\ud800'), maxLength: 40});
    const parts = fc.tuple(junk, fc.constantFrom('', 'tel:', 'sip:', '<sip:', 'ext=', ';ext=', '@a.b'), junk);
    fc.assert(
      fc.property(
        fc.oneof(
          junk,
          fc.string(),
          parts.map((all) => all.join('')),
        ),
        (text) => {
          const party = readParty(text);
          if (party.kind === 'number') assert.match(party.text, /^\+?\d{1,20}$/);
          assert.match(readPhone(text, 'US')?.written ?? '1', /^\+?\d+$/);
          assert.ok(dialTarget(text).length <= text.length);
        },
      ),
    );
    const digits = fc.stringMatching(/^[2-9]\d{6,11}$/);
    const extension = fc.stringMatching(/^\d{1,6}$/);
    const sign = fc.constantFrom(';ext=', ' x', 'x', ' ext. ', ' ext ', ' extension ', ' #', ',', ' EXT:');
    fc.assert(
      fc.property(digits, sign, extension, (number, between, ext) => {
        assert.deepEqual(readParty(`+${number}${between}${ext}`), {kind: 'number', text: `+${number}`, extension: ext});
      }),
    );
  });

  it('is dialled as it was typed where it is no number', () => {
    assert.equal(dialTarget(' sip:alice@pbx.example '), 'sip:alice@pbx.example');
    assert.equal(dialTarget('*67 4155550119'), '*67 4155550119');
    assert.equal(dialTarget('(415) 555-0119 x12'), '4155550119');
  });
});
