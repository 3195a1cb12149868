import { finding, severityByShare, shortSql } from '../../finding';
import type { PostgresContext, Rule } from '../../types';
import { statementsMissing } from './statements-missing';

const id = 'postgres/slow-statement';
const slowMs = 20;
const fewestCalls = 100;

/** Statements with a long mean time, lately, that run often. */
export const slowStatement: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Slow statements',
    kind: 'postgres',
    needs: ['pg_stat_statements'],
    thresholds: [
      { name: 'mean time', value: slowMs, unit: 'ms', source: 'PgHero (slow_query_ms)' },
      { name: 'calls', value: fewestCalls, unit: '', source: 'PgHero (slow_query_calls)' },
    ],
  },
  check({ target, snapshot, statements }) {
    if (snapshot.statements === null)
      return { findings: [], cannotCheck: [statementsMissing(id, target, snapshot)] };
    const findings = statements
      .filter(({ statement, counted }) => statement.meanMs >= slowMs && counted.calls >= fewestCalls)
      .map(({ statement: s, share, window }) =>
        finding(
          {
            id,
            severity: severityByShare(share),
            target,
            subject: shortSql(s.query, 80),
            title: `A statement takes ${s.meanMs.toFixed(0)} ms on average: ${shortSql(s.query, 80)}`,
            detail: shortSql(s.query, 1_000),
            evidence: [
              { label: 'share of database time', value: share, unit: 'ratio' },
              { label: 'mean time', value: s.meanMs, unit: 'ms' },
              { label: 'calls', value: s.calls, unit: '' },
              { label: 'rows per call', value: s.rows / Math.max(1, s.calls), unit: '' },
              { label: 'counted', value: window, unit: '' },
              { label: 'longest since the statistics were reset', value: s.maxMs, unit: 'ms' },
            ],
            weight: share,
            facts: { statements: [s.queryId] },
          },
          `#${s.queryId}`,
        ),
      );
    return { findings };
  },
};
