import { AppError } from '@/lib/contracts/error';

const network = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNRESET',
  'EAI_AGAIN',
  'ENOENT',
  'EPIPE',
]);

/** SQLSTATE or system code of an error, where it has one. */
export function errorCodeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string') return code;
  const inner: unknown = Reflect.get(error, 'errors');
  return Array.isArray(inner) ? errorCodeOf(inner[0]) : null;
}

/** The message of any thrown value; an AggregateError (several addresses tried) gives its first one. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

/**
 * Turns an error of the driver or the server into an AppError that names the address (host:port/database,
 * never the password) and what to do next. An AppError is returned as it is; errors without a known
 * meaning become `internal` with the server's own message.
 * SQLSTATE classes: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function postgresError(error: unknown, address: string): AppError {
  if (error instanceof AppError) return error;
  const code = errorCodeOf(error) ?? '';
  const text = messageOf(error);
  const make = (kind: AppError['code'], message: string) => new AppError(kind, message, { cause: error });
  if (code === '28P01' || code === '28000')
    return make(
      'privilege-missing',
      `PostgreSQL at ${address} refused the sign-in: ${text}. Check role and password, and pg_hba.conf.`,
    );
  if (/certificate|altnames?/i.test(text) || /^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|ERR_TLS)/.test(code))
    return make(
      'unreachable',
      `The certificate of PostgreSQL at ${address} is not accepted: ${text}. Give its authority with sslmode=verify-full&sslrootcert=FILE, or sslmode=no-verify to encrypt without checking it.`,
    );
  if (/does not support SSL/i.test(text))
    return make(
      'unreachable',
      `PostgreSQL at ${address} does not offer TLS. Turn ssl on there, or leave sslmode out of the URL.`,
    );
  if (code === '42501') return make('privilege-missing', `PostgreSQL at ${address}: ${text}.`);
  if (code === '3D000')
    return make('unreachable', `PostgreSQL at ${address} has no such database. Check the name in the URL.`);
  if (code === '53300')
    return make(
      'unreachable',
      `PostgreSQL at ${address} has no free connection: ${text}. Raise max_connections or close idle sessions.`,
    );
  if (code === '57014') return make('timeout', `PostgreSQL at ${address} stopped the statement: ${text}.`);
  if (code === '55P03')
    return make(
      'timeout',
      `PostgreSQL at ${address}: a lock was not free in time (lock_timeout). Another session holds it; try again later.`,
    );
  if (
    code.startsWith('08') ||
    code.startsWith('57P') ||
    network.has(code) ||
    /terminated|not queryable|connection timeout|timeout expired|ended unexpectedly/i.test(text)
  )
    return make(
      'unreachable',
      `PostgreSQL at ${address} does not answer: ${text || code}. Check that the server runs and that host and port are right.`,
    );
  return make('internal', `PostgreSQL at ${address}: ${text}`);
}
