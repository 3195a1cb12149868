import { count, finding } from '../../finding';
import { shown } from '../../tables';
import type { PostgresContext, Rule } from '../../types';

const id = 'postgres/stale-statistics';
const mostModified = 0.1;
const fewestRows = 1_000;

/** Tables of which much has changed since ANALYZE: the planner works from old numbers. */
export const staleStatistics: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Tables that want ANALYZE',
    kind: 'postgres',
    needs: [],
    thresholds: [
      {
        name: 'share of the rows modified since ANALYZE',
        value: mostModified,
        unit: 'ratio',
        source: 'pganalyze; autovacuum_analyze_scale_factor',
      },
      { name: 'rows of the table', value: fewestRows, unit: '', source: 'Ratchet' },
    ],
  },
  check({ target, snapshot }) {
    const findings = snapshot.tables
      .filter((t) => t.kind === 'r' || t.kind === 'm')
      .flatMap((t) => {
        const rows = Math.max(t.rows, t.liveRows);
        const share = t.modifiedSinceAnalyze / Math.max(1, rows);
        if (rows < fewestRows || share <= mostModified) return [];
        const never = t.lastAnalyze === null;
        return finding({
          id,
          severity: never ? 'medium' : 'low',
          target,
          subject: `${t.schema}.${t.name}`,
          title: `The planner's statistics of ${shown(t.schema, t.name)} are ${never ? 'missing: it was never analysed' : 'old'}`,
          detail: `${count(t.modifiedSinceAnalyze)} rows were written since ${t.lastAnalyze ?? 'the table was made'}. Plans made from old statistics can be far off.`,
          evidence: [
            { label: 'rows modified since ANALYZE', value: t.modifiedSinceAnalyze, unit: '' },
            { label: 'rows', value: rows, unit: '' },
            { label: 'share modified', value: share, unit: 'ratio' },
            { label: 'last ANALYZE', value: t.lastAnalyze ?? 'never', unit: '' },
          ],
          weight: 0,
          optimizations: ['postgres/analyze'],
          facts: { schema: t.schema, table: t.name },
        });
      });
    return { findings };
  },
};
