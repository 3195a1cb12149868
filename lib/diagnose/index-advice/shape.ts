import type { IndexShape } from '@/lib/contracts/index-shape';

/** An ordinary btree index of columns. */
export function plainIndex(
  schema: string,
  table: string,
  columns: string[],
  include: string[] = [],
): IndexShape {
  return {
    schema,
    table,
    method: 'btree',
    columns,
    expressions: [],
    opclass: null,
    include,
    predicate: null,
  };
}

/** Identity of an index: two shapes with the same key are the same index. The order of INCLUDE does not matter. */
export function shapeKey(s: IndexShape): string {
  const known = keys.get(s);
  if (known !== undefined) return known;
  const key = JSON.stringify([
    s.schema,
    s.table,
    s.method,
    s.columns,
    s.expressions,
    s.opclass,
    [...s.include].sort(),
    s.predicate,
  ]);
  keys.set(s, key);
  return key;
}

/** Keys are asked for thousands of times while indexes are selected. */
const keys = new WeakMap<IndexShape, string>();

export const sameTable = (a: IndexShape, b: IndexShape) => a.schema === b.schema && a.table === b.table;

/** Same method, operator class and predicate: what one holds the other could hold. */
function sameKind(a: IndexShape, b: IndexShape): boolean {
  return sameTable(a, b) && a.method === b.method && a.opclass === b.opclass && a.predicate === b.predicate;
}

function leads(a: IndexShape, b: IndexShape): boolean {
  return a.columns.every(
    (c, i) => b.columns[i] === c && a.expressions.includes(i) === b.expressions.includes(i),
  );
}

/** Whether `by` serves all that `shape` serves: its keys begin with the same, and it holds the included columns. */
export function isDominated(shape: IndexShape, by: IndexShape): boolean {
  if (!sameKind(shape, by) || !leads(shape, by)) return false;
  if (shape.method !== 'btree' && shape.columns.length !== by.columns.length) return false;
  return shape.include.every((c) => by.include.includes(c) || by.columns.includes(c));
}

/**
 * The one index that serves all that two serve, where the keys of one begin those of the other; null where there
 * is none, or where it would be one of the two.
 */
export function merged(a: IndexShape, b: IndexShape): IndexShape | null {
  if (a.method !== 'btree' || !sameKind(a, b) || isDominated(a, b) || isDominated(b, a)) return null;
  const longer = a.columns.length >= b.columns.length ? a : b;
  if (!leads(longer === a ? b : a, longer)) return null;
  const include = [...new Set([...a.include, ...b.include])].filter((c) => !longer.columns.includes(c));
  return { ...longer, include };
}
