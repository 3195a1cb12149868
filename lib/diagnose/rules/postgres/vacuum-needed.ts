import type { PgTable } from '@/lib/contracts/postgres-snapshot';
import { count, finding } from '../../finding';
import { numberOption, numberSetting, optionOf, shown } from '../../tables';
import type { PostgresContext, Rule } from '../../types';

const id = 'postgres/vacuum-needed';
const fewestDead = 1_000;
const lagging = 2;
/** Tables so large get a scale factor of their own: a fifth of them is too much to leave dead. pganalyze, PostgreSQL wiki. */
const largeRows = 100_000;
const largeScaleFactor = 0.02;

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
      {
        name: 'rows from which a scale factor of its own is proposed',
        value: largeRows,
        unit: '',
        source: 'Ratchet',
      },
      { name: 'dead rows at least', value: fewestDead, unit: '', source: 'Ratchet' },
    ],
  },
  check({ target, snapshot }) {
    const base = numberSetting(snapshot, 'autovacuum_vacuum_threshold', 50);
    const factor = numberSetting(snapshot, 'autovacuum_vacuum_scale_factor', 0.2);
    const findings = snapshot.tables
      .filter((t) => t.kind === 'r' || t.kind === 'm')
      .flatMap((t) => {
        const own = (name: string, fallback: number) => numberOption(t, name) ?? fallback;
        const trigger =
          own('autovacuum_vacuum_threshold', base) +
          own('autovacuum_vacuum_scale_factor', factor) * Math.max(0, t.rows);
        if (t.deadRows < fewestDead || t.deadRows <= trigger) return [];
        const tuning = autovacuumTuning(t, factor);
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
          optimizations: ['postgres/vacuum', ...(tuning ? ['postgres/autovacuum-settings'] : [])],
          facts: { schema: t.schema, table: t.name, ...(tuning ? { autovacuum: tuning } : {}) },
        });
      });
    return { findings };
  },
};

/** Storage parameters that would bring autovacuum sooner: on where it was off, and by a smaller share of a large table. */
function autovacuumTuning(table: PgTable, factor: number): Record<string, string> | null {
  const wanted: Record<string, string> = {};
  const enabled = optionOf(table, 'autovacuum_enabled');
  if (enabled !== undefined && /^(off|false|no|0)$/i.test(enabled)) wanted.autovacuum_enabled = 'on';
  const present = numberOption(table, 'autovacuum_vacuum_scale_factor') ?? factor;
  if (table.kind === 'r' && table.rows >= largeRows && present > largeScaleFactor)
    wanted.autovacuum_vacuum_scale_factor = String(largeScaleFactor);
  return Object.keys(wanted).length === 0 ? null : wanted;
}
