import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ResponseParser } from './parser';

const chunked =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nx: y\r\n\r\n';
const fixed = 'HTTP/1.1 200 OK\r\nContent-Length: 11\r\nContent-Encoding: GZIP\r\n\r\nhello world';

it('reads a response however it is cut', () => {
  const texts = fc.constantFrom(chunked, fixed, `HTTP/1.1 100 Continue\r\n\r\n${fixed}`);
  const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
  fc.assert(
    fc.property(texts, cuts, (text, sizes) => {
      const parser = new ResponseParser();
      parser.begin(false, true);
      const shared = Buffer.alloc(64);
      let state: unknown = 'more';
      let i = 0;
      for (let at = 0; at < text.length; ) {
        expect(state).toBe('more');
        const size = Math.min(sizes[i++ % sizes.length]!, text.length - at);
        // As a socket gives it: in a buffer that is used again.
        shared.fill(0);
        shared.write(text.slice(at, at + size), 'latin1');
        state = parser.push(shared.subarray(0, size));
        at += size;
      }
      expect(state).toBe('done');
      expect(Buffer.concat(parser.body ?? []).toString()).toBe('hello world');
      expect(parser.bodyBytes).toBe(11);
      expect(parser.bytes).toBe(text.length);
    }),
  );
});

it.each<[string, string, boolean, unknown]>([
  ['HEAD has no body', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n', true, 'done'],
  ['304 has none either', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n', false, 'done'],
  ['more than was asked for', `${fixed}HTTP/1.1`, false, 'surplus'],
  ['HTTP/1.0 until the end', 'HTTP/1.0 200 OK\r\n\r\nabc', false, 'more'],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx', false, 'wrong'],
  ['HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\n', false, 'wrong'],
])('%s', (_name, text, toHead, expected) => {
  const parser = new ResponseParser();
  parser.begin(toHead, false);
  const state = parser.push(Buffer.from(text, 'latin1'));
  expect(typeof state === 'object' ? 'wrong' : state).toBe(expected);
});

it('keeps or closes the connection as the head says', () => {
  const keep = (head: string) => {
    const parser = new ResponseParser();
    parser.begin(false, false);
    parser.push(Buffer.from(`${head}\r\ncontent-length: 0\r\n\r\n`));
    return parser.head?.keepAlive;
  };
  expect(keep('HTTP/1.1 200 OK')).toBe(true);
  expect(keep('HTTP/1.1 200 OK\r\nConnection: Close')).toBe(false);
  expect(keep('HTTP/1.0 200 OK')).toBe(false);
  expect(keep('HTTP/1.0 200 OK\r\nconnection: keep-alive')).toBe(true);
  expect(keep('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked')).toBe(false);
});
