import type { TablesView } from '@/lib/contracts/database';
import type { ObserveQuery } from '@/lib/contracts/observe';
import { type PgTable, PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { querySeries } from '@/lib/observe/series/query';
import type { Store } from '@/lib/store/client';
import { observed } from '../observed';

const day = 24 * 3_600_000;
/** Growth over a shorter time says nothing about a day, ms. */
const leastKnown = 600_000;

/** The tables and materialized views of a database, largest first. @throws AppError not-found */
export async function databaseTables(
  store: Store,
  query: ObserveQuery,
  now = Date.now(),
): Promise<TablesView> {
  const { target, takenAt, snapshot, findingsOn } = await observed(
    store,
    'postgres',
    PostgresSnapshot,
    query,
  );
  const sizes = await querySeries(store, {
    stack: query.stack,
    metric: 'pg.table_size',
    target: target.name,
    from: new Date(now - day),
    to: new Date(now),
    points: 288,
  });
  const growth = new Map(sizes.map((s) => [s.label, growthPerDay(s.points)]));
  const tables = (snapshot?.tables ?? []).filter((t) => t.kind !== 'v');
  return {
    target,
    takenAt,
    databaseBytes: snapshot?.databaseBytes ?? null,
    statsReset: snapshot?.statsReset ?? null,
    tables: tables
      .sort((a, b) => b.totalBytes - a.totalBytes)
      .map((t) => {
        const name = `${t.schema}.${t.name}`;
        return {
          name,
          kind: kindOf(t),
          rows: t.rows,
          totalBytes: t.totalBytes,
          tableBytes: t.tableBytes,
          indexBytes: t.indexBytes,
          growthPerDay: growth.get(name) ?? null,
          deadRows: t.deadRows,
          deadShare: t.liveRows + t.deadRows > 0 ? t.deadRows / (t.liveRows + t.deadRows) : null,
          lastVacuum: t.lastVacuum,
          lastAnalyze: t.lastAnalyze,
          modifiedSinceAnalyze: t.modifiedSinceAnalyze,
          seqScans: t.seqScans,
          indexScans: t.indexScans,
          findings: findingsOn(name),
        };
      }),
  };
}

function kindOf(t: PgTable): string {
  if (t.kind === 'm') return 'materialized view';
  if (t.kind === 'p') return 'partitioned table';
  return t.isPartition ? 'partition' : 'table';
}

/** Difference of the newest and the oldest size that is known, per day; null when they are too close in time. */
export function growthPerDay(points: readonly { t: number; v: number | null }[]): number | null {
  const known = points.flatMap((p) => (p.v === null ? [] : [{ t: p.t, v: p.v }]));
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last || last.t - first.t < leastKnown) return null;
  return ((last.v - first.v) / (last.t - first.t)) * day;
}
