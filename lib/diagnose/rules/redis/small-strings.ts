import { count, finding } from '../../finding';
import type { Rule } from '../../types';
import { lengthsNotRead } from './keys-not-sampled';
import type { RedisContext } from './types';

const id = 'redis/small-strings';
const fewest = 10;

/** Many small strings that would take less memory as fields of hashes. */
export const smallStrings: Rule<RedisContext> = {
  meta: {
    id,
    title: 'Many small strings',
    kind: 'redis',
    needs: ['a sample of the keys', 'STRLEN'],
    thresholds: [
      {
        name: 'sampled strings under 200 B of one prefix, without a time to live',
        value: fewest,
        unit: '',
        source: 'RedisInsight',
      },
    ],
  },
  check(context) {
    const missing = lengthsNotRead(id, context);
    if (missing) return { findings: [], cannotCheck: [missing] };
    const { keyspace } = context.snapshot;
    const findings = keyspace.prefixes.flatMap((p) => {
      const small = p.smallStrings ?? 0;
      if (small < fewest) return [];
      const share = small / Math.max(1, keyspace.sampled);
      return [
        finding({
          id,
          severity: 'low',
          target: context.target,
          subject: p.prefix,
          title: `${count(small)} of the sampled strings ${p.prefix} are under 200 B`,
          detail:
            'Each key costs some 50 to 100 B beside its value. As fields of hashes of up to hash-max-listpack-entries fields they take a fraction of that. Strings with a time to live of their own are not counted: a field has none before Redis 7.4.',
          evidence: [
            { label: 'small strings', value: small, unit: '' },
            { label: 'sampled keys of the prefix', value: p.keys, unit: '' },
            ...(p.bytes === null || p.measured === 0
              ? []
              : [{ label: 'mean memory a key', value: p.bytes / p.measured, unit: 'bytes' }]),
          ],
          weight: share,
        }),
      ];
    });
    return { findings };
  },
};
