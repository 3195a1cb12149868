import { finding } from '../../finding';
import type { Rule } from '../../types';
import { isCache } from './cache-use';
import { configMissing } from './config-missing';
import { keysNotSampled } from './keys-not-sampled';
import { looksLikeData } from './looks-like-data';
import type { RedisContext } from './types';

const id = 'redis/keys-without-ttl';
const mostLasting = 0.5;
/** Of fewer sampled keys a share says little. */
const fewestKeys = 20;
/** A day: long enough that what is read at the same hour every day is still there. */
const proposedSeconds = 86_400;

/** Keys of a cache that never go. */
export const keysWithoutTtl: Rule<RedisContext> = {
  meta: {
    id,
    title: 'Keys without a time to live',
    kind: 'redis',
    needs: ['CONFIG GET', 'a sample of the keys'],
    thresholds: [
      { name: 'keys of a prefix without one', value: mostLasting, unit: 'ratio', source: 'RedisInsight' },
      { name: 'sampled keys of the prefix', value: fewestKeys, unit: '', source: 'Ratchet' },
    ],
  },
  check(context) {
    const { target, snapshot } = context;
    const { keyspace, config } = snapshot;
    const unsampled = keysNotSampled(id, context);
    if (unsampled) return { findings: [], cannotCheck: [unsampled] };
    if (config === null) return { findings: [], cannotCheck: [configMissing(id, context)] };
    if (!isCache(context)) return { findings: [] };
    const findings = keyspace.prefixes.flatMap((p) => {
      const lasting = p.keys - p.withTtl;
      if (p.keys < fewestKeys || lasting / p.keys <= mostLasting) return [];
      const data = looksLikeData(p, config);
      const share = lasting / Math.max(1, keyspace.sampled);
      return [
        finding({
          id,
          severity: share > 0.5 ? 'medium' : 'low',
          target,
          subject: p.prefix,
          title: `${((lasting / p.keys) * 100).toFixed(0)} % of the keys ${p.prefix} never expire`,
          detail: `In a cache, what nobody reads any more stays until it is deleted by hand or evicted. ${
            data === null
              ? 'Where these keys are data and not copies of data, this is right: mute it.'
              : `They look like data and not like copies of data (${data}), so that no change is offered: if they are copies, have the application set a time to live; else mute it.`
          }`,
          evidence: [
            { label: 'sampled keys of the prefix', value: p.keys, unit: '' },
            { label: 'of these without a time to live', value: lasting, unit: '' },
            { label: 'sampled keys in all', value: keyspace.sampled, unit: '' },
            { label: 'keys in all', value: keyspace.keys, unit: '' },
          ],
          weight: share,
          ...(data === null
            ? {
                optimizations: ['redis/set-ttl'],
                facts: { prefix: p.prefix, ttlSeconds: proposedSeconds },
              }
            : {}),
        }),
      ];
    });
    return { findings };
  },
};
