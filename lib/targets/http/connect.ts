import { Agent } from 'undici';
import { AppError } from '@/lib/contracts/error';
import type { TargetOptions } from '@/lib/contracts/target';
import { addressOf } from '../address';
import { allowedOrigins, allowedUrl } from './allowed';
import { type HttpConnection, httpBase } from './base';

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

export interface HttpSession {
  address: string;
  /** GET of a path of the service. @throws AppError unreachable | timeout | not-allowed */
  get(path: string, options?: { accept?: string; signal?: AbortSignal }): Promise<HttpAnswer>;
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
    connect: { timeout: requestTimeoutMs },
    headersTimeout: requestTimeoutMs,
    bodyTimeout: requestTimeoutMs,
    maxResponseSize: maxBodyBytes,
  });
  return {
    address,
    get: async (path, { accept = '*/*', signal } = {}) => {
      const url = allowedUrl(base, path, origins);
      const started = performance.now();
      const limit = AbortSignal.timeout(requestTimeoutMs);
      try {
        const answer = await agent.request({
          origin: url.origin,
          path: url.pathname + url.search,
          method: 'GET',
          headers: { 'user-agent': 'ratchet', ...headers, accept },
          signal: signal ? AbortSignal.any([signal, limit]) : limit,
        });
        const body = await answer.body.text();
        return { status: answer.statusCode, headers: answer.headers, body, ms: performance.now() - started };
      } catch (error) {
        throw httpError(error, address, url.pathname);
      }
    },
    close: () => agent.destroy(),
  };
}

function httpError(error: unknown, address: string, path: string): AppError {
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === 'TimeoutError')
    return new AppError(
      'timeout',
      `GET ${path} of ${address} was not answered within ${requestTimeoutMs / 1000} s.`,
    );
  if (/TIMEOUT/.test(code))
    return new AppError('timeout', `${address} did not answer GET ${path} in time.`, { cause: error });
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
    return new AppError(
      'unsupported',
      `The answer of ${address} to GET ${path} is larger than ${maxBodyBytes} bytes.`,
    );
  return new AppError(
    'unreachable',
    `${address} does not answer GET ${path}: ${code || text}. Check that it runs.`,
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
