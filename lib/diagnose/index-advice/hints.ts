import { settingOf } from '../server-settings/values';
import { shown } from '../tables';
import type { WorkloadStatement } from '../types';
import { fewestRows } from './candidates';
import type { Facts } from './facts';
import { wantsTrigrams } from './special-candidates';

/** The default of the server, for disks of which most reads hit the cache: PostgreSQL docs, "Planner Cost Constants". */
const diskCost = 4;

/** What keeps the advisor from advising more on this workload: a sentence each, and what to do about it. */
export function hintsOf(
  workload: readonly WorkloadStatement[],
  facts: Facts,
  trigrams: string | null,
): string[] {
  const hints = new Set<string>();
  const cost = settingOf(facts.snapshot, 'random_page_cost');
  if (cost?.source === 'default' && Number(cost.value) >= diskCost)
    hints.add(
      `Plans are costed with random_page_cost = ${cost.value}, which nobody has chosen and which is meant for rotating disks. On SSD set it to 1.1 first and advise again: other indexes are worth it then.`,
    );
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
