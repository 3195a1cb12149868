import type { RedisRecent, RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import { infoNumber } from '@/lib/targets/redis/info';

/**
 * What a counter gained over the last minutes; at the first reading of a server, since it started or its statistics were
 * reset. `over` says which, in words.
 */
export function windowOf(
  { recent, info }: RedisSnapshot,
  gained: Exclude<keyof RedisRecent, 'seconds'>,
  counter: string,
): { gained: number | null; over: string } {
  return recent === null
    ? { gained: infoNumber(info, counter), over: 'since the server started or its statistics were reset' }
    : { gained: recent[gained], over: `in the last ${duration(recent.seconds)}` };
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;
}
