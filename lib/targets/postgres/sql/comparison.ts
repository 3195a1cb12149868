import type { A_Expr, Node } from 'libpg-query';
import type { Predicate } from '@/lib/contracts/statement';
import { type Context, type Scope, type Tie, tie } from './context';
import { namesOf } from './deparse';
import { type ColumnSide, columnSide, constantText, hasColumns, parametersIn } from './operand';

/** Set when the comparison is a condition (WHERE, ON) and not just part of a computed value. */
export interface Recording {
  conjunctive: Conjunctive;
}

/** Whether a predicate at this place restricts a table (by ref) on its own, so that an index could answer it. */
export type Conjunctive = (ref: string) => boolean;

interface Shape {
  operator: Predicate['operator'];
  text: string;
  array: boolean;
}

const swapped: Record<string, string> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
const other = new Set([
  '<>',
  '!=',
  '!~~',
  '!~~*',
  '~',
  '~*',
  '!~',
  '!~*',
  '@>',
  '<@',
  '&&',
  '?',
  '?|',
  '?&',
  '@@',
  '@?',
  '^@',
]);

/** Operators whose exact kind matters, since an inverted index may answer them. */
const contained = new Set(['@>', '&&', '?', '?|', '?&', '@@']);

/**
 * Handles an operator expression that compares: ties its parameters to the column on the other side, and when
 * `recording`, records a predicate or a join. Returns false when the expression does not compare.
 */
export function comparison(
  ctx: Context,
  scope: Scope,
  node: { A_Expr: A_Expr },
  recording: Recording | null,
): boolean {
  const { lexpr, rexpr } = node.A_Expr;
  const shape = shapeOf(node.A_Expr);
  if (!shape || !lexpr || !rexpr) return false;
  ctx.walk(ctx, scope, lexpr);
  ctx.walk(ctx, scope, rexpr);
  if ('RowExpr' in lexpr && 'RowExpr' in rexpr) {
    rows(ctx, scope, shape, lexpr.RowExpr.args ?? [], rexpr.RowExpr.args ?? [], recording);
  } else compare(ctx, scope, shape, lexpr, rexpr, recording);
  return true;
}

function shapeOf(e: A_Expr): Shape | null {
  const name = namesOf(e.name).at(-1) ?? '';
  const shape = (operator: Predicate['operator'], text = name, array = false): Shape => ({
    operator,
    text,
    array,
  });
  switch (e.kind) {
    case 'AEXPR_OP':
      if (name === '=') return shape('eq');
      if (name in swapped) return shape('range');
      if (name === '~~') return shape('like', 'like');
      if (name === '~~*') return shape('ilike', 'ilike');
      return other.has(name) ? shape('other') : null;
    case 'AEXPR_OP_ANY':
      return name === '=' ? shape('in', '=', true) : shape('other', name, true);
    case 'AEXPR_OP_ALL':
      return shape('other', name, true);
    case 'AEXPR_IN':
      return name === '=' ? shape('in') : shape('other', 'not in');
    case 'AEXPR_LIKE':
      return name === '~~' ? shape('like', 'like') : shape('other', 'not like');
    case 'AEXPR_ILIKE':
      return name === '~~*' ? shape('ilike', 'ilike') : shape('other', 'not ilike');
    case 'AEXPR_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
      return shape('range', 'between');
    case 'AEXPR_NOT_BETWEEN':
    case 'AEXPR_NOT_BETWEEN_SYM':
      return shape('other', 'not between');
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT':
    case 'AEXPR_SIMILAR':
      return shape('other');
    default:
      return null;
  }
}

/** `(a, b) < ($1, $2)`: an index answers the first column of a range alone, the others only behind it. */
function rows(
  ctx: Context,
  scope: Scope,
  shape: Shape,
  left: Node[],
  right: Node[],
  recording: Recording | null,
) {
  left.forEach((l, i) => {
    const r = right[i];
    if (!r) return;
    const alone = shape.operator === 'eq' || i === 0;
    compare(
      ctx,
      scope,
      shape,
      l,
      r,
      recording && { conjunctive: (ref) => alone && recording.conjunctive(ref) },
    );
  });
}

function compare(
  ctx: Context,
  scope: Scope,
  shape: Shape,
  l: Node,
  r: Node,
  recording: Recording | null,
): void {
  const left = columnSide(ctx, scope, l);
  const right = columnSide(ctx, scope, r);
  if (left && right && shape.operator === 'eq' && left.use.ref !== right.use.ref) {
    if (recording && left.expression === null && right.expression === null)
      ctx.out.joins.push({ left: left.use, right: right.use });
  } else if (left && !hasColumns(r)) {
    withValue(ctx, shape, left, r, recording);
  } else if (right && !hasColumns(l) && !shape.array) {
    withValue(ctx, { ...shape, text: swapped[shape.text] ?? shape.text }, right, l, recording);
  }
}

function withValue(
  ctx: Context,
  shape: Shape,
  side: ColumnSide,
  value: Node,
  recording: Recording | null,
): void {
  const ends = shape.text.endsWith('between') && 'List' in value ? (value.List.items ?? []) : [];
  const parameters = parametersIn(value);
  const tied = (numbers: number[], direct: boolean, bound: Tie['bound']) => {
    for (const number of numbers)
      tie(ctx.out, {
        number,
        role: 'predicate',
        use: side.use,
        expression: side.expression,
        operator: shape.text,
        bound,
        array: shape.array && direct && !('A_ArrayExpr' in value),
      });
  };
  if (ends.length === 2)
    ends.forEach((end, i) => {
      const p = parametersIn(end);
      tied(p.numbers, p.direct, i === 0 ? 'low' : 'high');
    });
  else tied(parameters.numbers, parameters.direct, null);
  if (!recording) return;
  ctx.out.predicates.push({
    ...side.use,
    operator: shape.operator,
    ...(contained.has(shape.text) ? { symbol: shape.text } : {}),
    parameters: parameters.numbers,
    constant: constantText(value),
    expression: side.expression,
    conjunctive: side.pushable && recording.conjunctive(side.use.ref),
  });
}
