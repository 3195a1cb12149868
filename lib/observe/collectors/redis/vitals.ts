import { infoFields, infoNumber } from '@/lib/targets/redis/info';
import { measured, type Value } from '../../collector-types';
import { CounterTrack, perSecond, share } from '../../rates';
import { gapAfter } from '../../series/levels';
import type { OwnLookups } from './own';

export interface RedisReading {
  info: Record<string, string>;
  startedAt: number;
  endedAt: number;
  /** Commands that Ratchet has sent on this connection before this INFO. */
  sent: number;
  own: Pick<OwnLookups, 'hits' | 'misses'>;
  pingMs: number;
}

/** Turns readings of INFO into values. */
export class RedisVitals {
  #track = new CounterTrack(gapAfter('redis.commands'));

  next({ info, startedAt, endedAt, sent, own, pingMs }: RedisReading): Value[] {
    const epoch = `${info.run_id}`;
    const increase = this.#track.next({
      startedAt,
      endedAt,
      epoch,
      counters: {
        ...counter(info, 'total_commands_processed', 'commands'),
        ...counter(info, 'keyspace_hits', 'hits'),
        ...counter(info, 'keyspace_misses', 'misses'),
        ...counter(info, 'evicted_keys', 'evictions'),
        ...counter(info, 'expired_keys', 'expired'),
        ownCommands: sent,
        ownHits: own.hits,
        ownMisses: own.misses,
      },
    });
    const others = increase && {
      seconds: increase.seconds,
      counters: {
        ...increase.counters,
        ...less(increase.counters, 'commands', 'ownCommands'),
        ...less(increase.counters, 'hits', 'ownHits'),
        ...less(increase.counters, 'misses', 'ownMisses'),
      },
    };
    const clients = infoNumber(info, 'connected_clients');
    return measured({
      'redis.latency': pingMs,
      'redis.hit_ratio': share(others, 'hits', 'misses'),
      'redis.commands': perSecond(others, 'commands'),
      'redis.evictions': perSecond(others, 'evictions'),
      'redis.expired': perSecond(others, 'expired'),
      'redis.rss': infoNumber(info, 'used_memory_rss'),
      'redis.fragmentation': infoNumber(info, 'mem_fragmentation_ratio'),
      'redis.memory': infoNumber(info, 'used_memory'),
      'redis.memory_max': infoNumber(info, 'maxmemory'),
      'redis.clients': clients === null ? null : Math.max(0, clients - 1),
      'redis.keys': keysOf(info),
    });
  }
}

/** Keys of all databases. A server without keys lists none: that is a measured zero. */
function keysOf(info: Record<string, string>): number | null {
  if (info.run_id === undefined) return null;
  return Object.entries(info)
    .filter(([name]) => /^db\d+$/.test(name))
    .reduce((sum, [, value]) => sum + (infoFields(value).keys ?? 0), 0);
}

function counter(info: Record<string, string>, field: string, name: string): Record<string, number> {
  const value = infoNumber(info, field);
  return value === null ? {} : { [name]: value };
}

/** Our own part taken off; not below zero, since the two are not read at quite the same moment. */
function less(counters: Record<string, number>, name: string, own: string): Record<string, number> {
  const value = counters[name];
  return value === undefined ? {} : { [name]: Math.max(0, value - (counters[own] ?? 0)) };
}
