import type { PgIndex } from '@/lib/contracts/postgres-snapshot';
import { bytes, finding } from '../../finding';
import { dropFacts, droppable, shown } from '../../tables';
import type { PostgresContext, Rule } from '../../types';
import { indexesByTable, isSuperseded } from './index-keys';

const id = 'postgres/duplicate-index';

/** Indexes that another index serves as well: the same, or one that begins with the same columns. */
export const duplicateIndex: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Duplicate and redundant indexes',
    kind: 'postgres',
    needs: [],
    thresholds: [{ name: 'such indexes', value: 0, unit: '', source: 'splinter 0009, H004' }],
  },
  check({ target, snapshot }) {
    const onTable = indexesByTable(snapshot.indexes);
    const findings = droppable(snapshot).flatMap((index) => {
      const by = onTable(index).find((other) => isSuperseded(index, other) && keeps(other, index));
      if (!by) return [];
      return finding({
        id,
        severity: 'low',
        target,
        subject: `${index.schema}.${index.name}`,
        title: `The index ${shown(index.schema, index.name)} (${bytes(index.bytes)}) does what ${shown(by.schema, by.name)} does too`,
        detail: `${index.definition}\n${by.definition}`,
        evidence: [
          { label: 'size', value: index.bytes, unit: 'bytes' },
          { label: 'scans', value: index.scans, unit: '' },
          { label: 'served by', value: by.name, unit: '' },
        ],
        weight: index.bytes / Math.max(1, snapshot.databaseBytes),
        optimizations: ['postgres/drop-index'],
        facts: dropFacts(index),
      });
    });
    return { findings };
  },
};

/** Of two that serve each other one is kept: that of a constraint, then the more used, then the first by name. */
function keeps(kept: PgIndex, dropped: PgIndex): boolean {
  if (!isSuperseded(kept, dropped)) return true;
  if (kept.constraint !== dropped.constraint) return kept.constraint;
  if (kept.scans !== dropped.scans) return kept.scans > dropped.scans;
  return kept.name < dropped.name;
}
