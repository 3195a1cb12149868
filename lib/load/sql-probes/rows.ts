import type { ValuePlan } from './plan-values';

type Row = (string | null)[];

/** Parameter rows of one probe. */
const maxRows = 200;
const wantedDistinct = 100;
const arrayLength = 10;
/** Stride between the values of one IN list, so that they come from different rows. */
const stride = 37;

/**
 * Turns sampled rows into rows of parameter values. `sampled` is aligned with the column plans in order, and
 * `sorted` holds, per such plan that is a range end, the column's values in order.
 * 200 rows as sampled, so that frequent values stay frequent; where fewer than 100 of them differ and the sample
 * holds more, the different ones only.
 */
export function parameterRows(
  plans: readonly ValuePlan[],
  sampled: readonly Row[],
  sorted: ReadonlyMap<number, string[]>,
): Row[] {
  if (!plans.some((p) => p.from === 'column'))
    return [plans.map((p) => (p.from === 'constant' ? p.value : null))];
  const all = sampled.map((_, r) => rowAt(plans, sampled, sorted, r));
  const first = all.slice(0, maxRows);
  if (distinct(first).length >= wantedDistinct) return first;
  const different = distinct(all);
  return different.length > distinct(first).length ? different.slice(0, maxRows) : first;
}

function distinct(rows: Row[]): Row[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

function rowAt(
  plans: readonly ValuePlan[],
  sampled: readonly Row[],
  sorted: ReadonlyMap<number, string[]>,
  r: number,
): Row {
  let k = -1;
  return plans.map((plan) => {
    if (plan.from === 'constant') return plan.value;
    const column = ++k;
    const at = (offset: number) => sampled[(r + offset) % sampled.length]?.[column] ?? null;
    switch (plan.use.as) {
      case 'another':
        return at(plan.use.n * stride);
      case 'array':
        return arrayLiteral([...new Set(Array.from({ length: arrayLength }, (_, i) => at(i * stride)))]);
      case 'pattern':
        return pattern(at(0) ?? '', plan.use.kind);
      case 'low':
      case 'high':
        return rangeEnd(sorted.get(column) ?? [], plan.use.as, plan.use.fraction, r, plans) ?? at(0);
      default:
        return at(0);
    }
  });
}

/**
 * End of a range in the r-th row. With both ends in the statement the window slides over the values; with one
 * only, it is the top or the bottom share of them.
 */
function rangeEnd(
  values: string[],
  end: 'low' | 'high',
  fraction: number,
  r: number,
  plans: readonly ValuePlan[],
): string | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const span = Math.max(1, Math.round(fraction * n));
  const both = ['low', 'high'].every((e) => plans.some((p) => p.from === 'column' && p.use.as === e));
  // 97 and n share no factor for the sample sizes in use, so the windows cover the values evenly.
  const start = both
    ? (r * 97) % Math.max(1, n - span)
    : end === 'low'
      ? Math.max(0, n - span - (r % span))
      : Math.min(n - 1, span + (r % span));
  return values[Math.min(n - 1, both && end === 'high' ? start + span : start)];
}

/** An array as PostgreSQL reads it from text: `{"a","b"}`. */
export function arrayLiteral(values: (string | null)[]): string {
  const item = (v: string | null) =>
    v === null ? 'NULL' : `"${v.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  return `{${values.map(item).join(',')}}`;
}

/** A pattern that finds the value: its first letters, or some letters within. */
export function pattern(value: string, kind: 'prefix' | 'contains'): string {
  const letters = [...value].slice(0, Math.max(3, Math.min(6, Math.ceil(value.length / 2))));
  const text = letters.join('').replace(/[\\%_]/g, '\\$&');
  return kind === 'prefix' ? `${text}%` : `%${text}%`;
}
