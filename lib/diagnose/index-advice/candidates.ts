import type { IndexShape } from '@/lib/contracts/index-shape';
import type { PgIndex, PgTable } from '@/lib/contracts/postgres-snapshot';
import type { StatementAnalysis } from '@/lib/contracts/statement';
import { coveringColumns } from './covering';
import type { Facts } from './facts';
import { type CandidateColumn, keyLists } from './key-lists';
import { plainIndex, shapeKey } from './shape';
import { expressionCandidates, ginCandidates, partialCandidates, partsOf } from './special-candidates';

/** Smaller tables are read whole at no cost that matters. */
export const fewestRows = 1_000;

/** An index that one statement could use. */
export interface Candidate {
  /** Alias of the table in the statement. */
  ref: string;
  shape: IndexShape;
  /** How the statement uses each key column. */
  columns: CandidateColumn[];
  /** The index holds all that the statement reads of the table. */
  covering: boolean;
  /** Share of the rows that a partial index holds, 0..1. */
  share?: number;
}

/**
 * Indexes that a statement could use: per table the lists of key columns that its conditions, joins, order and
 * groups ask for, each also with the further columns that the statement reads, or for a part of the rows; and
 * indexes on expressions and GIN. Leaves out what an index of the table serves already. Pure.
 */
export function candidatesOf(
  analysis: StatementAnalysis,
  facts: Facts,
  trigrams: string | null = null,
): Candidate[] {
  const found = new Map<string, Candidate>();
  const add = (candidate: Candidate) => {
    const key = `${candidate.ref} ${shapeKey(candidate.shape)}`;
    if (!found.has(key)) found.set(key, candidate);
  };
  for (const { ref, schema, name } of analysis.tables) {
    const table = facts.table(schema, name);
    if (!table || !canBeIndexed(table)) continue;
    const indexes = facts.indexes(schema, name);
    const lists = keyLists(analysis, ref, table, facts);
    for (const columns of lists) {
      if (columns.length === 0) continue;
      const names = columns.map((c) => c.name);
      const include = coveringColumns(analysis, ref, table, names, facts);
      if (!isServed(columns, indexes))
        add({
          ref,
          columns,
          shape: plainIndex(schema, name, names),
          covering: include !== null && include.length === 0,
        });
      if (include !== null && include.length > 0 && !isCovered(columns, include, indexes))
        add({ ref, columns, shape: plainIndex(schema, name, names, include), covering: true });
    }
    const special = [
      ...partialCandidates(
        lists.filter((list) => !isServed(list, indexes)),
        partsOf(analysis, ref, table, facts),
        ref,
        table,
      ),
      ...expressionCandidates(analysis, ref, table, facts),
      ...ginCandidates(analysis, ref, table, facts, trigrams),
    ];
    for (const candidate of special) if (!facts.isThere(candidate.shape)) add(candidate);
  }
  return [...found.values()];
}

/** Ordinary tables and materialized views with enough rows. */
export function canBeIndexed(table: PgTable): boolean {
  return (table.kind === 'r' || table.kind === 'm') && table.rows >= fewestRows;
}

/**
 * Whether an index serves already: a full index that leads with the same columns (equality columns in any
 * order), or a unique one all of whose columns are compared with equality.
 */
export function isServed(columns: readonly CandidateColumn[], indexes: readonly PgIndex[]): boolean {
  const equality = equalityOf(columns);
  return indexes.some((index) => findsOneRow(index, equality) || leadsWith(index, columns));
}

/** Whether an index leads with these columns and holds the included ones too. */
function isCovered(
  columns: readonly CandidateColumn[],
  include: readonly string[],
  indexes: readonly PgIndex[],
): boolean {
  const equality = equalityOf(columns);
  return indexes.some(
    (index) =>
      findsOneRow(index, equality) ||
      (leadsWith(index, columns) &&
        include.every((name) => index.include.includes(name) || index.columns.includes(name))),
  );
}

function equalityOf(columns: readonly CandidateColumn[]): string[] {
  const behind = columns.findIndex((c) => c.role === 'range' || c.role === 'order' || c.role === 'group');
  return columns.slice(0, behind < 0 ? columns.length : behind).map((c) => c.name);
}

const usable = (index: PgIndex) => index.predicate === null && index.method === 'btree';

function findsOneRow(index: PgIndex, equality: readonly string[]): boolean {
  const keys = index.columns;
  if (!index.unique || !usable(index) || keys.length === 0) return false;
  return keys.every((k) => k !== null && equality.includes(k));
}

function leadsWith(index: PgIndex, columns: readonly CandidateColumn[]): boolean {
  if (!usable(index)) return false;
  const equality = equalityOf(columns);
  const head = index.columns.slice(0, equality.length);
  return (
    head.length === equality.length &&
    equality.every((name) => head.includes(name)) &&
    columns.slice(equality.length).every(({ name }, i) => index.columns[equality.length + i] === name)
  );
}
