import type { DeleteStmt, InsertStmt, MergeStmt, Node, UpdateStmt } from 'libpg-query';
import { walkCondition } from './condition';
import { type Context, type Entry, noteColumn, type Output, type Scope, tie } from './context';
import { parametersIn } from './operand';
import { enterRelation } from './scope';
import { outputOf, walkFrom, walkWith } from './select';

const newScope = (parent: Scope | null): Scope => ({ entries: [], ctes: new Map(), parent });

export function walkInsert(ctx: Context, stmt: InsertStmt, parent: Scope | null): Output {
  const scope = newScope(parent);
  walkWith(ctx, scope, stmt.withClause);
  // The source must not see the target's columns: it is walked before the target enters the scope.
  const source = stmt.selectStmt && 'SelectStmt' in stmt.selectStmt ? stmt.selectStmt.SelectStmt : null;
  if (source) ctx.select(ctx, source, scope);
  const target = stmt.relation ? enterRelation(ctx, scope, stmt.relation) : null;
  const columns = stmt.cols
    ? stmt.cols.map((c) => ('ResTarget' in c ? c.ResTarget.name : undefined))
    : [...(target?.table?.catalogue.columns.keys() ?? [])];
  const values = source?.valuesLists?.map((row) => ('List' in row ? (row.List.items ?? []) : [])) ?? [
    (source?.targetList ?? []).map((t) => ('ResTarget' in t ? (t.ResTarget.val ?? t) : t)),
  ];
  for (const row of values) for (const [i, value] of row.entries()) assign(ctx, target, columns[i], value);
  const conflict = stmt.onConflictClause;
  if (conflict) {
    assignments(ctx, scope, target, conflict.targetList ?? []);
    walkCondition(ctx, scope, conflict.whereClause, () => false);
  }
  return returning(ctx, scope, stmt.returningClause?.exprs);
}

export function walkUpdate(ctx: Context, stmt: UpdateStmt, parent: Scope | null): Output {
  const scope = newScope(parent);
  walkWith(ctx, scope, stmt.withClause);
  const target = stmt.relation ? enterRelation(ctx, scope, stmt.relation) : null;
  for (const item of stmt.fromClause ?? []) walkFrom(ctx, scope, item);
  walkCondition(ctx, scope, stmt.whereClause, () => true);
  assignments(ctx, scope, target, stmt.targetList ?? []);
  return returning(ctx, scope, stmt.returningClause?.exprs);
}

export function walkDelete(ctx: Context, stmt: DeleteStmt, parent: Scope | null): Output {
  const scope = newScope(parent);
  walkWith(ctx, scope, stmt.withClause);
  if (stmt.relation) enterRelation(ctx, scope, stmt.relation);
  for (const item of stmt.usingClause ?? []) walkFrom(ctx, scope, item);
  walkCondition(ctx, scope, stmt.whereClause, () => true);
  return returning(ctx, scope, stmt.returningClause?.exprs);
}

export function walkMerge(ctx: Context, stmt: MergeStmt, parent: Scope | null): Output {
  const scope = newScope(parent);
  walkWith(ctx, scope, stmt.withClause);
  const target = stmt.relation ? enterRelation(ctx, scope, stmt.relation) : null;
  walkFrom(ctx, scope, stmt.sourceRelation);
  walkCondition(ctx, scope, stmt.joinCondition, () => true);
  for (const node of stmt.mergeWhenClauses ?? []) {
    if (!('MergeWhenClause' in node)) continue;
    const { condition, targetList, values } = node.MergeWhenClause;
    walkCondition(ctx, scope, condition, () => false);
    if (values) {
      ctx.walk(ctx, scope, values);
      values.forEach((value, i) => {
        const column = targetList?.[i];
        assign(ctx, target, column && 'ResTarget' in column ? column.ResTarget.name : undefined, value);
      });
    } else assignments(ctx, scope, target, targetList ?? []);
  }
  return null;
}

/** SET list: notes what is read, ties parameters to the column they are assigned to. */
function assignments(ctx: Context, scope: Scope, target: Entry | null, targets: Node[]): void {
  for (const node of targets) {
    if (!('ResTarget' in node) || !node.ResTarget.val) continue;
    const { name, val } = node.ResTarget;
    ctx.walk(ctx, scope, val);
    let value: Node | undefined = val;
    if ('MultiAssignRef' in val) {
      const { source, colno } = val.MultiAssignRef;
      value = source && 'RowExpr' in source ? source.RowExpr.args?.[(colno ?? 1) - 1] : undefined;
    }
    if (value) assign(ctx, target, name, value);
  }
}

function assign(ctx: Context, target: Entry | null, column: string | undefined, value: Node): void {
  const table = target?.table;
  if (!table || column === undefined || !table.catalogue.columns.has(column)) return;
  for (const number of parametersIn(value).numbers)
    tie(ctx.out, { number, role: 'assignment', use: { ref: table.ref, column } });
}

function returning(ctx: Context, scope: Scope, targets: Node[] | undefined): Output {
  ctx.walk(ctx, scope, targets);
  const output = outputOf(ctx, scope, targets ?? []);
  for (const column of output?.values() ?? []) {
    column.pushable = false;
    if (column.use) noteColumn(ctx.out, column.use);
  }
  return output;
}
