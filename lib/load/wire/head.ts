/** What the head of a response says about the rest of the message. */
export interface Head {
  status: number;
  /** `none`: no body; `length`; `chunked`; `close`: until the connection closes. */
  framing: 'none' | 'length' | 'chunked' | 'close';
  length: number;
  /** The connection may be used again after this response. */
  keepAlive: boolean;
  /** `content-encoding`, lower case; empty when there is none. */
  encoding: string;
}

/**
 * Reads the status line and the headers that frame a response (RFC 9112, sections 4, 6 and 9.3). `toHead`: it answers a HEAD
 * request. Returns what is wrong, as text, for a head that is none.
 */
export function readHead(text: string, toHead: boolean): Head | string {
  const line = /^HTTP\/1\.([01]) (\d{3})(?:[ \r]|$)/.exec(text);
  if (!line) return 'the response does not begin with an HTTP/1.1 status line';
  const status = Number(line[2]);
  let keepAlive = line[1] === '1';
  let length: number | null = null;
  let chunked = false;
  let encoded = false;
  let encoding = '';
  let at = text.indexOf('\r\n');
  while (at >= 0) {
    const next = text.indexOf('\r\n', at + 2);
    const header = next < 0 ? text.slice(at + 2) : text.slice(at + 2, next);
    at = next;
    const colon = header.indexOf(':');
    if (colon <= 0) {
      if (header === '') continue;
      return 'a header of the response has no name';
    }
    const name = header.slice(0, colon).toLowerCase();
    if (name === 'content-length') {
      const value = header.slice(colon + 1).trim();
      if (!/^\d{1,15}$/.test(value)) return 'the Content-Length of the response is not a number';
      if (length !== null && length !== Number(value))
        return 'the response has two different Content-Lengths';
      length = Number(value);
    } else if (name === 'transfer-encoding') {
      encoded = true;
      chunked = /(^|,)\s*chunked\s*$/i.test(header.slice(colon + 1));
    } else if (name === 'connection') {
      const value = header.slice(colon + 1).toLowerCase();
      if (value.includes('close')) keepAlive = false;
      else if (value.includes('keep-alive')) keepAlive = true;
    } else if (name === 'content-encoding') {
      encoding = header
        .slice(colon + 1)
        .trim()
        .toLowerCase();
    }
  }
  const of = (framing: Head['framing'], bytes = 0): Head => ({
    status,
    framing,
    length: bytes,
    keepAlive: keepAlive && framing !== 'close',
    encoding,
  });
  if (toHead || status < 200 || status === 204 || status === 304) return of('none');
  // Transfer-Encoding overrules Content-Length; a message with both is not to be trusted with another one after it.
  if (chunked) {
    if (length !== null) keepAlive = false;
    return of('chunked');
  }
  if (encoded) return of('close');
  if (length !== null) return of(length === 0 ? 'none' : 'length', length);
  return of('close');
}
