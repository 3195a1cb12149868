import { finding } from '../../finding';
import type { Rule } from '../../types';
import { infoNumber, type RedisContext } from './types';

const id = 'redis/low-hit-ratio';
const least = 0.8;
const fewestLookups = 1_000;

/** Too many lookups find nothing. */
export const lowHitRatio: Rule<RedisContext> = {
  meta: {
    id,
    title: 'Low hit ratio',
    kind: 'redis',
    needs: [],
    thresholds: [
      { name: 'hit ratio', value: least, unit: 'ratio', source: 'Ratchet: the target of the product' },
      { name: 'lookups', value: fewestLookups, unit: '', source: 'Ratchet' },
    ],
  },
  check({ target, snapshot }) {
    const hits = infoNumber(snapshot, 'keyspace_hits');
    const misses = infoNumber(snapshot, 'keyspace_misses');
    if (hits === null || misses === null || hits + misses < fewestLookups) return { findings: [] };
    const ratio = hits / (hits + misses);
    if (ratio >= least) return { findings: [] };
    return {
      findings: [
        finding({
          id,
          severity: ratio < 0.5 ? 'high' : 'medium',
          target,
          subject: 'keyspace',
          title: `Only ${(ratio * 100).toFixed(0)} % of the lookups find their key`,
          detail:
            'Each miss costs the work that the cache should save. Counted since the server started or its statistics were reset.',
          evidence: [
            { label: 'hit ratio', value: ratio, unit: 'ratio' },
            { label: 'hits', value: hits, unit: '' },
            { label: 'misses', value: misses, unit: '' },
          ],
          weight: 1 - ratio,
        }),
      ],
    };
  },
};
