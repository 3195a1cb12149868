import { infoFields } from '@/lib/targets/redis/info';

/** A kind of command that can be run again to measure a server. */
export interface Operation {
  /** As commandstats counts it, upper case. Also the name of its probe. */
  command: string;
  /** Type of the keys that it is sent to. */
  type: 'string' | 'hash' | 'set' | 'list' | 'zset' | 'any';
  writes: boolean;
}

const read = (command: string, type: Operation['type']): Operation => ({ command, type, writes: false });

/** What Ratchet sends to measure: reads whose cost is bounded, and SET to keys of its own. */
const operations: readonly Operation[] = [
  read('GET', 'string'),
  read('MGET', 'string'),
  read('EXISTS', 'any'),
  read('TTL', 'any'),
  read('HGET', 'hash'),
  read('HMGET', 'hash'),
  read('HGETALL', 'hash'),
  read('SISMEMBER', 'set'),
  read('LRANGE', 'list'),
  read('ZSCORE', 'zset'),
  read('ZRANGE', 'zset'),
  { command: 'SET', type: 'string', writes: true },
];

/** Commands that do the same work as one of the above. */
const sameAs: Readonly<Record<string, string>> = {
  SETEX: 'SET',
  PSETEX: 'SET',
  GETEX: 'GET',
  PTTL: 'TTL',
  HEXISTS: 'HGET',
};

export interface MeasuredOperation extends Operation {
  /** Since the server started or its statistics were reset. */
  calls: number;
}

/**
 * The commands that the applications of a server send, most calls first, from its commandstats; only those that can be
 * run again. Ratchet's own key samples always send TYPE with TTL, so that as many TTL are taken off.
 */
export function measuredMix(info: Record<string, string>): MeasuredOperation[] {
  const calls = (command: string) => infoFields(info[`cmdstat_${command.toLowerCase()}`] ?? '').calls ?? 0;
  return operations
    .map((operation) => {
      const { command } = operation;
      const same = Object.keys(sameAs).filter((other) => sameAs[other] === command);
      const all = [command, ...same].reduce((sum, name) => sum + calls(name), 0);
      return { ...operation, calls: command === 'TTL' ? Math.max(0, all - calls('TYPE')) : all };
    })
    .filter((o) => o.calls > 0)
    .sort((a, b) => b.calls - a.calls || a.command.localeCompare(b.command));
}

/** Share of lookups that found nothing, 0..1; null before there were enough to tell. */
export function missShare(info: Record<string, string>): number | null {
  const hits = Number(info.keyspace_hits);
  const misses = Number(info.keyspace_misses);
  return hits + misses >= 1_000 ? misses / (hits + misses) : null;
}
