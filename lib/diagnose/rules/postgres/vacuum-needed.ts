import { count, finding } from '../../finding';
import { numberSetting, shown } from '../../tables';
import type { PostgresContext, Rule } from '../../types';

const id = 'postgres/vacuum-needed';
const fewestDead = 1_000;
const lagging = 2;

/** Tables with more dead rows than the point at which autovacuum should have come. */
export const vacuumNeeded: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Tables that want VACUUM',
    kind: 'postgres',
    needs: [],
    thresholds: [
      {
        name: 'dead rows, by autovacuum_vacuum_threshold + autovacuum_vacuum_scale_factor × rows',
        value: 1,
        unit: '',
        source: 'PostgreSQL docs, routine vacuuming; Coroot',
      },
      { name: 'times that, from which it is severe', value: lagging, unit: '', source: 'Coroot' },
      { name: 'dead rows at least', value: fewestDead, unit: '', source: 'Ratchet' },
    ],
  },
  check({ target, snapshot }) {
    const base = numberSetting(snapshot, 'autovacuum_vacuum_threshold', 50);
    const factor = numberSetting(snapshot, 'autovacuum_vacuum_scale_factor', 0.2);
    const findings = snapshot.tables
      .filter((t) => t.kind === 'r' || t.kind === 'm')
      .flatMap((t) => {
        const trigger = base + factor * Math.max(0, t.rows);
        if (t.deadRows < fewestDead || t.deadRows <= trigger) return [];
        const share = t.deadRows / Math.max(1, t.deadRows + t.liveRows);
        return finding({
          id,
          severity: t.deadRows > lagging * trigger ? 'high' : 'medium',
          target,
          subject: `${t.schema}.${t.name}`,
          title: `${shown(t.schema, t.name)} holds ${count(t.deadRows)} dead rows that VACUUM should have removed`,
          detail: `Autovacuum comes at ${count(trigger)} dead rows. Until then every scan reads them, and the table grows.`,
          evidence: [
            { label: 'dead rows', value: t.deadRows, unit: '' },
            { label: 'live rows', value: t.liveRows, unit: '' },
            { label: 'autovacuum trigger', value: trigger, unit: '' },
            { label: 'last vacuum', value: t.lastVacuum ?? 'never', unit: '' },
          ],
          weight: (share * t.tableBytes) / Math.max(1, snapshot.databaseBytes),
          optimizations: ['postgres/vacuum'],
          facts: { schema: t.schema, table: t.name },
        });
      });
    return { findings };
  },
};
