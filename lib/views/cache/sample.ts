import type { MemorySample } from '@/lib/contracts/cache';
import { AppError } from '@/lib/contracts/error';
import type { ObserveQuery } from '@/lib/contracts/observe';
import { sampleMemory } from '@/lib/observe/collectors/redis/memory-sample';
import type { Store } from '@/lib/store/client';
import { loadTarget } from '@/lib/targets/load';
import { withRedis } from '@/lib/targets/redis/connect';
import { observedTarget } from '../observed';

/** Longest time for one sample, ms. */
const limitMs = 15_000;

/**
 * Samples the keys of a Redis server now. Reads only.
 * @throws AppError not-found | unreachable | timeout | privilege-missing
 */
export async function cacheSample(
  store: Store,
  query: ObserveQuery,
  signal?: AbortSignal,
): Promise<MemorySample> {
  const target = await observedTarget(store, 'redis', query);
  const { connection } = await loadTarget(store, target.id);
  if (connection.kind !== 'redis') throw new AppError('not-found', `${target.name} is no Redis target.`);
  const limit = AbortSignal.timeout(limitMs);
  const startedAt = performance.now();
  const readAt = new Date().toISOString();
  try {
    const sample = await withRedis(connection, (session) =>
      sampleMemory(session, signal ? AbortSignal.any([signal, limit]) : limit),
    );
    return { target, takenAt: readAt, readAt, tookMs: performance.now() - startedAt, ...sample };
  } catch (error) {
    if (limit.aborted)
      throw new AppError(
        'timeout',
        `Sampling the keys took longer than ${limitMs / 1000} s and was given up.`,
      );
    throw error;
  }
}
