import type { PgTable } from '@/lib/contracts/postgres-snapshot';

/** Page, page header, and a btree leaf's special space and high key, bytes; src/include/storage/bufpage.h, nbtree.h. */
const pageBytes = 8192;
const pageOverhead = 24 + 16 + 16;
/** Index tuple header and item pointer, bytes. */
const tupleHeader = 8;
const itemPointer = 4;
/** Fill of btree leaf pages at build time. */
const fillFactor = 0.9;
/** Width taken for a column without statistics, bytes. */
const assumedWidth = 16;

/**
 * Estimated size of a btree index in bytes: leaf pages hold
 * ⌊(8192 − overhead) × 0.9 / (8-aligned key width + 8 tuple header + 4 item pointer)⌋ entries each; inner
 * pages add 1 %, the metapage one page. Deduplication of equal keys (PostgreSQL 13) can make it far smaller.
 */
export function indexSize(table: PgTable, columns: readonly string[]): number {
  const width = columns.reduce(
    (sum, name) => sum + (table.columns.find((c) => c.name === name)?.width ?? assumedWidth),
    0,
  );
  const entry = Math.ceil(width / 8) * 8 + tupleHeader + itemPointer;
  const perPage = Math.max(1, Math.floor(((pageBytes - pageOverhead) * fillFactor) / entry));
  const leaves = Math.ceil(Math.max(0, table.rows) / perPage);
  return Math.ceil(leaves * 1.01 + 1) * pageBytes;
}
