import type { IndexShape } from '@/lib/contracts/index-shape';
import type { PgTable } from '@/lib/contracts/postgres-snapshot';
import { distinctValues } from './selectivity';

/** Page, page header, and a btree leaf's special space and high key, bytes; src/include/storage/bufpage.h, nbtree.h. */
const pageBytes = 8192;
const pageOverhead = 24 + 16 + 16;
/** Index tuple header and item pointer, bytes. */
const tupleHeader = 8;
const itemPointer = 4;
/** Row address in a posting list, and the longest posting list that a build makes (a tenth of a page), bytes; nbtsort.c. */
const rowAddress = 6;
const postingBytes = 812;
/** Fill of btree leaf pages at build time. */
const fillFactor = 0.9;
/** Width taken for a column without statistics, bytes. */
const assumedWidth = 16;
/** Types whose equal values may look different, so that btree does not deduplicate them: PostgreSQL docs, "Deduplication". */
const notDeduplicated = /^(numeric|real|double|float|jsonb|character\(|bpchar|.*\[\])/;
/** pg_stats gives the mean width in whole bytes: what rounding may hide of a column of varying width. */
const widthRounding = 0.5;
/** Entries of a GIN index per row and key assumed for lists of words, elements or trigrams. */
const ginEntriesPerRow = 12;

/**
 * Estimated size of an index in bytes. Leaf pages hold
 * ⌊(8192 − overhead) × 0.9 / (8-aligned entry + 8 tuple header + 4 item pointer)⌋ entries each; inner
 * pages add 1 %, the metapage one page. Equal keys share an entry with a list of row addresses, 6 bytes each,
 * from PostgreSQL 13 on, but not in an index with INCLUDE. A partial index counts `share` of the rows.
 */
export function indexSize(table: PgTable, shape: IndexShape, share = 1): number {
  const rows = Math.max(0, table.rows) * share;
  if (shape.method === 'gin') return Math.ceil((rows * ginEntriesPerRow * 3) / pageBytes + 2) * pageBytes;
  const entry = tupleHeader + align(dataWidth(table, shape), 8) + itemPointer;
  const perPage = (bytes: number) =>
    Math.max(1, Math.floor(((pageBytes - pageOverhead) * fillFactor) / bytes));
  let leaves = Math.ceil(rows / perPage(entry));
  const distinct = distinctKeys(table, shape, rows);
  if (distinct !== null && rows / distinct > 1.5) {
    const each = rows / distinct;
    const lists = Math.ceil((each * rowAddress) / postingBytes);
    const bytes = distinct * (lists * entry + each * rowAddress);
    leaves = Math.min(leaves, Math.ceil(bytes / ((pageBytes - pageOverhead) * fillFactor)));
  }
  return Math.ceil(leaves * 1.01 + 1) * pageBytes;
}

function dataWidth(table: PgTable, shape: IndexShape): number {
  let offset = 0;
  const names = [
    ...shape.columns.map((c, i) => (shape.expressions.includes(i) ? null : c)),
    ...shape.include,
  ];
  for (const name of names) {
    const column = name === null ? undefined : table.columns.find((c) => c.name === name);
    const to = alignmentOf(column?.type ?? 'text');
    offset = align(offset, to) + (column?.width ?? assumedWidth) + (to === 1 ? widthRounding : 0);
  }
  return offset;
}

/** Number of different keys, taken as independent; null where equal keys do not share an entry. */
function distinctKeys(table: PgTable, shape: IndexShape, rows: number): number | null {
  if (shape.include.length > 0) return null;
  let distinct = 1;
  for (const [i, name] of shape.columns.entries()) {
    const column = shape.expressions.includes(i) ? undefined : table.columns.find((c) => c.name === name);
    if (!column || notDeduplicated.test(column.type)) return null;
    const own = distinctValues(column, table.rows);
    if (own === null) return null;
    distinct *= own;
  }
  return Math.max(1, Math.min(distinct, rows));
}

const align = (offset: number, to: number) => Math.ceil(offset / to) * to;

/** Alignment of a type in a tuple, bytes (pg_type.typalign); short variable-length values have none. */
function alignmentOf(type: string): number {
  if (/^(bigint|double|timestamp|time|money|interval)/.test(type)) return 8;
  if (/^(integer|real|date|oid)/.test(type)) return 4;
  return type === 'smallint' ? 2 : 1;
}
