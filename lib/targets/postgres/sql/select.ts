import type { JoinExpr, Node, SelectStmt, SortBy, WithClause } from 'libpg-query';
import { walkCondition } from './condition';
import { type Context, type Derived, type Entry, noteColumn, type Output, type Scope, tie } from './context';
import { namesOf } from './deparse';
import { columnSide } from './operand';
import { enterRelation, expandStar, partsOf } from './scope';

/** Analyses a SELECT (also VALUES and set operations) and tells where its output columns come from. */
export function walkSelect(ctx: Context, stmt: SelectStmt, parent: Scope | null): Output {
  const scope: Scope = { entries: [], ctes: new Map(), parent };
  walkWith(ctx, scope, stmt.withClause);
  const output = stmt.larg && stmt.rarg ? setOperation(ctx, stmt, scope) : simple(ctx, stmt, scope);
  sort(ctx, scope, stmt.sortClause ?? [], stmt.targetList ?? [], output);
  limits(ctx, scope, stmt);
  if ((stmt.lockingClause?.length ?? 0) > 0) ctx.out.locks = true;
  const opaque =
    stmt.limitCount || stmt.limitOffset || stmt.groupClause || stmt.distinctClause || stmt.havingClause;
  if (opaque) for (const column of output?.values() ?? []) column.pushable = false;
  return output;
}

/** Enters the CTEs of a WITH clause in order; a recursive one knows itself without its columns. */
export function walkWith(ctx: Context, scope: Scope, clause: WithClause | undefined): void {
  for (const node of clause?.ctes ?? []) {
    if (!('CommonTableExpr' in node)) continue;
    const { ctename, ctequery, aliascolnames } = node.CommonTableExpr;
    if (!ctename || !ctequery) continue;
    if (clause?.recursive) scope.ctes.set(ctename, null);
    const output = ctx.statement(ctx, ctequery, scope);
    scope.ctes.set(ctename, renamed(output, namesOf(aliascolnames)));
  }
}

function setOperation(ctx: Context, stmt: SelectStmt, scope: Scope): Output {
  const output = stmt.larg ? walkSelect(ctx, stmt.larg, scope) : null;
  if (stmt.rarg) walkSelect(ctx, stmt.rarg, scope);
  for (const column of output?.values() ?? []) column.pushable = false;
  return output;
}

function simple(ctx: Context, stmt: SelectStmt, scope: Scope): Output {
  for (const item of stmt.fromClause ?? []) walkFrom(ctx, scope, item);
  walkCondition(ctx, scope, stmt.whereClause, () => true);
  ctx.walk(ctx, scope, stmt.valuesLists);
  ctx.walk(ctx, scope, stmt.targetList);
  ctx.walk(ctx, scope, stmt.distinctClause);
  ctx.walk(ctx, scope, stmt.windowClause);
  const output = outputOf(ctx, scope, stmt.targetList ?? []);
  for (const node of stmt.groupClause ?? []) group(ctx, scope, node, stmt.targetList ?? [], output);
  ctx.walk(ctx, scope, stmt.havingClause);
  return output;
}

/** One item of FROM. Joins analyse their condition in the scope of both sides. */
export function walkFrom(ctx: Context, scope: Scope, node: Node | undefined): Entry[] {
  if (!node) return [];
  if ('RangeVar' in node) return [enterRelation(ctx, scope, node.RangeVar)];
  if ('JoinExpr' in node) return join(ctx, scope, node.JoinExpr);
  if ('RangeTableSample' in node) {
    ctx.walk(ctx, scope, node.RangeTableSample.args);
    return walkFrom(ctx, scope, node.RangeTableSample.relation);
  }
  if ('RangeSubselect' in node) {
    const { subquery, alias } = node.RangeSubselect;
    if (!subquery || !('SelectStmt' in subquery)) return [];
    const output = renamed(ctx.select(ctx, subquery.SelectStmt, scope), namesOf(alias?.colnames));
    return [enter(scope, alias?.aliasname ?? '', output)];
  }
  ctx.walk(ctx, scope, node);
  const alias = 'RangeFunction' in node ? node.RangeFunction.alias?.aliasname : undefined;
  return [enter(scope, alias ?? '', null)];
}

function enter(scope: Scope, alias: string, output: Output): Entry {
  const entry: Entry = { alias, schema: null, table: null, output };
  scope.entries.push(entry);
  return entry;
}

function join(ctx: Context, scope: Scope, node: JoinExpr): Entry[] {
  const left = walkFrom(ctx, scope, node.larg);
  const right = walkFrom(ctx, scope, node.rarg);
  for (const name of namesOf(node.usingClause)) {
    const l = sideColumn(left, name);
    const r = sideColumn(right, name);
    if (!l || !r) continue;
    noteColumn(ctx.out, l);
    noteColumn(ctx.out, r);
    ctx.out.joins.push({ left: l, right: r });
  }
  const kept = keptSide(node.jointype, left, right);
  walkCondition(ctx, scope, node.quals, (ref) => !kept.has(ref));
  return [...left, ...right];
}

/** Tables whose rows an outer join keeps whatever its ON says: no index answers ON for those. */
function keptSide(type: JoinExpr['jointype'], left: Entry[], right: Entry[]): Set<string> {
  const refs = (entries: Entry[]) => entries.flatMap((e) => (e.table ? [e.table.ref] : []));
  if (type === 'JOIN_LEFT') return new Set(refs(left));
  if (type === 'JOIN_RIGHT') return new Set(refs(right));
  if (type === 'JOIN_FULL') return new Set([...refs(left), ...refs(right)]);
  return new Set();
}

function sideColumn(entries: Entry[], name: string) {
  for (const e of entries) {
    if (e.table?.catalogue.columns.has(name)) return { ref: e.table.ref, column: name };
    const use = e.output?.get(name)?.use;
    if (use) return use;
  }
  return null;
}

/** Output columns of a target list, by name. */
export function outputOf(ctx: Context, scope: Scope, targets: Node[]): Output {
  const output = new Map<string, Derived>();
  targets.forEach((node, i) => {
    if (!('ResTarget' in node) || !node.ResTarget.val) return;
    const { val, name } = node.ResTarget;
    if ('ColumnRef' in val && partsOf(val.ColumnRef).at(-1) === '*') {
      for (const [column, from] of expandStar(scope, partsOf(val.ColumnRef).at(-2)))
        if (!output.has(column)) output.set(column, { ...from });
      return;
    }
    const side = columnSide(ctx, scope, val);
    const plain = side && side.expression === null ? side : null;
    const own = name ?? ('ColumnRef' in val ? partsOf(val.ColumnRef).at(-1) : undefined) ?? `?column${i}?`;
    output.set(own, { use: plain?.use ?? null, pushable: plain?.pushable ?? false });
  });
  return output;
}

function group(ctx: Context, scope: Scope, node: Node, targets: Node[], output: Output): void {
  ctx.out.hasAggregate = true;
  if ('GroupingSet' in node) {
    for (const item of node.GroupingSet.content ?? []) group(ctx, scope, item, targets, output);
    return;
  }
  ctx.walk(ctx, scope, node);
  const use = columnSide(ctx, scope, node)?.use ?? named(node, targets, output, ctx, scope);
  if (use) ctx.out.groupBy.push(use);
}

function sort(ctx: Context, scope: Scope, clause: Node[], targets: Node[], output: Output): void {
  for (const node of clause) {
    if (!('SortBy' in node)) continue;
    const by: SortBy = node.SortBy;
    if (!by.node) continue;
    ctx.walk(ctx, scope, by.node);
    // In ORDER BY an output name wins over a column of the tables.
    const side = columnSide(ctx, scope, by.node);
    const use = named(by.node, targets, output, ctx, scope) ?? (side?.expression === null ? side.use : null);
    if (use) ctx.out.orderBy.push({ ...use, descending: by.sortby_dir === 'SORTBY_DESC' });
  }
}

/** The column that an ordinal (`ORDER BY 2`) or an output name stands for. */
function named(node: Node, targets: Node[], output: Output, ctx: Context, scope: Scope) {
  if ('A_Const' in node && node.A_Const.ival) {
    const target = targets[(node.A_Const.ival.ival ?? 0) - 1];
    const val = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
    const side = val ? columnSide(ctx, scope, val) : null;
    return side?.expression === null ? side.use : null;
  }
  if (!('ColumnRef' in node)) return null;
  const parts = partsOf(node.ColumnRef);
  return parts.length === 1 && parts[0] !== undefined ? (output?.get(parts[0])?.use ?? null) : null;
}

function limits(ctx: Context, scope: Scope, stmt: SelectStmt): void {
  for (const [node, role] of [
    [stmt.limitCount, 'limit'],
    [stmt.limitOffset, 'offset'],
  ] as const) {
    if (!node) continue;
    ctx.walk(ctx, scope, node);
    const isNull = 'A_Const' in node && node.A_Const.isnull === true;
    if (role === 'limit' && !isNull) ctx.out.hasLimit = true;
    const inner = 'TypeCast' in node && node.TypeCast.arg ? node.TypeCast.arg : node;
    if ('ParamRef' in inner) tie(ctx.out, { number: inner.ParamRef.number ?? 0, role });
  }
}

/** Output columns under the names of an alias list `t(a, b)`. */
function renamed(output: Output, names: string[]): Output {
  if (output === null || names.length === 0) return output;
  return new Map([...output].map(([name, from], i) => [names[i] ?? name, from]));
}
