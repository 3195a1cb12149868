import pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import type { Connection } from '@/lib/contracts/target';
import { postgresError } from './errors';

export type PostgresConnection = Extract<Connection, { kind: 'postgres' }>;

export interface ConnectOptions {
  /** Default `ratchet` (observer) or `ratchet-operator`. */
  applicationName?: string;
  /** Default 5,000 ms for the observer, none for the operator (set per step). */
  statementTimeoutMs?: number;
  /** Default 1,000 ms for the observer, 2,000 ms for the operator. */
  lockTimeoutMs?: number;
  connectTimeoutMs?: number;
}

/** `host:port/database` of a connection URL: what messages may show. Throws AppError 'bad-input' on a malformed URL. */
export function postgresAddress(url: string): string {
  const client = unconnected(url, 5_000, undefined);
  return `${client.host}:${client.port}/${client.database ?? ''}`;
}

/**
 * Connects the observer role: a read-only session with short timeouts, so that looking can neither change
 * nor block what is looked at. The caller ends the client.
 * @throws AppError 'unreachable' | 'privilege-missing' | 'bad-input'; messages never hold the password.
 */
export function connectObserver(conn: PostgresConnection, options: ConnectOptions = {}): Promise<pg.Client> {
  return open(conn.url, options, {
    application_name: options.applicationName ?? 'ratchet',
    default_transaction_read_only: 'on',
    statement_timeout: String(options.statementTimeoutMs ?? 5_000),
    lock_timeout: String(options.lockTimeoutMs ?? 1_000),
    idle_in_transaction_session_timeout: '30000',
  });
}

/**
 * Connects the operator role (`operatorUrl`, else the observer's URL) for changes. `lock_timeout` is 2 s;
 * the statement timeout is set per step by whoever runs the change.
 * @throws AppError as connectObserver.
 */
export function connectOperator(conn: PostgresConnection, options: ConnectOptions = {}): Promise<pg.Client> {
  return open(conn.operatorUrl ?? conn.url, options, {
    application_name: options.applicationName ?? 'ratchet-operator',
    lock_timeout: String(options.lockTimeoutMs ?? 2_000),
    idle_in_transaction_session_timeout: '60000',
    ...(options.statementTimeoutMs === undefined
      ? {}
      : { statement_timeout: String(options.statementTimeoutMs) }),
  });
}

/** Runs `fn` with an observer connection and ends it; errors of the server become AppErrors. */
export async function withObserver<T>(
  conn: PostgresConnection,
  fn: (client: pg.Client) => Promise<T>,
  options: ConnectOptions = {},
): Promise<T> {
  return using(await connectObserver(conn, options), postgresAddress(conn.url), fn);
}

/** Runs `fn` with an operator connection and ends it; errors of the server become AppErrors. */
export async function withOperator<T>(
  conn: PostgresConnection,
  fn: (client: pg.Client) => Promise<T>,
  options: ConnectOptions = {},
): Promise<T> {
  return using(await connectOperator(conn, options), postgresAddress(conn.operatorUrl ?? conn.url), fn);
}

async function using<T>(
  client: pg.Client,
  address: string,
  fn: (client: pg.Client) => Promise<T>,
): Promise<T> {
  try {
    return await withServerErrors(address, () => fn(client));
  } finally {
    await end(client);
  }
}

/** Runs `fn`; errors of the server at this address become AppErrors. */
export async function withServerErrors<T>(address: string, fn: () => Promise<T>): Promise<T> {
  try {
    return await fn();
  } catch (error) {
    throw isServerError(error) ? postgresError(error, address) : error;
  }
}

async function open(
  url: string,
  options: ConnectOptions,
  settings: Record<string, string>,
): Promise<pg.Client> {
  const address = postgresAddress(url);
  const client = unconnected(url, options.connectTimeoutMs ?? 5_000, settings.application_name);
  // A connection that breaks while idle emits 'error'; the next query rejects with the reason, so it is not lost.
  client.on('error', () => undefined);
  try {
    await client.connect();
    // SET after connecting, not startup parameters: PgBouncer refuses unknown startup parameters.
    await client.query(
      Object.entries(settings)
        .map(([name, value]) => `SET ${name} = ${pg.escapeLiteral(value)}`)
        .join('; '),
    );
    return client;
  } catch (error) {
    await end(client);
    throw postgresError(error, address);
  }
}

function unconnected(url: string, connectTimeoutMs: number, applicationName: string | undefined): pg.Client {
  if (!/^postgres(ql)?:\/\//.test(url)) throw malformed();
  try {
    return new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
      ...(applicationName === undefined ? {} : { application_name: applicationName }),
    });
  } catch {
    // The parser's own message repeats the URL with its password: not passed on.
    throw malformed();
  }
}

function malformed(): AppError {
  return new AppError(
    'bad-input',
    'The connection URL cannot be read. It looks like postgres://user:password@host:5432/database; special characters in the password are percent-encoded.',
    { field: 'url' },
  );
}

async function end(client: pg.Client): Promise<void> {
  // Ending a connection that the server has already cut rejects; there is nothing left to release then.
  await client.end().catch(() => undefined);
}

function isServerError(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return true;
  if (!(error instanceof Error)) return false;
  return /Connection terminated|not queryable|ECONNRESET|EPIPE/.test(error.message);
}
