/** Writes ZIP archives with Node's own modules. The same files give the same bytes. Source: PKWARE APPNOTE 6.3. */
import {crc32, deflateRawSync} from 'node:zlib';

/** Version 2.0, which supports folders and deflate. */
const VERSION = 20;
/** Names are UTF-8. */
const FLAGS = 0x0800;
const DEFLATE = 8;
/** 1 January 1980, the earliest date in ZIP. It is constant, so that the same files give the same bytes. */
const DATE = 0x0021;

function numbers(...pairs) {
  const buffer = Buffer.alloc(pairs.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of pairs) {
    buffer.writeUIntLE(value, at, bytes);
    at += bytes;
  }
  return buffer;
}

/** @param {Iterable<readonly [path: string, content: Buffer]>} files paths use `/` between folders. */
export function zip(files) {
  const parts = [];
  const entries = [];
  let offset = 0;
  for (const [path, content] of files) {
    const name = Buffer.from(path);
    const packed = deflateRawSync(content, {level: 9});
    const head = numbers(
      [2, VERSION],
      [2, FLAGS],
      [2, DEFLATE],
      [2, 0],
      [2, DATE],
      [4, crc32(content)],
      [4, packed.length],
      [4, content.length],
      [2, name.length],
      [2, 0],
    );
    parts.push(numbers([4, 0x04034b50]), head, name, packed);
    entries.push(
      numbers([4, 0x02014b50], [2, VERSION]),
      head,
      numbers([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]),
      name,
    );
    offset += 4 + head.length + name.length + packed.length;
  }
  const directory = Buffer.concat(entries);
  const count = entries.length / 4;
  const end = numbers(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, directory.length],
    [4, offset],
    [2, 0],
  );
  return Buffer.concat([...parts, directory, end]);
}
