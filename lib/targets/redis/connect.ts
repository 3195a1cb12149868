import { Redis } from 'ioredis';
import { AppError } from '@/lib/contracts/error';
import type { Connection } from '@/lib/contracts/target';
import { addressOf } from '../address';
import { within } from '../within';
import { redisEndpoint } from './endpoint';
import { redisError } from './errors';

export type RedisConnection = Extract<Connection, { kind: 'redis' }>;

export const connectTimeoutMs = 3_000;
export const commandTimeoutMs = 2_000;

/** An open connection. `sent` counts every command sent on it, so that they can be told from the application's. */
export interface RedisSession {
  redis: Redis;
  address: string;
  sent(): number;
  close(): void;
}

/**
 * Opens one connection named `ratchet`: no reconnect, no offline queue, 2 s for a command, so that a server
 * that hangs is noticed and not waited for. The caller closes it.
 * @throws AppError unreachable | timeout | privilege-missing | bad-input; messages never hold the password
 */
export async function connectRedis(connection: RedisConnection, signal?: AbortSignal): Promise<RedisSession> {
  const endpoint = redisEndpoint(connection.url);
  const address = addressOf(connection);
  const redis = new Redis({
    ...(endpoint.path === undefined ? { host: endpoint.host, port: endpoint.port } : { path: endpoint.path }),
    ...(endpoint.username === undefined ? {} : { username: endpoint.username }),
    ...(endpoint.password === undefined ? {} : { password: endpoint.password }),
    ...(endpoint.tls ? { tls: { servername: endpoint.host } } : {}),
    db: endpoint.db,
    connectionName: 'ratchet',
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    disableClientInfo: true,
  });
  const failures: Error[] = [];
  // The library reports why a connection broke by this event, and rejects the call only with "closed".
  redis.on('error', (error: Error) => failures.push(error));
  let sent = 0;
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, stream) => {
    sent += 1;
    return send(command, stream);
  };
  const close = () => redis.disconnect();
  try {
    await within(connectTimeoutMs + commandTimeoutMs, `Redis at ${address}`, () => open(redis), signal);
    return { redis, address, sent: () => sent, close };
  } catch (error) {
    close();
    throw redisError(error instanceof AppError ? error : (failures[0] ?? error), address);
  }
}

async function open(redis: Redis): Promise<void> {
  await redis.connect();
  // Sign-in and SELECT run in the background of connect; the first reply says whether they were accepted.
  await redis.ping();
}

/** Runs `fn` on a connection of its own and closes it; errors become AppErrors. */
export async function withRedis<T>(
  connection: RedisConnection,
  fn: (session: RedisSession) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const session = await connectRedis(connection, signal);
  try {
    return await fn(session);
  } catch (error) {
    throw redisError(error, session.address);
  } finally {
    session.close();
  }
}
