import { type Head, readHead } from './head';

/** Longest head and longest line of a chunked body that are taken, bytes. */
const longestHead = 64 * 1024;
const longestLine = 8 * 1024;

type State = 'head' | 'fixed' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailer' | 'close' | 'done';

/**
 * Reads one HTTP/1.1 response after the other from the chunks of a connection. It keeps nothing of a body but its length,
 * unless the body is wanted, and copies what it keeps: the chunks may live in a buffer that is used again.
 */
export class ResponseParser {
  head: Head | null = null;
  /** Bytes of this response so far, head included. */
  bytes = 0;
  /** Bytes of its body. */
  bodyBytes = 0;
  body: Buffer[] | null = null;
  #state: State = 'head';
  #left = 0;
  #rest: Buffer | null = null;
  #toHead = false;
  // Most responses of one endpoint begin alike for as long as the second in their Date.
  #lastText = '';
  #lastToHead = false;
  #last: Head | null = null;

  /** Gets ready for the next response. */
  begin(toHead: boolean, wantBody: boolean): void {
    this.head = null;
    this.bytes = 0;
    this.bodyBytes = 0;
    this.body = wantBody ? [] : null;
    this.#state = 'head';
    this.#left = 0;
    this.#rest = null;
    this.#toHead = toHead;
  }

  /** True once any byte of the response came. */
  get begun(): boolean {
    return this.bytes > 0;
  }

  /** The connection was closed by the other side: true when the response is complete by that. */
  end(): boolean {
    if (this.#state === 'close') this.#state = 'done';
    return this.#state === 'done';
  }

  /** Takes a chunk. `more`: the response goes on; `done`: it is complete; anything else is what is wrong with it. */
  push(data: Buffer): 'more' | 'done' | 'surplus' | { wrong: string } {
    this.bytes += data.length;
    let chunk = data;
    if (this.#rest) {
      chunk = Buffer.concat([this.#rest, data]);
      this.#rest = null;
    }
    let at = 0;
    for (;;) {
      switch (this.#state) {
        case 'head': {
          const end = chunk.indexOf('\r\n\r\n', at, 'latin1');
          if (end < 0) {
            if (chunk.length - at > longestHead) return { wrong: 'the head of the response is over 64 KiB' };
            // A first line that is no HTTP is known at once; waiting for its end could take for ever.
            if (chunk.length - at >= 5 && chunk.toString('latin1', at, at + 5) !== 'HTTP/')
              return { wrong: 'the response is not HTTP' };
            return this.#keep(chunk, at);
          }
          const head = this.#read(chunk.toString('latin1', at, end));
          if (typeof head === 'string') return { wrong: head };
          at = end + 4;
          if (head.status === 101) return { wrong: 'the server switched to another protocol' };
          // Interim responses (100 Continue, 103 Early Hints) come before the one that counts.
          if (head.status < 200) break;
          this.head = head;
          this.#left = head.length;
          this.#state =
            head.framing === 'none'
              ? 'done'
              : head.framing === 'length'
                ? 'fixed'
                : head.framing === 'chunked'
                  ? 'chunk-size'
                  : 'close';
          break;
        }
        case 'fixed':
        case 'chunk-data': {
          const taken = Math.min(this.#left, chunk.length - at);
          this.#take(chunk, at, at + taken);
          at += taken;
          this.#left -= taken;
          if (this.#left > 0) return 'more';
          this.#state = this.#state === 'fixed' ? 'done' : 'chunk-end';
          break;
        }
        case 'close':
          this.#take(chunk, at, chunk.length);
          return 'more';
        case 'chunk-size': {
          const line = this.#line(chunk, at);
          if (line === null) return this.#keepLine(chunk, at);
          const size = /^([0-9a-f]{1,12})[ \t]*(;.*)?$/i.exec(line);
          if (!size?.[1]) return { wrong: 'a chunk of the response has no length' };
          at += line.length + 2;
          this.#left = Number.parseInt(size[1], 16);
          this.#state = this.#left === 0 ? 'trailer' : 'chunk-data';
          break;
        }
        case 'chunk-end': {
          if (chunk.length - at < 2) return this.#keep(chunk, at);
          if (chunk[at] !== 13 || chunk[at + 1] !== 10)
            return { wrong: 'a chunk of the response is longer than it says' };
          at += 2;
          this.#state = 'chunk-size';
          break;
        }
        case 'trailer': {
          const line = this.#line(chunk, at);
          if (line === null) return this.#keepLine(chunk, at);
          at += line.length + 2;
          if (line === '') this.#state = 'done';
          break;
        }
        case 'done':
          // Nothing was asked for that more bytes could answer.
          return at < chunk.length ? 'surplus' : 'done';
      }
    }
  }

  #read(text: string): Head | string {
    if (this.#last && text === this.#lastText && this.#toHead === this.#lastToHead) return this.#last;
    const head = readHead(text, this.#toHead);
    if (typeof head !== 'string') {
      this.#last = head;
      this.#lastText = text;
      this.#lastToHead = this.#toHead;
    }
    return head;
  }

  #take(chunk: Buffer, from: number, to: number): void {
    this.bodyBytes += to - from;
    if (this.body && to > from) this.body.push(Buffer.from(chunk.subarray(from, to)));
  }

  #line(chunk: Buffer, at: number): string | null {
    const end = chunk.indexOf('\r\n', at, 'latin1');
    return end < 0 ? null : chunk.toString('latin1', at, end);
  }

  #keep(chunk: Buffer, at: number): 'more' {
    this.#rest = at < chunk.length ? Buffer.from(chunk.subarray(at)) : null;
    return 'more';
  }

  #keepLine(chunk: Buffer, at: number): 'more' | { wrong: string } {
    if (chunk.length - at > longestLine) return { wrong: 'a line of the chunked response is over 8 KiB' };
    return this.#keep(chunk, at);
  }
}
