import { AppError } from '@/lib/contracts/error';
import { connectRedis, type RedisConnection } from '@/lib/targets/redis/connect';
import { redisError } from '@/lib/targets/redis/errors';
import { parseInfo } from '@/lib/targets/redis/info';
import type { Collector } from '../../collector-types';
import { OwnLookups } from './own';
import { PingWindow } from './ping-window';
import { RecentCounters } from './recent';
import { readRedisSnapshot } from './snapshot';
import { RedisVitals } from './vitals';

/**
 * Opens the collector of a Redis server: one connection named `ratchet`.
 *
 * Ratchet's own commands, and the lookups of its key sample, are counted as they are sent and taken off what
 * the server counts. Its connection is taken off the clients.
 */
export async function openRedis(connection: RedisConnection, signal?: AbortSignal): Promise<Collector> {
  const session = await connectRedis(connection, signal);
  const own = new OwnLookups();
  const rates = new RedisVitals();
  const recent = new RecentCounters();
  const pings = new PingWindow();
  const call = async <T>(fn: () => Promise<T>): Promise<T> => {
    try {
      return await fn();
    } catch (error) {
      throw redisError(error, session.address);
    }
  };
  return {
    vitals: () =>
      call(async () => {
        const pinged = performance.now();
        const pong = await session.redis.ping();
        if (pong !== 'PONG')
          throw new AppError('unreachable', `Redis at ${session.address} answers PING with nonsense.`);
        const startedAt = performance.now();
        pings.add(startedAt - pinged, startedAt);
        // INFO reports the commands before it: those sent up to here, itself not yet.
        const sent = session.sent();
        const info = parseInfo(await session.redis.info());
        const endedAt = performance.now();
        return { values: rates.next({ info, startedAt, endedAt, sent, own, pingMs: startedAt - pinged }) };
      }),
    snapshot: (abort) => call(() => readRedisSnapshot(session, { own, recent, pings }, abort)),
    close: async () => session.close(),
  };
}
