import net from 'node:net';
import { Redis } from 'ioredis';
import type { RedisEndpoint } from './endpoint';

export const connectTimeoutMs = 3_000;
export const commandTimeoutMs = 2_000;

export interface Dial {
  /** Not connected yet. */
  redis: Redis;
  /** Why the connection broke first, where the library told: it rejects calls only with "closed". */
  failure(): Error | null;
  close(): void;
}

/**
 * A client of one server, named `ratchet`: no reconnect, no offline queue, 2 s for a command, so that a server that
 * hangs is noticed and not waited for.
 */
export function dial(endpoint: RedisEndpoint): Dial {
  const { host, port, path, username, password, tls, verify, db } = endpoint;
  const redis = new Redis({
    ...(path === undefined ? { host, port } : { path }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    // A name for the certificate; an address may not be sent as one (RFC 6066).
    ...(tls
      ? { tls: { ...(net.isIP(host) === 0 ? { servername: host } : {}), rejectUnauthorized: verify } }
      : {}),
    db,
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
  redis.on('error', (error: Error) => failures.push(error));
  return { redis, failure: () => failures[0] ?? null, close: () => redis.disconnect() };
}
