import fc from '../support/fast-check.js';

/** Inputs a parser. Few in CI; `npm run fuzz` sets more. */
export const RUNS = Number(process.env['FUZZ_RUNS'] ?? 2_000);

/** For a whole test: far more than it takes, so that only a parser gone wild meets it. */
export const TIMEOUT = {timeout: 55_000 + RUNS * 10};

/** Stands for customer data and secrets: wherever it is put in, it must not come out in an error or a log. */
export const CANARY = 'CanaryOfACustomer';

const NASTY = [
  CANARY,
  `customer:${CANARY}`,
  '',
  ' ',
  '.',
  '..',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '\u0000',
  '\ud800',
  '\udc00\ud800',
  '\u202e\ufeff',
  '<img src=x onerror=alert(1)>',
  '{id}',
  '{{{',
  '%2e%2e%2f',
  'javascript:alert(1)',
  'null',
  'NaN',
  '1e400',
  '2026-11-20T12:00:00.000Z',
  '+275760-09-13T00:00:00.000Z',
  '9'.repeat(400),
  `${'x'.repeat(1_023)}😀`,
  'a:'.repeat(3_000),
];

export const nastyText = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({maxLength: 20}),
  fc.string({unit: 'binary', maxLength: 20}),
);

const nastyNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 0.1, 1e21, 1e300, -1e300, Number.MAX_SAFE_INTEGER, 2 ** 31),
  fc.double({noNaN: true, noDefaultInfinity: true}),
);

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : {a: value};
  return value;
}

/** Any JSON value, the unlikely ones likely. */
export const nastyValue: fc.Arbitrary<unknown> = fc.oneof(
  {weight: 4, arbitrary: nastyText},
  {weight: 2, arbitrary: nastyNumber},
  {weight: 3, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [null], {a: {}}, [[[]]])},
  {weight: 2, arbitrary: fc.jsonValue({maxDepth: 3})},
  {weight: 1, arbitrary: fc.nat({max: 60}).map(nested)},
);

/** Values that pass `postMessage`, which may be stranger than JSON. */
export const clonable: fc.Arbitrary<unknown> = fc.oneof(
  nastyValue,
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  }),
);

type Holder = Record<string, unknown>;

/** Every object and array in a value. */
function holders(root: unknown): Holder[] {
  const found: Holder[] = [];
  const work: unknown[] = [root];
  while (work.length > 0) {
    const item = work.pop();
    if (typeof item !== 'object' || item === null) continue;
    found.push(item as Holder);
    work.push(...(Object.values(item) as unknown[]));
  }
  return found;
}

const put = (holder: Holder, key: string, value: unknown): void => {
  // A list has no names, in JSON.
  if (Array.isArray(holder) && !/^\d+$/.test(key)) return void holder.push(value);
  // As `JSON.parse` does it: `__proto__` becomes a key of its own.
  Object.defineProperty(holder, key, {value, enumerable: true, writable: true, configurable: true});
};

const edit = fc.record({
  where: fc.nat(),
  which: fc.nat(),
  how: fc.constantFrom('replace', 'replace', 'replace', 'delete', 'rename', 'add', 'wrap', 'repeat', 'case', 'pollute'),
  name: nastyText,
  value: nastyValue,
});

type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never;

function change(root: unknown, {where, which, how, name, value: given}: Edit): void {
  // A copy: what one edit put in, the next may change.
  const value = structuredClone(given);
  const all = holders(root);
  const holder = all[where % Math.max(1, all.length)];
  if (!holder) return;
  const keys = Object.keys(holder);
  const key = keys[which % Math.max(1, keys.length)] ?? 'x';
  const old = holder[key];
  switch (how) {
    case 'replace':
      return put(holder, key, value);
    case 'delete':
      if (Array.isArray(holder)) holder.pop();
      else delete holder[key];
      return;
    case 'rename':
      delete holder[key];
      return put(holder, name, old);
    case 'add':
      return put(holder, name, value);
    case 'wrap':
      return put(holder, key, [structuredClone(old)]);
    case 'repeat':
      return put(holder, key, [structuredClone(old), structuredClone(old), value]);
    case 'case':
      return put(holder, key, typeof old === 'string' ? old.toUpperCase() : value);
    case 'pollute':
      return put(holder, '__proto__', {polluted: CANARY, state: value, [key]: value});
  }
}

/** One of the examples, valid, or with up to three things changed. */
export function mutated(examples: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.tuple(fc.constantFrom(...examples), fc.array(edit, {maxLength: 3})).map(([example, edits]) => {
    const holder = {root: structuredClone(example)};
    for (const one of edits) change(one.where % 7 === 0 ? holder : holder.root, one);
    return holder.root;
  });
}

const HUGE = 'y'.repeat(300_000);

const scar = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('cut', 'cut', 'insert', 'number', 'escape', 'double', 'huge', 'tail'),
  text: fc.oneof(nastyText, fc.constantFrom('"', '\\', '{', ']', ',', '\\u005f', '"__proto__":{"polluted":1},')),
});

function scarred(json: string, {at, how, text}: typeof scar extends fc.Arbitrary<infer T> ? T : never): string {
  const place = at % (json.length + 1);
  switch (how) {
    case 'cut':
      return json.slice(0, place);
    case 'insert':
      return json.slice(0, place) + text + json.slice(place);
    case 'number': {
      // JSON has numbers that no JavaScript value writes: 1e400 reads as Infinity.
      const numbers = [...json.matchAll(/-?\d+/g)];
      const found = numbers[at % Math.max(1, numbers.length)];
      const by = ['1e400', '-1e400', '1e308', '-1', '0.5'][at % 5]!;
      return found ? json.slice(0, found.index) + by + json.slice(found.index + found[0].length) : json;
    }
    case 'escape':
      return json.replace(/"(\w)/, (_, first: string) => `"\\u00${first.charCodeAt(0).toString(16)}`);
    case 'double':
      return json + json;
    case 'huge':
      return at % 20 === 0 ? json.replace(/"([^"]*)"(?=[,}])/, () => `"${HUGE}"`) : json.trim();
    case 'tail':
      return json + text;
  }
}

/** Texts: mutated examples as JSON, broken JSON, deep JSON, and no JSON at all. */
export function mutatedText(examples: readonly unknown[]): fc.Arbitrary<string> {
  const json = mutated(examples).map((value) => JSON.stringify(value) ?? 'undefined');
  const deep = fc.tuple(fc.constantFrom('[', '{"a":', '{"data":{"payload":'), fc.integer({min: 1, max: 30_000}));
  return fc.oneof(
    {weight: 10, arbitrary: json},
    {weight: 8, arbitrary: fc.tuple(json, scar).map(([text, one]) => scarred(text, one))},
    {weight: 1, arbitrary: nastyText},
    {weight: 1, arbitrary: fc.json()},
    {weight: 1, arbitrary: deep.map(([open, times]) => open.repeat(Math.ceil(times / open.length)))},
  );
}
