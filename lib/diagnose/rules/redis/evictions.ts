import { count, finding } from '../../finding';
import type { Rule } from '../../types';
import { maxmemoryFor, trueLimit } from './memory-limit';
import { infoNumber, type RedisContext } from './types';
import { windowOf } from './window';

const id = 'redis/evictions';
/** Below this hit ratio, what is evicted is missed. As redis/low-hit-ratio. */
const leastHits = 0.8;

/** Keys go for want of memory. */
export const evictions: Rule<RedisContext> = {
  meta: {
    id,
    title: 'Keys are evicted',
    kind: 'redis',
    needs: [],
    thresholds: [
      { name: 'evicted keys', value: 0, unit: '', source: 'Netdata' },
      { name: 'hit ratio, for medium severity', value: leastHits, unit: 'ratio', source: 'Ratchet' },
    ],
  },
  check(context) {
    const { target, snapshot } = context;
    const { gained: evicted, over } = windowOf(snapshot, 'evictedKeys', 'evicted_keys');
    if (evicted === null || evicted <= 0) return { findings: [] };
    const hits = infoNumber(snapshot, 'keyspace_hits') ?? 0;
    const misses = infoNumber(snapshot, 'keyspace_misses') ?? 0;
    const ratio = hits + misses === 0 ? null : hits / (hits + misses);
    const max = infoNumber(snapshot, 'maxmemory');
    const proposed = max ? maxmemoryFor(max, trueLimit(context)) : null;
    return {
      findings: [
        finding({
          id,
          severity: ratio !== null && ratio < leastHits ? 'medium' : 'low',
          target,
          subject: 'maxmemory',
          title: `${count(evicted)} keys were evicted for want of memory ${over}`,
          detail:
            'A full cache that evicts what is used least works as it should; where the keys are missed afterwards, it is too small.',
          evidence: [
            { label: 'evicted keys', value: evicted, unit: '' },
            ...(max === null ? [] : [{ label: 'maxmemory', value: max, unit: 'bytes' }]),
            ...(ratio === null ? [] : [{ label: 'hit ratio', value: ratio, unit: 'ratio' }]),
          ],
          weight: ratio === null ? 0 : 1 - ratio,
          ...(proposed === null
            ? {}
            : {
                optimizations: ['redis/set-config'],
                facts: { setting: 'maxmemory', value: String(proposed) },
              }),
        }),
      ],
    };
  },
};
