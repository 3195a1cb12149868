import type { PgColumn, PgTable } from '@/lib/contracts/postgres-snapshot';

/** The planner's own guesses where it has no statistics: src/include/utils/selfuncs.h (DEFAULT_EQ_SEL, DEFAULT_INEQ_SEL). */
const defaultEquality = 0.005;
const defaultRange = 1 / 3;
/** Values assumed in an IN list, whose length a normalised statement does not show. */
const assumedListLength = 4;

/** How a statement uses a column of a candidate index. */
export type ColumnRole = 'eq' | 'in' | 'null' | 'join' | 'range' | 'order' | 'group' | 'gin';

/**
 * Distinct values of a column, from pg_stats.n_distinct (a count, or minus a fraction of the rows); null
 * without statistics.
 */
export function distinctValues(column: PgColumn, rows: number): number | null {
  if (column.nDistinct === null || column.nDistinct === 0) return null;
  return Math.max(1, column.nDistinct > 0 ? column.nDistinct : -column.nDistinct * rows);
}

/**
 * Share of a table's rows that a condition on one column leaves, 0..1, from pg_stats: for equality
 * (1 − null_frac) / n_distinct as the planner's var_eq_non_const, for a range a third, for order all.
 */
export function selectivity(column: PgColumn | undefined, table: PgTable, role: ColumnRole): number {
  const notNull = 1 - (column?.nullFraction ?? 0);
  const distinct = column ? distinctValues(column, table.rows) : null;
  const equality = distinct === null ? defaultEquality : notNull / distinct;
  switch (role) {
    case 'eq':
    case 'join':
      return equality;
    case 'in':
      return Math.min(1, equality * assumedListLength);
    case 'null':
      return column?.nullFraction ?? defaultEquality;
    case 'range':
      return notNull * defaultRange;
    case 'order':
    case 'group':
    case 'gin':
      return 1;
  }
}
