import type { Node, TypeName } from 'libpg-query';
import { displayIdentifier, quoteLiteral } from '../quote';

/**
 * SQL text of a scalar expression over one table, with bare column names, as it may stand in an index
 * definition or a select list: columns, constants, casts, function calls, operators, COALESCE. Null for
 * anything else.
 */
export function deparse(node: Node): string | null {
  if ('ColumnRef' in node) {
    const last = node.ColumnRef.fields?.at(-1);
    return last && 'String' in last ? displayIdentifier(last.String.sval ?? '') : null;
  }
  if ('A_Const' in node) return constantOf(node);
  if ('TypeCast' in node) {
    const { arg, typeName } = node.TypeCast;
    const inner = arg ? deparse(arg) : null;
    const type = typeName ? typeText(typeName) : null;
    return inner === null || type === null ? null : `(${inner})::${type}`;
  }
  if ('FuncCall' in node) {
    const call = node.FuncCall;
    if (call.over || call.agg_star || call.agg_distinct || call.agg_filter || call.agg_order) return null;
    const args = list((call.args ?? []).map(deparse));
    const name = namesOf(call.funcname);
    return args === null || name.length === 0 ? null : `${functionName(name)}(${args.join(', ')})`;
  }
  if ('A_Expr' in node) {
    const { kind, name, lexpr, rexpr } = node.A_Expr;
    const operator = namesOf(name).at(-1);
    if (kind !== 'AEXPR_OP' || operator === undefined || !rexpr) return null;
    const right = deparse(rexpr);
    const left = lexpr ? deparse(lexpr) : '';
    if (right === null || left === null) return null;
    return left === '' ? `(${operator} ${right})` : `(${left} ${operator} ${right})`;
  }
  if ('CoalesceExpr' in node) {
    const args = list((node.CoalesceExpr.args ?? []).map(deparse));
    return args === null ? null : `COALESCE(${args.join(', ')})`;
  }
  return null;
}

/** Text of a constant as an SQL literal; null for NULL-less unknown nodes. */
export function constantOf(node: Node): string | null {
  if (!('A_Const' in node)) return null;
  const c = node.A_Const;
  if (c.isnull) return 'NULL';
  if (c.ival !== undefined) return String(c.ival.ival ?? 0);
  if (c.fval !== undefined) return c.fval.fval ?? '0';
  if (c.boolval !== undefined) return c.boolval.boolval ? 'true' : 'false';
  if (c.sval !== undefined) return quoteLiteral(c.sval.sval ?? '');
  return null;
}

/** The String values of a node list (names of functions, operators, types). */
export function namesOf(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).flatMap((n) => ('String' in n ? [n.String.sval ?? ''] : []));
}

/** Functions called by SQL syntax are stored as pg_catalog names; the bare name reads better and is the same. */
function functionName(parts: readonly string[]): string {
  const own = parts[0] === 'pg_catalog' && parts.length > 1 ? parts.slice(1) : parts;
  return own.map(displayIdentifier).join('.');
}

function typeText(type: TypeName): string | null {
  const names = namesOf(type.names);
  if (names.length === 0 || (type.typmods?.length ?? 0) > 0) return null;
  const array = (type.arrayBounds?.length ?? 0) > 0 ? '[]' : '';
  // "char" and char differ: names out of pg_catalog are the internal ones and stand bare.
  return `${functionName(names)}${array}`;
}

function list(parts: (string | null)[]): string[] | null {
  const all: string[] = [];
  for (const part of parts) {
    if (part === null) return null;
    all.push(part);
  }
  return all;
}
