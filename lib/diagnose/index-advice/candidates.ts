import type { PgIndex, PgTable, PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { StatementAnalysis } from '@/lib/contracts/statement';
import { type ColumnRole, selectivity } from './selectivity';

/** Smaller tables are read whole at no cost that matters. */
export const fewestRows = 1_000;
/** Equality columns of one index at most: more add width and no selectivity. */
const mostEquality = 3;
/** Wider keys may not fit an index row (2,704 bytes) and make no good index. */
const widestColumn = 500;

export interface CandidateColumn {
  name: string;
  role: ColumnRole;
}

/** An index that one statement could use. */
export interface Candidate {
  schema: string;
  table: string;
  /** Alias of the table in the statement. */
  ref: string;
  columns: CandidateColumn[];
}

/** Identity of an index: table and columns. */
export function candidateKey(c: {
  schema: string;
  table: string;
  columns: readonly (CandidateColumn | string)[];
}): string {
  return JSON.stringify([c.schema, c.table, ...c.columns.map((x) => (typeof x === 'string' ? x : x.name))]);
}

/**
 * Indexes that a statement could use: per table the equality columns by selectivity (and by other orders where
 * there are two), alone and followed by one range column or by the ORDER BY; join columns alone, before and
 * behind the equality columns. Leaves out what an index of the table serves already. Pure.
 */
export function candidatesOf(analysis: StatementAnalysis, snapshot: PostgresSnapshot): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const { ref, schema, name } of analysis.tables) {
    const table = snapshot.tables.find((t) => t.schema === schema && t.name === name);
    if (!table || (table.kind !== 'r' && table.kind !== 'm') || table.rows < fewestRows) continue;
    const indexes = snapshot.indexes.filter((i) => i.schema === schema && i.table === name && i.valid);
    for (const columns of columnLists(analysis, ref, table)) {
      if (isServed(columns, indexes)) continue;
      const candidate = { schema, table: name, ref, columns };
      const key = `${ref} ${candidateKey(candidate)}`;
      if (!found.has(key)) found.set(key, candidate);
    }
  }
  return [...found.values()];
}

function columnLists(analysis: StatementAnalysis, ref: string, table: PgTable): CandidateColumn[][] {
  const usable = (name: string) => {
    const column = table.columns.find((c) => c.name === name);
    return column !== undefined && indexable(column.type) && (column.width ?? 0) <= widestColumn;
  };
  const distinctNames = (list: CandidateColumn[]) =>
    list.filter((c, i) => usable(c.name) && list.findIndex((d) => d.name === c.name) === i);
  const own = analysis.predicates.filter((p) => p.ref === ref && p.conjunctive && p.expression === null);
  const roleOf = { eq: 'eq', in: 'in', 'is-null': 'null' } as const;
  const equality = distinctNames(
    own.flatMap((p): CandidateColumn[] =>
      p.operator === 'eq' || p.operator === 'in' || p.operator === 'is-null'
        ? [{ name: p.column, role: roleOf[p.operator] }]
        : [],
    ),
  );
  const share = (c: CandidateColumn) =>
    selectivity(
      table.columns.find((x) => x.name === c.name),
      table,
      c.role,
    );
  const filters = enough(equality.sort((a, b) => share(a) - share(b)).slice(0, mostEquality), table, share);
  const behind = (list: CandidateColumn[]) => list.filter((c) => !equality.some((e) => e.name === c.name));
  const ranges = behind(
    distinctNames(
      own.flatMap((p): CandidateColumn[] =>
        p.operator === 'range' ? [{ name: p.column, role: 'range' }] : [],
      ),
    ),
  );
  const order = behind(distinctNames(orderOf(analysis, ref)));
  const joins = distinctNames(
    analysis.joins.flatMap((j): CandidateColumn[] =>
      [j.left, j.right].flatMap((u) => (u.ref === ref ? [{ name: u.column, role: 'join' as const }] : [])),
    ),
  );

  const lists: CandidateColumn[][] = [];
  const heads = filters.length === 0 ? [[]] : orders(filters);
  for (const head of heads) {
    if (head.length > 0) lists.push(head);
    for (const range of ranges) lists.push([...head, range]);
    if (order.length > 0) lists.push([...head, ...order]);
  }
  for (const c of filters) lists.push([c]);
  for (const join of joins) {
    lists.push([join]);
    const rest = filters.filter((f) => f.name !== join.name);
    if (rest.length > 0) lists.push([join, ...rest], [...rest, join]);
    if (order.length > 0 && rest.length === 0)
      lists.push([join, ...order.filter((o) => o.name !== join.name)]);
  }
  return lists;
}

/** Equality columns up to the one that leaves a single row. */
function enough(
  columns: CandidateColumn[],
  table: PgTable,
  share: (c: CandidateColumn) => number,
): CandidateColumn[] {
  let rows = table.rows;
  const kept: CandidateColumn[] = [];
  for (const column of columns) {
    if (kept.length > 0 && rows <= 1) break;
    kept.push(column);
    rows *= share(column);
  }
  return kept;
}

/** The columns as given, and for two also swapped: another statement may need the other one to lead. */
function orders(columns: CandidateColumn[]): CandidateColumn[][] {
  return columns.length === 2 ? [columns, [...columns].reverse()] : [columns];
}

/** ORDER BY columns an index could give in order: all of one table, all in one direction, and a LIMIT that ends it. */
function orderOf(analysis: StatementAnalysis, ref: string): CandidateColumn[] {
  const { orderBy } = analysis;
  if (!analysis.hasLimit || orderBy.length === 0 || orderBy.length > 3) return [];
  const first = orderBy[0];
  if (!orderBy.every((o) => o.ref === ref && o.descending === first?.descending)) return [];
  return orderBy.map((o) => ({ name: o.column, role: 'order' }));
}

/**
 * Whether an index serves already: a full index that leads with the same columns (equality columns in any
 * order), or a unique one all of whose columns are compared with equality.
 */
export function isServed(columns: readonly CandidateColumn[], indexes: readonly PgIndex[]): boolean {
  const equality = columns.filter((c) => c.role !== 'range' && c.role !== 'order').map((c) => c.name);
  const rest = columns.slice(equality.length).map((c) => c.name);
  return indexes.some((index) => {
    if (index.predicate !== null || index.method !== 'btree') return false;
    const keys = index.columns;
    if (index.unique && keys.length > 0 && keys.every((k) => k !== null && equality.includes(k))) return true;
    const head = keys.slice(0, equality.length);
    return (
      head.length === equality.length &&
      equality.every((name) => head.includes(name)) &&
      rest.every((name, i) => keys[equality.length + i] === name)
    );
  });
}

/** Types with a btree operator class that is worth an index of plain columns. */
function indexable(type: string): boolean {
  return !/\[\]$|^(json|jsonb|xml|tsvector|tsquery|point|line|lseg|box|path|polygon|circle|bytea|refcursor|aclitem|hstore|geometry|geography|vector)\b/i.test(
    type,
  );
}
