import { shown } from '../tables';
import type { WorkloadStatement } from '../types';
import { fewestRows } from './candidates';
import type { Facts } from './facts';
import { wantsTrigrams } from './special-candidates';

/** What keeps the advisor from advising more on this workload: a sentence each, and what to do about it. */
export function hintsOf(
  workload: readonly WorkloadStatement[],
  facts: Facts,
  trigrams: string | null,
): string[] {
  const hints = new Set<string>();
  for (const { analysis } of workload) {
    for (const { ref, schema, name } of analysis?.tables ?? []) {
      const table = facts.table(schema, name);
      if (!table || table.rows < fewestRows) continue;
      if (table.kind === 'p')
        hints.add(
          `No index is advised for ${shown(schema, name)}: it is partitioned, and CREATE INDEX CONCURRENTLY does not work on the parent. Index its partitions one by one.`,
        );
      const matches = analysis?.predicates.some(
        (p) => p.ref === ref && wantsTrigrams(p, facts.column(table, p.column)?.type ?? ''),
      );
      if (trigrams === null && matches && facts.snapshot.availableExtensions.includes('pg_trgm'))
        hints.add(
          `LIKE with a pattern that begins with % on ${shown(schema, name)} could use a trigram index once pg_trgm is installed: CREATE EXTENSION pg_trgm;`,
        );
    }
  }
  return [...hints];
}
