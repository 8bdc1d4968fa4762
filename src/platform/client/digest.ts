/** Text to output unchanged, between the values still to be written. */
class Literal {
  constructor(readonly text: string) {}
}

/**
 * JSON with sorted keys: the same data gives the same text, whatever the order of the platform's fields. It leaves out
 * `undefined` fields, as `JSON.stringify` does. It is iterative because a frame may be nested deeper than the stack allows.
 */
export function canonicalJson(data: unknown): string {
  const out: string[] = [];
  const work: unknown[] = [data];
  while (work.length > 0) {
    const item = work.pop();
    if (item instanceof Literal) {
      out.push(item.text);
    } else if (Array.isArray(item)) {
      work.push(new Literal(']'));
      for (let i = item.length - 1; i >= 0; i--) {
        work.push(item[i]);
        if (i > 0) work.push(new Literal(','));
      }
      out.push('[');
    } else if (typeof item === 'object' && item !== null) {
      const source = item as Readonly<Record<string, unknown>>;
      // Own keys only, so `__proto__` in a payload is a field like any other.
      const keys = Object.keys(source)
        .filter((key) => source[key] !== undefined)
        .sort();
      work.push(new Literal('}'));
      for (let i = keys.length - 1; i >= 0; i--) {
        const key = keys[i] ?? '';
        work.push(source[key], new Literal(`${i > 0 ? ',' : ''}${JSON.stringify(key)}:`));
      }
      out.push('{');
    } else {
      out.push(JSON.stringify(item) ?? 'null');
    }
  }
  return out.join('');
}

/**
 * cyrb53 with all 64 bits of its two lanes. Not for secrets: it only tells a copy from a different event, and 64 bits are
 * plenty for a few thousand entries. Source: public domain, github.com/bryc/code, "cyrb53".
 */
function hash64(text: string): string {
  let h1 = 0xdeadbeef;
  let h2 = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    h1 = Math.imul(h1 ^ unit, 2_654_435_761);
    h2 = Math.imul(h2 ^ unit, 1_597_334_677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2_246_822_507) ^ Math.imul(h2 ^ (h2 >>> 13), 3_266_489_909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2_246_822_507) ^ Math.imul(h1 ^ (h1 >>> 13), 3_266_489_909);
  const hex = (part: number) => (part >>> 0).toString(16).padStart(8, '0');
  return hex(h1) + hex(h2);
}

/** A short digest of JSON data: equal data has an equal digest. Source: contract §2 "canonical digest". */
export function digestOf(data: unknown): string {
  return hash64(canonicalJson(data));
}
