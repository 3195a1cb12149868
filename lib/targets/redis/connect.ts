import type { Redis } from 'ioredis';
import { AppError } from '@/lib/contracts/error';
import type { Connection } from '@/lib/contracts/target';
import { addressOf } from '../address';
import { within } from '../within';
import { commandTimeoutMs, connectTimeoutMs, dial } from './dial';
import { redisEndpoint } from './endpoint';
import { redisError } from './errors';
import { primaryOf } from './sentinel';

export type RedisConnection = Extract<Connection, { kind: 'redis' }>;

/** An open connection. `sent` counts every command sent on it, so that they can be told from the application's. */
export interface RedisSession {
  redis: Redis;
  address: string;
  sent(): number;
  close(): void;
}

/**
 * Opens one connection (see `dial`), behind Sentinel to the present primary. The caller closes it.
 * @throws AppError unreachable | timeout | privilege-missing | bad-input; messages never hold the password
 */
export async function connectRedis(connection: RedisConnection, signal?: AbortSignal): Promise<RedisSession> {
  const given = redisEndpoint(connection.url);
  const address = addressOf(connection);
  const patience = connectTimeoutMs + commandTimeoutMs;
  const { sentinel } = given;
  const endpoint = sentinel
    ? await within(patience, `Sentinel at ${address}`, (inner) => primaryOf(given, sentinel, inner), signal)
    : given;
  const { redis, failure, close } = dial(endpoint);
  let sent = 0;
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, stream) => {
    sent += 1;
    return send(command, stream);
  };
  try {
    await within(patience, `Redis at ${address}`, () => open(redis), signal);
    return { redis, address, sent: () => sent, close };
  } catch (error) {
    close();
    throw redisError(error instanceof AppError ? error : (failure() ?? error), address);
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
