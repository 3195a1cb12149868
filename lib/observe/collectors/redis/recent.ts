import type { RedisRecent } from '@/lib/contracts/redis-snapshot';
import { infoNumber } from '@/lib/targets/redis/info';

/** What happened longer ago is not recent any more, ms. */
const windowMs = 10 * 60_000;
const fields = ['evicted_keys', 'rejected_connections', 'total_connections_received'] as const;

interface Reading {
  at: number;
  run: string | undefined;
  counters: Record<(typeof fields)[number], number>;
}

/** What counters gained over the last ten minutes, or since the first reading. A restart or a reset begins anew. */
export class RecentCounters {
  #readings: Reading[] = [];

  /** @param at of this reading, ms on a clock that does not go back */
  next(info: Record<string, string>, at: number): RedisRecent | null {
    const reading: Reading = {
      at,
      run: info.run_id,
      counters: {
        evicted_keys: infoNumber(info, 'evicted_keys') ?? 0,
        rejected_connections: infoNumber(info, 'rejected_connections') ?? 0,
        total_connections_received: infoNumber(info, 'total_connections_received') ?? 0,
      },
    };
    const last = this.#readings.at(-1);
    if (last && (last.run !== reading.run || fields.some((f) => reading.counters[f] < last.counters[f])))
      this.#readings = [];
    this.#readings = [...this.#readings.filter((r) => at - r.at <= windowMs), reading];
    const first = this.#readings[0];
    if (!first || first.at >= at) return null;
    const gained = (field: (typeof fields)[number]) => reading.counters[field] - first.counters[field];
    return {
      seconds: (at - first.at) / 1000,
      evictedKeys: gained('evicted_keys'),
      rejectedConnections: gained('rejected_connections'),
      newConnections: gained('total_connections_received'),
    };
  }
}
