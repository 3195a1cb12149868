import { log } from '@/lib/config/log';
import { AppError, type ErrorCode, type ErrorEnvelope } from '@/lib/contracts/error';

/** HTTP status of each error code; the one place where they are mapped. */
const statusOf: Record<ErrorCode, number> = {
  'bad-input': 400,
  'not-signed-in': 401,
  'not-allowed': 403,
  'not-found': 404,
  conflict: 409,
  unsupported: 422,
  'privilege-missing': 422,
  unreachable: 502,
  timeout: 504,
  cancelled: 409,
  internal: 500,
};

/** A JSON response; bigint as text, never cached. */
export function json(value: unknown, status = 200): Response {
  const text = JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? String(v) : v));
  return new Response(text, {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
  });
}

/** The error envelope. What is not an AppError is logged whole and shown without internals. */
export function errorResponse(error: unknown, request: Request): Response {
  if (error instanceof AppError) {
    const body: ErrorEnvelope = { code: error.code, message: error.message };
    if (error.field !== undefined) body.field = error.field;
    return json(body, statusOf[error.code]);
  }
  log.error({ err: error, method: request.method, path: new URL(request.url).pathname }, 'request failed');
  const body: ErrorEnvelope = {
    code: 'internal',
    message: 'Something failed inside Ratchet. The log of the web process has the details.',
  };
  return json(body, 500);
}
