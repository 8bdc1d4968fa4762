import {subscribe, unsubscribe} from 'node:diagnostics_channel';
import type {Socket} from 'node:net';

const ACCEPTED = 'net.server.socket';

/** Everything that browsers send to servers of this process, byte by byte: the simulator's own log masks secrets. */
export class Tap {
  readonly #sockets: Buffer[][] = [];
  readonly #onSocket = (message: unknown): void => {
    const chunks: Buffer[] = [];
    this.#sockets.push(chunks);
    (message as {socket: Socket}).socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  };

  constructor() {
    subscribe(ACCEPTED, this.#onSocket);
  }

  stop(): void {
    unsubscribe(ACCEPTED, this.#onSocket);
  }

  /** Requests and frames as text, a socket each; the test's own left out. */
  texts(): string[] {
    const texts: string[] = [];
    for (const chunks of this.#sockets) {
      const bytes = Buffer.concat(chunks);
      const text = bytes.toString('latin1');
      if (!/^user-agent: Mozilla/im.test(text)) continue;
      const headEnd = text.indexOf('\r\n\r\n') + 4;
      const upgraded = /^upgrade: websocket/im.test(text.slice(0, headEnd));
      texts.push(upgraded ? text.slice(0, headEnd) + unmasked(bytes.subarray(headEnd)) : text);
    }
    return texts;
  }
}

const SHORT_LENGTH = 125;
const MASK_BYTES = 4;

/** What a client's WebSocket frames say, as far as they are short: all that it sends are pings. Source: RFC 6455 §5.2. */
function unmasked(frames: Buffer): string {
  let text = '';
  for (let at = 0; at + 2 + MASK_BYTES <= frames.length;) {
    const length = frames[at + 1]! & 0x7f;
    if (length > SHORT_LENGTH) throw new Error('a client sent more than a ping');
    const mask = frames.subarray(at + 2, at + 2 + MASK_BYTES);
    const payload = frames.subarray(at + 2 + MASK_BYTES, at + 2 + MASK_BYTES + length);
    text += Buffer.from(payload.map((byte, i) => byte ^ mask[i % MASK_BYTES]!)).toString('utf8');
    at += 2 + MASK_BYTES + length;
  }
  return text;
}

/** Where the contract puts a token: the header, and the handshake of the stream. */
const HEADER = /^authorization: Bearer (\S+)\r$/gim;
const HANDSHAKE = /^GET \/v2\/agents\/[^/\s]+\/stream\?token=([^&\s]+) HTTP/gim;

export const tokensIn = (texts: readonly string[]): string[] => [
  ...new Set(
    texts.flatMap((text) => [...text.matchAll(HEADER), ...text.matchAll(HANDSHAKE)].map(([, token]) => token!)),
  ),
];

export const withoutTokensPlace = (text: string): string => text.replace(HEADER, '').replace(HANDSHAKE, '');
