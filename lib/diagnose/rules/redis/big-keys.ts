import { bytes, count, finding } from '../../finding';
import type { Rule } from '../../types';
import { lengthsNotRead } from './keys-not-sampled';
import type { RedisContext } from './types';

const id = 'redis/big-keys';
const source = 'RedisInsight';
const lazyFreeing = [
  'lazyfree-lazy-eviction',
  'lazyfree-lazy-expire',
  'lazyfree-lazy-server-del',
  'lazyfree-lazy-user-del',
];

/** Single keys so large that a command on them holds up all others. */
export const bigKeys: Rule<RedisContext> = {
  meta: {
    id,
    title: 'Big keys',
    kind: 'redis',
    needs: ['a sample of the keys', 'STRLEN, HLEN, SCARD, LLEN, ZCARD'],
    // What counts is fixed where keys are sampled (bigFrom).
    thresholds: [
      { name: 'string', value: 100_000, unit: 'bytes', source },
      { name: 'hash, fields', value: 5_000, unit: '', source },
      { name: 'set, list or sorted set, members', value: 1_000, unit: '', source },
    ],
  },
  check(context) {
    const missing = lengthsNotRead(id, context);
    if (missing) return { findings: [], cannotCheck: [missing] };
    const { keyspace, config } = context.snapshot;
    const eager = lazyFreeing.filter((setting) => config?.[setting] === 'no');
    const findings = keyspace.prefixes.flatMap((p) => {
      if (p.big === null) return [];
      const { key, type, length, keys } = p.big;
      const text = type === 'string';
      return [
        finding({
          id,
          severity: length > (text ? 1_000_000 : 100_000) ? 'medium' : 'low',
          target: context.target,
          subject: p.prefix,
          title: `${text ? 'A string' : `A ${type === 'zset' ? 'sorted set' : type}`} under ${p.prefix} has ${text ? bytes(length) : `${count(length)} members`}`,
          detail:
            'While a command reads, writes or deletes it whole, no other is served. Split it, read it in parts (HSCAN, SSCAN, GETRANGE), and delete it with UNLINK. Lazy freeing gives its memory back in the background when it expires, is evicted, overwritten or deleted with DEL.',
          evidence: [
            { label: 'largest', value: key, unit: '' },
            { label: text ? 'length' : 'members', value: length, unit: text ? 'bytes' : '' },
            { label: 'such keys among those sampled', value: keys, unit: '' },
            { label: 'sampled keys of the prefix', value: p.keys, unit: '' },
          ],
          weight: keys / Math.max(1, keyspace.sampled),
          ...(eager.length === 0
            ? {}
            : {
                optimizations: ['redis/set-config'],
                facts: { settings: eager.map((setting) => ({ setting, value: 'yes' })) },
              }),
        }),
      ];
    });
    return { findings };
  },
};
