import type { Rule } from '../../types';
import { evictionPolicy } from './eviction-policy';
import { keepalive } from './keepalive';
import { lowHitRatio } from './low-hit-ratio';
import { memoryPressure } from './memory-pressure';
import { noMaxmemory } from './no-maxmemory';
import type { RedisContext } from './types';

/** All Redis rules, in the order in which they are documented. */
export const redisRules: readonly Rule<RedisContext>[] = [
  noMaxmemory,
  evictionPolicy,
  lowHitRatio,
  memoryPressure,
  keepalive,
];
