import { bytes, finding } from '../../finding';
import { dropFacts, droppable, shown, tableOf } from '../../tables';
import type { PostgresContext, Rule } from '../../types';

const id = 'postgres/unused-index';
const smallest = 10_000_000;
const shortestWindowMs = 24 * 3_600_000;

/** Large indexes that no statement has used since the statistics began. */
export const unusedIndex: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Unused indexes',
    kind: 'postgres',
    needs: ['statistics over at least a day'],
    thresholds: [
      { name: 'scans', value: 0, unit: '', source: 'PgHero, splinter 0005, Azure SQL' },
      { name: 'size', value: smallest, unit: 'bytes', source: 'Ratchet' },
      {
        name: 'window, where it is known',
        value: shortestWindowMs / 3_600_000,
        unit: 'h',
        source: 'Ratchet',
      },
    ],
  },
  check({ target, snapshot }) {
    const since = snapshot.statsReset;
    const window = since === null ? null : Date.parse(snapshot.takenAt) - Date.parse(since);
    if (window !== null && window < shortestWindowMs) {
      const reason = `The statistics were reset ${(window / 3_600_000).toFixed(1)} h ago; an index is called unused after a day.`;
      return {
        findings: [],
        cannotCheck: [{ id, target, reason, enable: 'Wait until the statistics are a day old.' }],
      };
    }
    const findings = droppable(snapshot)
      .filter((i) => i.valid && !i.unique && i.scans === 0 && i.bytes >= smallest)
      .map((i) => {
        const table = tableOf(snapshot, i.schema, i.table);
        return finding({
          id,
          severity: 'low',
          target,
          subject: `${i.schema}.${i.name}`,
          title: `The index ${shown(i.schema, i.name)} (${bytes(i.bytes)}) has never been used`,
          detail: `No scan of it since ${since ?? 'the statistics began (they were never reset)'}. Each write to ${shown(i.schema, i.table)} keeps it up. Statements on replicas are not counted here: look there before dropping it.`,
          evidence: [
            { label: 'size', value: i.bytes, unit: 'bytes' },
            { label: 'scans', value: i.scans, unit: '' },
            {
              label: 'row writes of the table',
              value: table ? table.inserted + table.updated + table.deleted : 0,
              unit: '',
            },
            { label: 'counted since', value: since ?? 'the statistics began', unit: '' },
          ],
          weight: i.bytes / Math.max(1, snapshot.databaseBytes),
          optimizations: ['postgres/drop-index'],
          facts: dropFacts(i),
        });
      });
    return { findings };
  },
};
