import net from 'node:net';
import tls from 'node:tls';
import { trustOptions } from '../../targets/http/trust';
import { decodeBody } from './body';
import { ownLimit, transportFailure } from './errors';
import { type Exchange, failed, type Transport, type TransportOptions, type WireRequest } from './exchange';
import { ResponseParser } from './parser';
import type { Origin } from './resolve';

/** A connection that was idle this long may have been closed by the server just as it is used again, ms. */
const staleMs = 1_000;
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
/** One read buffer for all plain connections: what is read is used up before the next read. */
const readBuffer = Buffer.allocUnsafe(64 * 1024);

type Done = (exchange: Exchange) => void;

/**
 * HTTP/1.1 over plain sockets or TLS: one request at a time on a connection, as many connections as requests in flight.
 * Redirects are not followed. It does nothing that it is not asked for (no decompression, no headers as objects), which is
 * what lets it send about as many requests as wrk on one core.
 */
export class Http1Transport implements Transport {
  exhausted: string | null = null;
  readonly trust: ReturnType<typeof trustOptions>;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  readonly #sweep: NodeJS.Timeout;

  constructor(
    readonly origin: Origin,
    readonly options: TransportOptions,
  ) {
    this.trust = trustOptions(options.tls);
    // One timer for all connections instead of one a request.
    const every = Math.min(50, Math.max(2, options.timeoutMs / 20));
    this.#sweep = setInterval(() => this.#expire(), every);
  }

  send(request: WireRequest, done: Done): void {
    let connection = this.#idle.pop();
    if (!connection) {
      connection = new Connection(this);
      this.#all.add(connection);
    }
    connection.start(request, done, performance.now());
  }

  close(): void {
    clearInterval(this.#sweep);
    for (const connection of this.#all) connection.abandon();
    this.#all.clear();
    this.#idle.length = 0;
  }

  /** The connection may take another request. */
  release(connection: Connection): void {
    this.#idle.push(connection);
  }

  /** The connection is gone. */
  forget(connection: Connection): void {
    this.#all.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  #expire(): void {
    const at = performance.now();
    for (const connection of this.#all) if (connection.deadline <= at) connection.expire();
  }
}

class Connection {
  /** When the request under way must have been answered; never, while idle. */
  deadline = Number.POSITIVE_INFINITY;
  readonly #owner: Http1Transport;
  readonly #parser = new ResponseParser();
  #socket: net.Socket | null = null;
  #request: WireRequest | null = null;
  #done: Done | null = null;
  /** The handshake is over, or there is none. */
  #secured = false;
  #idleSince = 0;
  /** The request went out on a connection that had been idle for long. */
  #stale = false;

  constructor(owner: Http1Transport) {
    this.#owner = owner;
  }

  start(request: WireRequest, done: Done, at: number): void {
    this.#request = request;
    this.#done = done;
    this.deadline = at + this.#owner.options.timeoutMs;
    this.#stale = this.#socket !== null && at - this.#idleSince > staleMs;
    this.#write(request);
  }

  expire(): void {
    this.deadline = Number.POSITIVE_INFINITY;
    const ms = this.#owner.options.timeoutMs;
    this.#fail(failed('timeout', `no complete response within ${ms / 1000} s`, this.#parser.bytes));
  }

  /** Ends without telling anyone. */
  abandon(): void {
    this.#done = null;
    this.#drop();
  }

  #write(request: WireRequest): void {
    this.#parser.begin(request.method === 'HEAD', request.wantBody);
    this.#socket ??= this.#open();
    this.#socket.write(request.bytes);
  }

  #open(): net.Socket {
    const { origin } = this.#owner;
    const at = { host: origin.address, port: origin.port };
    let socket: net.Socket;
    if (origin.secure) {
      this.#secured = false;
      const secure = tls.connect({
        ...at,
        ...this.#owner.trust,
        ...(net.isIP(origin.host) === 0 ? { servername: origin.host } : {}),
        ALPNProtocols: ['http/1.1'],
      });
      secure.setNoDelay(true);
      secure.once('secureConnect', () => {
        this.#secured = true;
      });
      secure.on('data', (chunk: Buffer) => this.#read(socket, chunk));
      socket = secure;
    } else {
      this.#secured = true;
      socket = net.connect({
        ...at,
        noDelay: true,
        onread: {
          buffer: readBuffer,
          callback: (length) => {
            this.#read(socket, readBuffer.subarray(0, length));
            return true;
          },
        },
      });
    }
    socket.on('error', (error) => {
      if (socket !== this.#socket) return;
      this.#owner.exhausted ??= ownLimit(error);
      this.#broken(transportFailure(error, this.#secured, this.#parser.bytes));
    });
    const ended = () => {
      if (socket !== this.#socket) return;
      if (this.#done && this.#parser.end()) this.#complete(false);
      else if (this.#done && !this.#secured)
        this.#broken(failed('tls', 'the connection was closed during the TLS handshake'));
      else
        this.#broken(
          failed('reset', 'the connection was closed before the response was complete', this.#parser.bytes),
        );
    };
    socket.on('end', ended);
    socket.on('close', ended);
    return socket;
  }

  #read(socket: net.Socket, chunk: Buffer): void {
    if (socket !== this.#socket) return;
    // A response that nobody asked for: the connection is of no more use.
    if (!this.#done) {
      this.#drop();
      return;
    }
    const state = this.#parser.push(chunk);
    if (state === 'done') this.#complete(true);
    else if (state === 'surplus') this.#complete(false);
    else if (state !== 'more') this.#fail(failed('protocol', state.wrong, this.#parser.bytes));
    else if (this.#parser.bodyBytes > this.#owner.options.maxBodyBytes) this.#tooLarge();
  }

  #complete(reusable: boolean): void {
    const parser = this.#parser;
    const { head } = parser;
    const done = this.#done;
    const { maxBodyBytes, keepAlive } = this.#owner.options;
    if (!head || !done) return;
    if (parser.bodyBytes > maxBodyBytes) {
      this.#tooLarge();
      return;
    }
    const body = parser.body === null ? null : decodeBody(parser.body, head.encoding, maxBodyBytes);
    const exchange: Exchange = { error: null, detail: null, status: head.status, bytes: parser.bytes, body };
    this.#settle();
    if (reusable && keepAlive && head.keepAlive) {
      this.#idleSince = performance.now();
      this.#owner.release(this);
    } else this.#drop();
    done(exchange);
  }

  #tooLarge(): void {
    const { maxBodyBytes } = this.#owner.options;
    const status = this.#parser.head?.status ?? 0;
    this.#fail(
      failed('body-too-large', `the body is over ${maxBodyBytes} bytes`, this.#parser.bytes, status),
    );
  }

  /** The connection broke: an old one that the server closed while idle is replaced once (RFC 9110, section 9.2.2). */
  #broken(exchange: Exchange): void {
    const request = this.#request;
    if (this.#stale && request && !this.#parser.begun && repeatable.has(request.method)) {
      this.#stale = false;
      const old = this.#socket;
      this.#socket = null;
      old?.destroy();
      this.#write(request);
      return;
    }
    this.#fail(exchange);
  }

  #fail(exchange: Exchange): void {
    const done = this.#done;
    this.#settle();
    this.#drop();
    done?.(exchange);
  }

  #settle(): void {
    this.#done = null;
    this.#request = null;
    this.deadline = Number.POSITIVE_INFINITY;
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#owner.forget(this);
    socket?.destroy();
  }
}
