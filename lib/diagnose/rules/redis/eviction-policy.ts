import { finding } from '../../finding';
import type { Rule } from '../../types';
import { fewestLookups, lookupsOf } from './cache-use';
import { configMissing } from './config-missing';
import { keysNotSampled } from './keys-not-sampled';
import type { RedisContext } from './types';

const id = 'redis/eviction-policy';
const mostLasting = 0.5;

/** An instance used as a cache that refuses writes when it is full. */
export const evictionPolicy: Rule<RedisContext> = {
  meta: {
    id,
    title: 'A cache that does not evict',
    kind: 'redis',
    needs: ['CONFIG GET', 'a sample of the keys'],
    thresholds: [
      { name: 'lookups, for it to be a cache', value: fewestLookups, unit: '', source: 'Ratchet' },
      {
        name: 'sampled keys with a time to live, for it to be a cache',
        value: mostLasting,
        unit: 'ratio',
        source: 'Ratchet',
      },
    ],
  },
  check(context) {
    const { target, snapshot } = context;
    if (snapshot.config === null) return { findings: [], cannotCheck: [configMissing(id, context)] };
    const { keyspace } = snapshot;
    const unsampled = keysNotSampled(id, context);
    if (unsampled) return { findings: [], cannotCheck: [unsampled] };
    const lookups = lookupsOf(context);
    const expiring = keyspace.withTtl / Math.max(1, keyspace.sampled);
    const cache = lookups >= fewestLookups && keyspace.sampled > 0 && expiring >= mostLasting;
    if (!cache || snapshot.config['maxmemory-policy'] !== 'noeviction') return { findings: [] };
    return {
      findings: [
        finding({
          id,
          severity: 'medium',
          target,
          subject: 'maxmemory-policy',
          title: 'Redis is used as a cache and never evicts: when it is full, writes fail',
          detail:
            'Most keys have a time to live and are looked up, so the least used could go. allkeys-lru, allkeys-lfu or volatile-lru make room.',
          evidence: [
            { label: 'maxmemory-policy', value: 'noeviction', unit: '' },
            { label: 'sampled keys with a time to live', value: expiring, unit: 'ratio' },
            { label: 'lookups', value: lookups, unit: '' },
          ],
          optimizations: ['redis/set-config'],
          facts: { setting: 'maxmemory-policy', value: 'allkeys-lru' },
        }),
      ],
    };
  },
};
