import type { BoolExpr, Node, SubLink } from 'libpg-query';
import { type Conjunctive, comparison } from './comparison';
import { type Context, noteColumn, type Scope } from './context';
import { namesOf } from './deparse';
import { columnSide, parametersIn } from './operand';

/**
 * Walks a condition (WHERE, ON) and records its predicates and joins. `conjunctive` says for a table whether a
 * predicate at this place restricts it on its own: not below OR and NOT, nor on the kept side of an outer join.
 */
export function walkCondition(
  ctx: Context,
  scope: Scope,
  node: Node | undefined,
  conjunctive: Conjunctive,
): void {
  if (!node) return;
  for (const number of parametersIn(node).numbers) ctx.out.inConditions.add(number);
  if ('BoolExpr' in node) {
    walkBoolean(ctx, scope, node.BoolExpr, conjunctive);
    return;
  }
  if ('SubLink' in node) {
    walkSubLink(ctx, scope, node.SubLink);
    return;
  }
  if ('A_Expr' in node && comparison(ctx, scope, node, { conjunctive })) return;
  if ('NullTest' in node && node.NullTest.arg) {
    const side = columnSide(ctx, scope, node.NullTest.arg);
    ctx.walk(ctx, scope, node.NullTest.arg);
    if (side) {
      const operator = node.NullTest.nulltesttype === 'IS_NULL' ? 'is-null' : 'is-not-null';
      truth(ctx, side, operator, null, conjunctive);
    }
    return;
  }
  if ('BooleanTest' in node && node.BooleanTest.arg) {
    const test = node.BooleanTest.booltesttype;
    const side = columnSide(ctx, scope, node.BooleanTest.arg);
    ctx.walk(ctx, scope, node.BooleanTest.arg);
    const constant = test === 'IS_TRUE' ? 'true' : test === 'IS_FALSE' ? 'false' : null;
    if (side) truth(ctx, side, constant === null ? 'other' : 'eq', constant, conjunctive);
    return;
  }
  if ('ColumnRef' in node) {
    const side = columnSide(ctx, scope, node);
    if (side) truth(ctx, side, 'eq', 'true', conjunctive);
  }
  ctx.walk(ctx, scope, node);
}

function walkBoolean(ctx: Context, scope: Scope, expression: BoolExpr, conjunctive: Conjunctive): void {
  const args = expression.args ?? [];
  if (expression.boolop === 'NOT_EXPR') {
    const arg = args[0];
    const side = arg && 'ColumnRef' in arg ? columnSide(ctx, scope, arg) : null;
    if (side) {
      noteColumn(ctx.out, side.use);
      truth(ctx, side, 'eq', 'false', conjunctive);
    } else walkCondition(ctx, scope, arg, () => false);
    return;
  }
  const below = expression.boolop === 'AND_EXPR' ? conjunctive : () => false;
  for (const arg of args) walkCondition(ctx, scope, arg, below);
}

function truth(
  ctx: Context,
  side: NonNullable<ReturnType<typeof columnSide>>,
  operator: 'eq' | 'other' | 'is-null' | 'is-not-null',
  constant: string | null,
  conjunctive: Conjunctive,
): void {
  ctx.out.predicates.push({
    ...side.use,
    operator,
    parameters: [],
    constant,
    expression: side.expression,
    conjunctive: side.pushable && conjunctive(side.use.ref),
  });
}

/** EXISTS and scalar subqueries stand on their own; `x IN (SELECT y …)` is a join of x and y. */
function walkSubLink(ctx: Context, scope: Scope, link: SubLink): void {
  if (link.testexpr) ctx.walk(ctx, scope, link.testexpr);
  if (!link.subselect || !('SelectStmt' in link.subselect)) return;
  const output = ctx.select(ctx, link.subselect.SelectStmt, scope);
  const equal = link.operName === undefined || namesOf(link.operName).at(-1) === '=';
  if (link.subLinkType !== 'ANY_SUBLINK' || !link.testexpr || !equal) return;
  const left = columnSide(ctx, scope, link.testexpr);
  const right = [...(output?.values() ?? [])][0]?.use;
  if (left && left.expression === null && right) ctx.out.joins.push({ left: left.use, right });
}
