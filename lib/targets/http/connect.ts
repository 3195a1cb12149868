import { Agent } from 'undici';
import { AppError } from '@/lib/contracts/error';
import type { TargetOptions } from '@/lib/contracts/target';
import { addressOf } from '../address';
import { allowedOrigins, allowedUrl } from './allowed';
import { type HttpConnection, httpBase } from './base';
import { refusedCertificate, trustOptions } from './trust';

/** Most bytes read of one answer; a metrics page of some thousand series has about 1 MB. */
export const maxBodyBytes = 8 * 1024 * 1024;
export const requestTimeoutMs = 4_000;

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** From sending to the last byte, ms. */
  ms: number;
}

export interface RequestOptions {
  accept?: string;
  signal?: AbortSignal;
  /** In addition to those of the connection, and before them. */
  headers?: Record<string, string>;
}

export interface HttpSession {
  address: string;
  /** GET of a path of the service. @throws AppError unreachable | timeout | not-allowed */
  get(path: string, options?: RequestOptions): Promise<HttpAnswer>;
  /** PUT, else as get. */
  put(path: string, body: string, options?: RequestOptions): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/**
 * One kept-alive connection to a service. Calls only its allowed origins, follows no redirect, gives up after
 * 4 s, and reads no more than 8 MB of an answer. Connects with the first request.
 * @throws AppError bad-input
 */
export function connectHttp(
  connection: HttpConnection,
  options: Pick<TargetOptions, 'allowedOrigins'> = {},
): HttpSession {
  const { url: base, headers } = httpBase(connection);
  const origins = allowedOrigins(connection, options);
  const address = addressOf(connection);
  const agent = new Agent({
    connections: 1,
    connect: { timeout: requestTimeoutMs, ...trustOptions(connection.tls) },
    headersTimeout: requestTimeoutMs,
    bodyTimeout: requestTimeoutMs,
    maxResponseSize: maxBodyBytes,
  });
  const send = async (
    method: 'GET' | 'PUT',
    path: string,
    body: string | null,
    { accept = '*/*', signal, headers: own = {} }: RequestOptions = {},
  ): Promise<HttpAnswer> => {
    const url = allowedUrl(base, path, origins);
    const started = performance.now();
    const limit = AbortSignal.timeout(requestTimeoutMs);
    const given = Object.keys(own).map((name) => name.toLowerCase());
    const common = Object.entries(headers).filter(([name]) => !given.includes(name.toLowerCase()));
    try {
      const answer = await agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: { 'user-agent': 'ratchet', ...Object.fromEntries(common), ...own, accept },
        body,
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      const text = await answer.body.text();
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: text,
        ms: performance.now() - started,
      };
    } catch (error) {
      throw httpError(error, address, `${method} ${url.pathname}`);
    }
  };
  return {
    address,
    get: (path, options) => send('GET', path, null, options),
    put: (path, body, options) => send('PUT', path, body, options),
    close: () => agent.destroy(),
  };
}

function httpError(error: unknown, address: string, what: string): AppError {
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === 'TimeoutError')
    return new AppError(
      'timeout',
      `${what} of ${address} was not answered within ${requestTimeoutMs / 1000} s.`,
    );
  if (/TIMEOUT/.test(code))
    return new AppError('timeout', `${address} did not answer ${what} in time.`, { cause: error });
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
    return new AppError(
      'unsupported',
      `The answer of ${address} to ${what} is larger than ${maxBodyBytes} bytes.`,
    );
  if (refusedCertificate(error))
    return new AppError(
      'unreachable',
      `The certificate of ${address} is not accepted: ${text}. Give the certificate of its authority in the settings of this target, or have it left unchecked there.`,
      { cause: error },
    );
  return new AppError(
    'unreachable',
    `${address} does not answer ${what}: ${code || text}. Check that it runs.`,
    {
      cause: error,
    },
  );
}

function codeOf(error: unknown): string {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  if (typeof value === 'string') return value;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : '';
}
