import type { PgTable } from '@/lib/contracts/postgres-snapshot';
import type { StatementAnalysis } from '@/lib/contracts/statement';
import type { Facts } from './facts';
import { type ColumnRole, selectivity } from './selectivity';

/** Equality columns of one index at most: more add width and no selectivity. */
const mostEquality = 3;
/** ORDER BY and GROUP BY columns of one index at most. */
const mostOrdered = 3;
/** Wider keys may not fit an index row (2,704 bytes) and make no good index. */
const widestColumn = 500;

export interface CandidateColumn {
  name: string;
  role: ColumnRole;
  /** The column that an expression is over: its statistics stand for the expression's. */
  of?: string;
}

/**
 * Lists of key columns that would serve a statement on one of its tables: the equality columns by selectivity
 * (two also swapped), alone and followed by one range column or by the ORDER BY; join columns alone, before and
 * behind the equality columns, and before a range; the GROUP BY columns.
 */
export function keyLists(
  analysis: StatementAnalysis,
  ref: string,
  table: PgTable,
  facts: Facts,
): CandidateColumn[][] {
  const usable = (name: string) => {
    const column = facts.column(table, name);
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
  const share = (c: CandidateColumn) => selectivity(facts.column(table, c.name), table, c.role);
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
  const group = distinctNames(groupOf(analysis, ref));
  const joins = joinsOf(analysis, ref).map(distinctNames);

  const lists: CandidateColumn[][] = [];
  for (const head of filters.length === 0 ? [[]] : orders(filters)) {
    lists.push(head);
    for (const range of ranges) lists.push([...head, range]);
    if (order.length > 0) lists.push([...head, ...order]);
  }
  for (const c of filters) lists.push([c]);
  for (const join of joins) {
    for (const head of orders(join)) {
      const names = head.map((c) => c.name);
      const rest = filters.filter((f) => !names.includes(f.name));
      lists.push(head);
      if (rest.length > 0) lists.push([...head, ...rest], [...rest, ...head]);
      const later = order.filter((o) => !names.includes(o.name));
      if (later.length > 0 && rest.length === 0) lists.push([...head, ...later]);
      for (const range of ranges) if (!names.includes(range.name)) lists.push([...head, range]);
    }
    for (const c of join) lists.push([c]);
  }
  if (group.length > 0) lists.push(group);
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

/** The columns by which a table is joined, per other table: those to one table together find its rows. */
function joinsOf(analysis: StatementAnalysis, ref: string): CandidateColumn[][] {
  const byOther = new Map<string, CandidateColumn[]>();
  for (const { left, right } of analysis.joins) {
    for (const [mine, other] of [
      [left, right],
      [right, left],
    ] as const) {
      if (mine.ref !== ref) continue;
      const list = byOther.get(other.ref) ?? [];
      if (list.length < mostEquality) list.push({ name: mine.column, role: 'join' });
      byOther.set(other.ref, list);
    }
  }
  return [...byOther.values()];
}

/** ORDER BY columns an index could give in order: all of one table, all in one direction, and a LIMIT that ends it. */
function orderOf(analysis: StatementAnalysis, ref: string): CandidateColumn[] {
  const { orderBy } = analysis;
  if (!analysis.hasLimit || orderBy.length === 0 || orderBy.length > mostOrdered) return [];
  const first = orderBy[0];
  if (!orderBy.every((o) => o.ref === ref && o.descending === first?.descending)) return [];
  return orderBy.map((o) => ({ name: o.column, role: 'order' }));
}

/** GROUP BY columns of one table: an index gives them in order, so that groups need no hash table and no sort. */
function groupOf(analysis: StatementAnalysis, ref: string): CandidateColumn[] {
  const own = analysis.groupBy.filter((g) => g.ref === ref);
  if (own.length > mostOrdered) return [];
  return own.map((g) => ({ name: g.column, role: 'group' }));
}

/** Types with a btree operator class that is worth an index of plain columns. */
function indexable(type: string): boolean {
  return !/\[\]$|^(json|jsonb|xml|tsvector|tsquery|point|line|lseg|box|path|polygon|circle|bytea|refcursor|aclitem|hstore|geometry|geography|vector)\b/i.test(
    type,
  );
}
