import { AppError } from '@/lib/contracts/error';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { analyseStatement, catalogueOf } from '@/lib/targets/postgres/sql/analyse';
import { probeName } from '@/lib/targets/postgres/sql/name';

/** Names under which the statements of a snapshot are probed, by queryid; none for those that cannot be parsed. */
export async function probeNames(
  snapshot: PostgresSnapshot,
  queryIds: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const catalogue = catalogueOf(snapshot);
  const names = new Map<string, string>();
  for (const { queryId, query, truncated } of snapshot.statements ?? []) {
    if (truncated || !queryIds.has(queryId)) continue;
    try {
      names.set(
        queryId,
        probeName(await analyseStatement(query, catalogue), queryId, new Set(names.values())),
      );
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  return names;
}
