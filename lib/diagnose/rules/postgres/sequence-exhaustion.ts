import { count, finding } from '../../finding';
import { shown } from '../../tables';
import type { PostgresContext, Rule } from '../../types';

const id = 'postgres/sequence-exhaustion';
const mostUsed = 0.9;

/** Sequences close to their last value: when they end, inserts fail. */
export const sequenceExhaustion: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Sequences near their end',
    kind: 'postgres',
    needs: ['a connection', 'privilege to read the sequences'],
    thresholds: [{ name: 'share used', value: mostUsed, unit: 'ratio', source: 'PgHero' }],
  },
  check({ target, live, liveMissing }) {
    if (live === null)
      return {
        findings: [],
        cannotCheck: [{ id, target, reason: 'The sequences were not read.', enable: liveMissing ?? '' }],
      };
    return {
      findings: live.sequences
        .filter((s) => s.used > mostUsed)
        .map((s) =>
          finding({
            id,
            severity: s.used > 0.98 ? 'critical' : 'high',
            target,
            subject: `${s.schema}.${s.name}`,
            title: `The sequence ${shown(s.schema, s.name)} is at ${(s.used * 100).toFixed(1)} % of its range`,
            detail: `When it ends, inserts fail. Widen it, and the column that it fills, to bigint.`,
            evidence: [
              { label: 'used', value: s.used, unit: 'ratio' },
              { label: 'last value', value: count(s.last), unit: '' },
              { label: 'greatest value', value: count(s.max), unit: '' },
            ],
            weight: s.used,
          }),
        ),
    };
  },
};
