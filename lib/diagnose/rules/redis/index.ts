import type { Rule } from '../../types';
import { bigKeys } from './big-keys';
import { clientChurn } from './client-churn';
import { evictionPolicy } from './eviction-policy';
import { evictions } from './evictions';
import { fragmentation } from './fragmentation';
import { keepalive } from './keepalive';
import { keysWithoutTtl } from './keys-without-ttl';
import { latency } from './latency';
import { lowHitRatio } from './low-hit-ratio';
import { memoryPressure } from './memory-pressure';
import { noMaxmemory } from './no-maxmemory';
import { noPassword } from './no-password';
import { persistenceFailing } from './persistence-failing';
import { rejectedConnections } from './rejected-connections';
import { slowCommands } from './slow-commands';
import { smallStrings } from './small-strings';
import type { RedisContext } from './types';

/** All Redis rules, in the order in which they are documented. */
export const redisRules: readonly Rule<RedisContext>[] = [
  noMaxmemory,
  evictionPolicy,
  lowHitRatio,
  memoryPressure,
  fragmentation,
  evictions,
  rejectedConnections,
  keysWithoutTtl,
  bigKeys,
  smallStrings,
  slowCommands,
  clientChurn,
  keepalive,
  persistenceFailing,
  latency,
  noPassword,
];
