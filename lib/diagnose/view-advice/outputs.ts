import type { Node, SelectStmt } from 'libpg-query';

/** What a SELECT gives back, as far as a view over it must know. */
export interface SelectOutput {
  names: string[];
  /** Outputs by which a row is unique: all that it groups by; empty where one is not among the outputs. */
  key: string[];
  /** Grouping columns, by column name, with the output that shows them. */
  groupColumns: Map<string, string>;
  functions: string[];
  /** Why no view can hold it, if so. */
  problem: string | null;
  /** Why its order cannot be had from the outputs, if so. */
  sortProblem: string | null;
}

/** Null for what is not one plain SELECT. */
export function outputsOf(tree: Node): SelectOutput | null {
  if (!('SelectStmt' in tree)) return null;
  const stmt = tree.SelectStmt;
  if (stmt.op !== 'SETOP_NONE' || (stmt.lockingClause?.length ?? 0) > 0 || stmt.intoClause) return null;
  const targets = (stmt.targetList ?? []).flatMap((n) => ('ResTarget' in n ? [n.ResTarget] : []));
  const values = targets.map((t) => t.val);
  const names = targets.map((t) => t.name ?? nameOf(t.val));
  const named = names.filter((n) => n !== null);
  const groups = (stmt.groupClause ?? []).map((g) => groupIndex(g, names, values));
  const groupColumns = new Map<string, string>();
  for (const i of groups) {
    const column = columnOf(values[i ?? -1]);
    const name = names[i ?? -1];
    if (column !== null && typeof name === 'string') groupColumns.set(column, name);
  }
  const problem =
    named.length < names.length
      ? 'not every column it returns has a name (AS)'
      : new Set(named).size < named.length
        ? 'two columns it returns have the same name'
        : (stmt.groupClause ?? []).some((g) => 'GroupingSet' in g)
          ? 'it uses grouping sets'
          : null;
  return {
    names: named,
    key: groups.every((i) => i !== null) ? [...new Set(groups.flatMap((i) => names[i ?? -1] ?? []))] : [],
    groupColumns,
    functions: functionsIn(stmt),
    problem,
    sortProblem: sortProblem(stmt, named),
  };
}

/** Which output a grouping expression is: by position, by alias, or by being the same expression. */
function groupIndex(
  group: Node,
  names: readonly (string | null)[],
  values: readonly (Node | undefined)[],
): number | null {
  const position = integerOf(group);
  if (position !== null) return position - 1 < names.length ? position - 1 : null;
  const same = values.findIndex((v) => v !== undefined && textOf(v) === textOf(group));
  if (same >= 0) return same;
  const column = columnOf(group);
  if (column === null) return null;
  const byName = names.indexOf(column);
  if (byName >= 0) return byName;
  const byColumn = values.findIndex((v) => columnOf(v) === column);
  return byColumn >= 0 ? byColumn : null;
}

function sortProblem(stmt: SelectStmt, names: readonly string[]): string | null {
  for (const sort of stmt.sortClause ?? []) {
    const node = 'SortBy' in sort ? sort.SortBy.node : undefined;
    if (!node || integerOf(node) !== null) continue;
    const fields = 'ColumnRef' in node ? (node.ColumnRef.fields ?? []) : [];
    const column = fields.length === 1 ? columnOf(node) : null;
    if (column === null || !names.includes(column))
      return 'it is ordered by something other than a column it returns';
  }
  return null;
}

/** Name that PostgreSQL gives an output without AS; null for `?column?` and `*`. */
function nameOf(node: Node | undefined): string | null {
  if (!node) return null;
  if ('FuncCall' in node) return lastString(node.FuncCall.funcname);
  if ('CoalesceExpr' in node) return 'coalesce';
  return columnOf(node);
}

function columnOf(node: Node | undefined): string | null {
  return node && 'ColumnRef' in node ? lastString(node.ColumnRef.fields) : null;
}

function lastString(nodes: readonly Node[] | undefined): string | null {
  const last = nodes?.at(-1);
  return last && 'String' in last ? (last.String.sval ?? null) : null;
}

function integerOf(node: Node): number | null {
  return 'A_Const' in node ? (node.A_Const.ival?.ival ?? null) : null;
}

const textOf = (node: Node) =>
  JSON.stringify(node, (key, value: unknown) => (key === 'location' ? undefined : value));

function functionsIn(stmt: SelectStmt): string[] {
  const found = new Set<string>();
  JSON.stringify(stmt, (key, value: unknown) => {
    if (key === 'funcname' && Array.isArray(value)) {
      const last: unknown = value.at(-1)?.String?.sval;
      if (typeof last === 'string') found.add(last.toLowerCase());
    }
    return value;
  });
  return [...found];
}
