import http2 from 'node:http2';
import net from 'node:net';
import tls from 'node:tls';
import { trustOptions } from '../../targets/http/trust';
import { decodeBody } from './body';
import { codeOf, ownLimit, transportFailure } from './errors';
import { type Exchange, failed, type Transport, type TransportOptions, type WireRequest } from './exchange';
import type { Origin } from './resolve';

/** Streams on one connection before another is opened, where the server allows more. */
const streamsPerConnection = 100;

interface Session {
  session: http2.ClientHttp2Session;
  active: number;
  /** The handshake is over. */
  secured: boolean;
  /** It takes no more streams. */
  closing: boolean;
  error: unknown;
}

interface Stream {
  deadline: number;
  finish(exchange: Exchange): void;
  stream: http2.ClientHttp2Stream;
}

/** HTTP/2: over TLS by ALPN, over plain TCP with prior knowledge. Requests share connections. */
export class Http2Transport implements Transport {
  exhausted: string | null = null;
  readonly trust: ReturnType<typeof trustOptions>;
  readonly #sessions = new Set<Session>();
  readonly #streams = new Set<Stream>();
  readonly #sweep: NodeJS.Timeout;

  constructor(
    readonly origin: Origin,
    readonly options: TransportOptions,
  ) {
    this.trust = trustOptions(options.tls);
    const every = Math.min(50, Math.max(2, options.timeoutMs / 20));
    this.#sweep = setInterval(() => this.#expire(), every);
  }

  send(request: WireRequest, done: (exchange: Exchange) => void): void {
    const entry = this.#session();
    let stream: http2.ClientHttp2Stream;
    try {
      stream = entry.session.request(
        {
          ':method': request.method,
          ':path': request.path,
          ...Object.fromEntries(request.headers),
          ...(request.body === null ? {} : { 'content-length': request.body.length }),
        },
        { endStream: request.body === null },
      );
    } catch (error) {
      entry.closing = true;
      setImmediate(done, transportFailure(entry.error ?? error, entry.secured));
      return;
    }
    entry.active += 1;
    let status = 0;
    let bytes = 0;
    let encoding = '';
    let ended = false;
    const body: Buffer[] | null = request.wantBody ? [] : null;
    const { maxBodyBytes, timeoutMs } = this.options;
    const own: Stream = {
      stream,
      deadline: performance.now() + timeoutMs,
      finish: (exchange) => {
        if (!this.#streams.delete(own)) return;
        entry.active -= 1;
        if (entry.closing && entry.active === 0) entry.session.close();
        if (exchange.error !== null && !stream.destroyed) stream.close(http2.constants.NGHTTP2_CANCEL);
        done(exchange);
      },
    };
    this.#streams.add(own);
    stream.on('response', (headers) => {
      status = Number(headers[':status'] ?? 0);
      encoding = String(headers['content-encoding'] ?? '').toLowerCase();
    });
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBodyBytes)
        own.finish(failed('body-too-large', `the body is over ${maxBodyBytes} bytes`, bytes, status));
      else body?.push(chunk);
    });
    stream.on('end', () => {
      ended = status > 0;
    });
    stream.on('error', (told) => {
      // A connection that breaks ends its streams with its own error, before it tells of it itself; of a stream that it never
      // began, that error is the cause.
      const error = codeOf(told) === 'ERR_HTTP2_STREAM_CANCEL' && told.cause ? told.cause : told;
      const reset = codeOf(error) === 'ERR_HTTP2_STREAM_ERROR';
      if (entry.error !== null) own.finish(transportFailure(entry.error, entry.secured, bytes));
      else if (reset && stream.rstCode !== http2.constants.NGHTTP2_NO_ERROR)
        own.finish(failed('reset', `the server reset the stream (code ${stream.rstCode})`, bytes, status));
      else own.finish(transportFailure(error, entry.secured, bytes));
    });
    stream.on('close', () => {
      if (ended && stream.rstCode === http2.constants.NGHTTP2_NO_ERROR) {
        const text = body === null ? null : decodeBody(body, encoding, maxBodyBytes);
        own.finish({ error: null, detail: null, status, bytes, body: text });
      } else if (entry.error !== null) own.finish(transportFailure(entry.error, entry.secured, bytes));
      else own.finish(failed('reset', 'the stream ended before the response was complete', bytes, status));
    });
    if (request.body !== null) stream.end(request.body);
  }

  close(): void {
    clearInterval(this.#sweep);
    this.#streams.clear();
    for (const { session } of this.#sessions) session.destroy();
    this.#sessions.clear();
  }

  #session(): Session {
    for (const entry of this.#sessions) {
      const most = Math.min(
        streamsPerConnection,
        entry.session.remoteSettings?.maxConcurrentStreams ?? streamsPerConnection,
      );
      if (!entry.closing && entry.active < most) return entry;
    }
    return this.#open();
  }

  #open(): Session {
    const { origin } = this;
    const at = { host: origin.address, port: origin.port };
    const session = http2.connect(origin.origin, {
      createConnection: () =>
        origin.secure
          ? tls.connect({
              ...at,
              ...this.trust,
              ...(net.isIP(origin.host) === 0 ? { servername: origin.host } : {}),
              ALPNProtocols: ['h2'],
            })
          : net.connect({ ...at, noDelay: true }),
    });
    const entry: Session = { session, active: 0, secured: !origin.secure, closing: false, error: null };
    this.#sessions.add(entry);
    session.once('connect', () => {
      entry.secured = true;
    });
    session.on('error', (error) => {
      entry.error ??= error;
      entry.closing = true;
      this.exhausted ??= ownLimit(error);
    });
    session.on('goaway', () => {
      entry.closing = true;
    });
    session.once('close', () => {
      entry.closing = true;
      this.#sessions.delete(entry);
    });
    return entry;
  }

  #expire(): void {
    const at = performance.now();
    for (const own of this.#streams) {
      if (own.deadline > at) continue;
      own.finish(failed('timeout', `no complete response within ${this.options.timeoutMs / 1000} s`));
    }
  }
}
