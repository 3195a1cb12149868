import { count, finding } from '../../finding';
import { shown } from '../../tables';
import type { PostgresContext, Rule } from '../../types';

const id = 'postgres/sequential-scans';
const leastIndexUse = 0.95;
const fewestRows = 10_000;
const fewestScans = 50;

/** Large tables that are mostly read whole. */
export const sequentialScans: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Sequential scans of large tables',
    kind: 'postgres',
    needs: [],
    thresholds: [
      { name: 'share of scans that use an index', value: leastIndexUse, unit: 'ratio', source: 'PgHero' },
      { name: 'rows of the table', value: fewestRows, unit: '', source: 'PgHero' },
      {
        name: 'sequential scans',
        value: fewestScans,
        unit: '',
        source: 'Ratchet: fewer say nothing about the habit',
      },
    ],
  },
  check({ target, snapshot }) {
    const all = Math.max(
      1,
      snapshot.tables.reduce((sum, t) => sum + t.seqRows, 0),
    );
    const findings = snapshot.tables
      .filter((t) => (t.kind === 'r' || t.kind === 'm') && t.rows >= fewestRows && t.seqScans >= fewestScans)
      .flatMap((t) => {
        const use = t.indexScans / (t.indexScans + t.seqScans);
        if (use >= leastIndexUse) return [];
        return finding({
          id,
          severity: use < 0.5 ? 'medium' : 'low',
          target,
          subject: `${t.schema}.${t.name}`,
          title: `${shown(t.schema, t.name)} with ${count(t.rows)} rows was read whole ${count(t.seqScans)} times`,
          detail: `${(use * 100).toFixed(0)} % of its scans use an index. Where statements are known, the missing indexes say which one is wanted.`,
          evidence: [
            { label: 'sequential scans', value: t.seqScans, unit: '' },
            { label: 'rows read by them', value: t.seqRows, unit: '' },
            { label: 'index scans', value: t.indexScans, unit: '' },
            { label: 'rows in the table', value: t.rows, unit: '' },
          ],
          weight: t.seqRows / all,
        });
      });
    return { findings };
  },
};
