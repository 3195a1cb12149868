import type { ColumnRef, Node } from 'libpg-query';
import type { ColumnUse, Context, Scope } from './context';
import { constantOf, deparse, namesOf } from './deparse';
import { resolve } from './scope';

/** The side of a comparison that stands for a column. */
export interface ColumnSide {
  use: ColumnUse;
  /** SQL when it is not the plain column. */
  expression: string | null;
  pushable: boolean;
}

export interface Parameters {
  numbers: number[];
  /** All of them stand alone or under a cast. */
  direct: boolean;
}

/** Reads one side of a comparison as a column, or as an expression over columns of one table; null otherwise. */
export function columnSide(ctx: Context, scope: Scope, node: Node): ColumnSide | null {
  if ('ColumnRef' in node) {
    const found = resolve(scope, node.ColumnRef);
    return found && { ...found, expression: null };
  }
  if ('CollateClause' in node && node.CollateClause.arg)
    return columnSide(ctx, scope, node.CollateClause.arg);
  const plain = binaryCoercible(ctx, scope, node);
  if (plain) return plain;
  const inside = columnsIn(scope, node);
  const first = inside.columns[0];
  if (!first || inside.opaque || inside.columns.some((c) => c.use.ref !== first.use.ref)) return null;
  const expression = deparse(node);
  return expression === null ? null : { ...first, expression };
}

/** varchar::text and the like: PostgreSQL drops such a cast, so an index on the column serves it. */
function binaryCoercible(ctx: Context, scope: Scope, node: Node): ColumnSide | null {
  if (!('TypeCast' in node) || !node.TypeCast.arg || !('ColumnRef' in node.TypeCast.arg)) return null;
  const found = resolve(scope, node.TypeCast.arg.ColumnRef);
  const to = namesOf(node.TypeCast.typeName?.names).at(-1) ?? '';
  if (!found || node.TypeCast.typeName?.arrayBounds) return null;
  const type =
    ctx.out.tables.find((t) => t.ref === found.use.ref)?.catalogue.columns.get(found.use.column)?.type ?? '';
  const text = (t: string) => /^(text|varchar|character varying)/.test(t);
  return text(type) && text(to) ? { ...found, expression: null } : null;
}

/** Columns of the catalogue inside an expression; `opaque` when it holds parameters, subqueries or unknown columns. */
export function columnsIn(scope: Scope, node: unknown): { columns: ColumnSide[]; opaque: boolean } {
  const found: { columns: ColumnSide[]; opaque: boolean } = { columns: [], opaque: false };
  visit(node, (key, value) => {
    if (key === 'ParamRef' || key === 'SubLink') found.opaque = true;
    if (key === 'SubLink') return false;
    if (key !== 'ColumnRef') return true;
    const column = resolve(scope, value as ColumnRef);
    if (column) found.columns.push({ ...column, expression: null });
    else found.opaque = true;
    return false;
  });
  return found;
}

/** Whether any column at all, known or not, stands in the expression outside of subqueries. */
export function hasColumns(node: unknown): boolean {
  let any = false;
  visit(node, (key) => {
    if (key === 'ColumnRef') any = true;
    return key !== 'SubLink';
  });
  return any;
}

/** Parameters of a value, outside of subqueries. */
export function parametersIn(node: Node): Parameters {
  const numbers: number[] = [];
  visit(node, (key, value) => {
    if (key === 'ParamRef') numbers.push((value as { number?: number }).number ?? 0);
    return key !== 'SubLink';
  });
  return { numbers: [...new Set(numbers)], direct: isDirect(node) };
}

/** A parameter alone, under casts, or in a list or array of such. */
function isDirect(node: Node): boolean {
  if ('ParamRef' in node) return true;
  if ('TypeCast' in node) return node.TypeCast.arg !== undefined && isDirect(node.TypeCast.arg);
  if ('List' in node) return (node.List.items ?? []).every(isDirect);
  if ('A_ArrayExpr' in node) return (node.A_ArrayExpr.elements ?? []).every(isDirect);
  return false;
}

/** A constant as an SQL literal, under casts and a sign; null when it is no constant. */
export function constantText(node: Node): string | null {
  if ('TypeCast' in node) return node.TypeCast.arg ? constantText(node.TypeCast.arg) : null;
  if ('List' in node) {
    const items = (node.List.items ?? []).map(constantText);
    return items.every((i) => i !== null) ? items.join(', ') : null;
  }
  if ('A_Expr' in node && !node.A_Expr.lexpr && node.A_Expr.rexpr && namesOf(node.A_Expr.name)[0] === '-') {
    const inner = constantText(node.A_Expr.rexpr);
    return inner === null ? null : `-${inner}`;
  }
  return constantOf(node);
}

/** Depth-first over the tree; `enter` says whether to go on below. */
function visit(node: unknown, enter: (key: string, value: unknown) => boolean): void {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, enter);
  } else if (typeof node === 'object' && node !== null) {
    for (const [key, value] of Object.entries(node)) if (enter(key, value)) visit(value, enter);
  }
}
