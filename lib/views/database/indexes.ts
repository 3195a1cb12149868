import type { IndexesView } from '@/lib/contracts/database';
import type { ObserveQuery } from '@/lib/contracts/observe';
import { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { indexesByTable, isSuperseded } from '@/lib/diagnose/rules/postgres/index-keys';
import { droppable } from '@/lib/diagnose/tables';
import type { Store } from '@/lib/store/client';
import { observed } from '../observed';

/** The indexes of a database, largest first. @throws AppError not-found */
export async function databaseIndexes(store: Store, query: ObserveQuery): Promise<IndexesView> {
  const { target, takenAt, snapshot, findingsOn } = await observed(
    store,
    'postgres',
    PostgresSnapshot,
    query,
  );
  const indexes = snapshot?.indexes ?? [];
  const free = new Set(snapshot ? droppable(snapshot) : []);
  const onTable = indexesByTable(indexes);
  return {
    target,
    takenAt,
    statsReset: snapshot?.statsReset ?? null,
    indexes: [...indexes]
      .sort((a, b) => b.bytes - a.bytes)
      .map((i) => {
        const by = free.has(i) ? onTable(i).find((other) => isSuperseded(i, other)) : undefined;
        const name = `${i.schema}.${i.name}`;
        return {
          name,
          table: `${i.schema}.${i.table}`,
          definition: i.definition,
          method: i.method,
          bytes: i.bytes,
          scans: i.scans,
          unique: i.unique,
          primary: i.primary,
          constraint: i.constraint,
          valid: i.valid,
          unused: i.scans === 0 && !i.unique && free.has(i),
          coveredBy: by ? `${by.schema}.${by.name}` : null,
          findings: findingsOn(name),
        };
      }),
  };
}
