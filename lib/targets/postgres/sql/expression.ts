import type { FuncCall, Node } from 'libpg-query';
import { comparison } from './comparison';
import { type Context, noteColumn, type Scope, tie } from './context';
import { namesOf } from './deparse';
import { noteStar, partsOf, resolve } from './scope';

/** Aggregate functions of PostgreSQL that need no special syntax to be known as such. */
const aggregates = new Set(
  'avg sum min max count array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg bool_and bool_or every bit_and bit_or stddev stddev_pop stddev_samp variance var_pop var_samp corr any_value range_agg xmlagg'.split(
    ' ',
  ),
);

/**
 * Walks any expression: notes the columns it reads, the parameters and functions it uses, ties parameters that
 * are compared with a column, and analyses subqueries. Records no predicates: see condition.ts for those.
 */
export function walkExpression(ctx: Context, scope: Scope, node: unknown): void {
  if (Array.isArray(node)) {
    for (const item of node) walkExpression(ctx, scope, item);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const n = node as Partial<Record<string, unknown>> & object;
  if (is(n, 'ColumnRef')) {
    walkColumn(ctx, scope, n);
    return;
  }
  if (is(n, 'ParamRef')) {
    tie(ctx.out, { number: n.ParamRef.number ?? 0, role: 'other' });
    return;
  }
  if (is(n, 'SelectStmt')) {
    ctx.select(ctx, n.SelectStmt, scope);
    return;
  }
  if (is(n, 'SubLink')) {
    walkExpression(ctx, scope, n.SubLink.testexpr);
    if (n.SubLink.subselect && 'SelectStmt' in n.SubLink.subselect)
      ctx.select(ctx, n.SubLink.subselect.SelectStmt, scope);
    return;
  }
  if (is(n, 'A_Expr') && comparison(ctx, scope, n, null)) return;
  if (is(n, 'FuncCall')) noteFunction(ctx, n.FuncCall);
  for (const value of Object.values(n)) walkExpression(ctx, scope, value);
}

function walkColumn(ctx: Context, scope: Scope, node: Extract<Node, { ColumnRef: unknown }>): void {
  const parts = partsOf(node.ColumnRef);
  if (parts.at(-1) === '*') {
    noteStar(ctx, scope, parts);
    return;
  }
  const found = resolve(scope, node.ColumnRef);
  if (found) noteColumn(ctx.out, found.use);
  // A bare name that is no column may be a whole row: `select t from t`.
  else if (parts.length === 1 && parts[0] !== undefined) noteStar(ctx, scope, [parts[0], '*']);
}

function noteFunction(ctx: Context, call: FuncCall): void {
  const name = (namesOf(call.funcname).at(-1) ?? '').toLowerCase();
  ctx.out.functions.add(name);
  if (!call.over && (call.agg_star || call.agg_within_group || call.agg_filter || aggregates.has(name)))
    ctx.out.hasAggregate = true;
  for (const [i, arg] of (call.args ?? []).entries())
    if ('ParamRef' in arg) ctx.out.argumentOf.set(arg.ParamRef.number ?? 0, `${name}/${i}`);
}

function is<K extends string>(node: object, key: K): node is Extract<Node, Record<K, unknown>> {
  return key in node;
}
