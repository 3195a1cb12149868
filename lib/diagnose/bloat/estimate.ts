import type { PgColumn, PgIndex, PgTable } from '@/lib/contracts/postgres-snapshot';

/**
 * Estimates of how many pages a table or index would take if written anew. From the layout of pages and rows
 * (PostgreSQL docs, "Database Page Layout" and "B-Tree Implementation") and the planner's statistics, as ioguix's
 * published bloat estimation does: rows × (headers + average widths, each rounded up to 8 bytes) ÷ usable page.
 * Deduplication and compression make real objects smaller, so bloat is never overstated for want of them.
 */
const pageHeader = 24;
const itemPointer = 4;
const tupleHeader = 23;
const indexTupleHeader = 8;
const btreeOpaque = 16;
/** Bytes of an index tuple's null bitmap: 32 columns at most. */
const indexNullBitmap = 4;

/** What is wasted, bytes, of what is there, bytes. */
export interface Bloat {
  wasted: number;
  actual: number;
  share: number;
}

/** Null where a column has no statistics, or the table was never vacuumed or analysed. */
export function tableBloat(table: PgTable, pageBytes: number): Bloat | null {
  if (table.pages === 0) return bloat(0, 0, pageBytes);
  if (table.columns.length === 0) return null;
  const width = dataWidth(table.columns);
  if (width === null) return null;
  const nullable = table.columns.some((c) => (c.nullFraction ?? 0) > 0);
  const header = aligned(tupleHeader + (nullable ? Math.ceil(table.columns.length / 8) : 0));
  const row = header + aligned(width) + itemPointer;
  const usable = (pageBytes - pageHeader) * fillFactor(table.options, 100);
  return bloat(table.pages, Math.ceil((Math.max(0, table.rows) * row) / usable), pageBytes);
}

/** As tableBloat, of a btree index on plain columns; null for others. */
export function indexBloat(index: PgIndex, table: PgTable, pageBytes: number): Bloat | null {
  const { entries, pages } = index;
  if (index.method !== 'btree' || !index.valid || entries === undefined || pages === undefined) return null;
  if (pages === 0) return bloat(0, 0, pageBytes);
  const columns: PgColumn[] = [];
  for (const name of [...index.columns, ...index.include]) {
    const column = table.columns.find((c) => c.name === name);
    if (!column) return null;
    columns.push(column);
  }
  const width = dataWidth(columns);
  if (width === null) return null;
  const nullable = columns.some((c) => (c.nullFraction ?? 0) > 0);
  const entry = aligned(indexTupleHeader + (nullable ? indexNullBitmap : 0)) + aligned(width) + itemPointer;
  const usable = (pageBytes - pageHeader - btreeOpaque) * fillFactor(index.options, 90);
  // One page more for the meta page.
  return bloat(pages, 1 + Math.ceil((entries * entry) / usable), pageBytes);
}

function bloat(pages: number, needed: number, pageBytes: number): Bloat {
  const wasted = Math.max(0, pages - needed) * pageBytes;
  const actual = pages * pageBytes;
  return { wasted, actual, share: actual === 0 ? 0 : wasted / actual };
}

/** Average bytes of the columns' values in a row; null when one has no statistics. */
function dataWidth(columns: readonly PgColumn[]): number | null {
  let sum = 0;
  for (const { width, nullFraction } of columns) {
    if (width === null || nullFraction === null) return null;
    sum += width * (1 - nullFraction);
  }
  return sum;
}

/** MAXALIGN on 64-bit systems. */
const aligned = (bytes: number) => Math.ceil(bytes / 8) * 8;

function fillFactor(options: readonly string[] | undefined, fallback: number): number {
  const given = Number(options?.find((o) => o.startsWith('fillfactor='))?.split('=')[1]);
  return (Number.isFinite(given) ? given : fallback) / 100;
}
