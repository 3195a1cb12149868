import type { PgTable } from '@/lib/contracts/postgres-snapshot';
import type { StatementAnalysis } from '@/lib/contracts/statement';
import type { Facts } from './facts';

/** Columns that an index carries along at most, and their width together, bytes. */
const mostIncluded = 8;
const widestIncluded = 96;
/** Width taken for a column without statistics, bytes. */
const assumedWidth = 16;
/** An index nearly as wide as its table saves nothing: share of the row's width at most. */
const mostOfRow = 0.6;

/**
 * The further columns that a statement reads of a table beside the key, to be included so that the index alone
 * answers it; empty when the key holds all, null when they are too many or too wide, or when the statement needs
 * the row itself (`*`, UPDATE, DELETE).
 */
export function coveringColumns(
  analysis: StatementAnalysis,
  ref: string,
  table: PgTable,
  keys: readonly string[],
  facts: Facts,
): string[] | null {
  if (analysis.verb !== 'select') return null;
  const read = analysis.columns[ref] ?? [];
  if (read.includes('*')) return null;
  const include = read.filter((name) => !keys.includes(name));
  const width = (names: readonly string[]) =>
    names.reduce((sum, name) => sum + (facts.column(table, name)?.width ?? assumedWidth), 0);
  if (include.length > mostIncluded || width(include) > widestIncluded) return null;
  const whole = width(table.columns.map((c) => c.name));
  if (include.length > 0 && width([...keys, ...include]) > mostOfRow * whole) return null;
  return include.every((name) => facts.column(table, name) !== undefined) ? include : null;
}
