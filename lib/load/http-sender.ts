import { type Dispatcher, Pool } from 'undici';
import { AppError } from '../contracts/error';
import type { Connection } from '../contracts/target';
import type { HttpProbe } from '../contracts/workload';
import { trustOptions } from '../targets/http/trust';
import { now, reason, type Sent } from './senders';
import { fill, jsonEscape } from './template';

type HttpConnection = Extract<Connection, { kind: 'http' }>;

/** Sends the HTTP probes of one target for all clients, over as many kept-alive connections as there are clients. */
export class HttpSender {
  readonly #pool: Pool;
  readonly #prefix: string;
  readonly #headers: Record<string, string>;
  readonly #timeoutMs: number;

  /** Throws AppError('bad-input') when the target's origin is not among `allowedOrigins`. */
  constructor(
    target: string,
    connection: HttpConnection,
    o: { clients: number; timeoutMs: number; allowedOrigins: readonly string[] },
  ) {
    const base = new URL(connection.baseUrl);
    if (!o.allowedOrigins.some((origin) => new URL(origin).origin === base.origin)) {
      throw new AppError(
        'bad-input',
        `${target}: ${base.origin} is not among the origins that may be called. An admin can allow it in the target's options.`,
      );
    }
    // The pool is bound to the origin and redirects are not followed, so no path can lead elsewhere.
    this.#pool = new Pool(base.origin, {
      connections: o.clients,
      pipelining: 1,
      headersTimeout: o.timeoutMs,
      bodyTimeout: o.timeoutMs,
      connect: { timeout: Math.min(10_000, o.timeoutMs), ...trustOptions(connection.tls) },
      // Connections outlive the pause between segments in which a change is switched.
      keepAliveTimeout: 60_000,
    });
    this.#prefix = base.pathname.replace(/\/$/, '');
    this.#headers = { 'user-agent': 'ratchet-probe', ...lowerCase(connection.headers) };
    this.#timeoutMs = o.timeoutMs;
  }

  send(probe: HttpProbe, turn: number): Promise<Sent> {
    const row = probe.rows.length > 0 ? (probe.rows[turn % probe.rows.length] ?? {}) : {};
    const headers = { ...this.#headers, ...lowerCase(probe.headers) };
    const body = probe.body === undefined ? null : fill(probe.body, row, jsonEscape);
    if (body !== null && headers['content-type'] === undefined) headers['content-type'] = 'application/json';
    const path = this.#prefix + fill(probe.path, row, encodeURIComponent);
    return this.#dispatch({ path, method: probe.method, headers, body });
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  #dispatch(options: Dispatcher.DispatchOptions): Promise<Sent> {
    return new Promise((resolve) => {
      const started = now();
      let status = 0;
      let done = false;
      let abort: ((why: Error) => void) | null = null;
      const finish = (error: string | null, broken: boolean): void => {
        if (done) return;
        done = true;
        clearTimeout(timer);
        resolve({ ms: now() - started, error, broken });
      };
      // Bounds the whole exchange: a body that trickles would pass undici's idle timeouts for ever.
      const timer = setTimeout(() => {
        const error = new Error(`no complete response within ${this.#timeoutMs / 1000} s`);
        if (abort) abort(error);
        finish(error.message, true);
      }, this.#timeoutMs);
      try {
        this.#pool.dispatch(options, {
          onRequestStart: (controller) => {
            abort = (why) => controller.abort(why);
            if (done) controller.abort(new Error('timed out before it was sent'));
          },
          onResponseStart: (_controller, code) => {
            status = code;
          },
          onResponseData: () => {},
          onResponseEnd: () => finish(status >= 400 ? `HTTP ${status}` : null, false),
          onResponseError: (_controller, error) => finish(reason(error), true),
        });
      } catch (error) {
        finish(reason(error), true);
      }
    });
  }
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
