import { AppError } from '@/lib/contracts/error';
import type { DetailedAnalysis } from '@/lib/targets/postgres/sql/analyse';
import type { Tie } from '@/lib/targets/postgres/sql/context';

/** Where the values of one parameter come from. */
export type ValuePlan =
  | { from: 'constant'; value: string | null }
  /** Sampled: `expression` (or the plain column) of table `ref`, cast to `type`. */
  | { from: 'column'; ref: string; column: string; expression: string | null; type: string; use: Use };

/** How the sampled value becomes the parameter. */
export type Use =
  | { as: 'value' }
  /** The n-th different value of the same column (IN lists, OR of equals). */
  | { as: 'another'; n: number }
  | { as: 'array' }
  | { as: 'pattern'; kind: 'prefix' | 'contains' }
  /** One end of a range over the column, spanning about `fraction` of the sampled values. */
  | { as: 'low' | 'high'; fraction: number };

const families: string[][] = [
  ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision', 'oid', 'money'],
  ['text', 'character varying', 'character', 'name', 'citext', '"char"'],
  ['date', 'timestamp without time zone', 'timestamp with time zone'],
  ['time without time zone', 'time with time zone'],
];

/** The type without length or precision: `character varying(20)` → `character varying`. */
export function baseType(type: string): string {
  return type.replace(/\(\d+(,-?\d+)?\)/, '');
}

function sameFamily(a: string, b: string): boolean {
  const [x, y] = [baseType(a), baseType(b)];
  return x === y || families.some((f) => f.includes(x) && f.includes(y));
}

/** Values for parameters that no column tells anything about, by type. Only where they do not decide which rows are read. */
function defaultValue(type: string, argumentOf: string | undefined): string | null {
  if (argumentOf && /^(date_trunc|date_part|extract)\/0$/.test(argumentOf))
    return argumentOf.startsWith('date_trunc') ? 'day' : 'year';
  if (argumentOf === 'to_char/1') return 'YYYY-MM-DD';
  const base = baseType(type);
  if (families[0]?.includes(base)) return '1';
  if (families[1]?.includes(base)) return '';
  if (base === 'boolean') return 'true';
  if (base === 'interval') return '30 days';
  if (base === 'json' || base === 'jsonb') return '{}';
  if (base.endsWith('[]')) return '{}';
  return null;
}

/** LIMIT of a probe: the page size at or above the mean number of rows the statement really returns, else 20. */
function limitValue(rowsPerCall: number): string {
  if (!(rowsPerCall >= 1) || rowsPerCall > 1_000) return '20';
  return String([1, 5, 10, 20, 25, 50, 100, 200, 500, 1_000].find((n) => n >= rowsPerCall) ?? 20);
}

/**
 * Decides for every parameter of a statement where its values come from.
 * Ranges: BETWEEN, and a lower and an upper bound on one column, span the share of the table that the statement
 * really returns (rows ÷ calls ÷ table rows; 5 % where it aggregates), a single bound likewise, unless an
 * equality on the same table makes the value of the same row the plausible one.
 * @throws AppError 'unsupported' when a parameter decides which rows are read and nothing tells its values.
 */
export function planValues(
  analysis: DetailedAnalysis,
  types: readonly string[],
  o: {
    rowsPerCall: number;
    tableRows: (ref: string) => number;
    columnType: (ref: string, column: string) => string | null;
  },
): ValuePlan[] {
  const seen = new Map<string, number>();
  return types.map((type, i): ValuePlan => {
    const tie = analysis.ties[i];
    const number = i + 1;
    if (tie?.role === 'limit') return { from: 'constant', value: limitValue(o.rowsPerCall) };
    if (tie?.role === 'offset') return { from: 'constant', value: '0' };
    const sampled = tie ? fromColumn(analysis, tie, type, o, seen) : null;
    if (sampled) return sampled;
    const value = defaultValue(type, analysis.argumentOf.get(number));
    const decides = analysis.inConditions.has(number) && value === '';
    if (value === null || decides)
      throw new AppError(
        'unsupported',
        `Nothing tells what values $${number} (${type}) takes: it is not compared with a column.`,
      );
    return { from: 'constant', value };
  });
}

function fromColumn(
  analysis: DetailedAnalysis,
  tie: Tie,
  type: string,
  o: Parameters<typeof planValues>[2],
  seen: Map<string, number>,
): ValuePlan | null {
  if (!tie.use) return null;
  const { ref, column } = tie.use;
  const element = tie.array && type.endsWith('[]') ? type.slice(0, -2) : type;
  const columnType = o.columnType(ref, column);
  if (tie.expression === null && columnType !== null && !sameFamily(columnType, element)) return null;
  const plan = (use: Use): ValuePlan => ({
    from: 'column',
    ref,
    column,
    expression: tie.expression,
    type: element,
    use,
  });
  if (tie.array && type.endsWith('[]')) return plan({ as: 'array' });
  if (tie.operator === 'like') return plan({ as: 'pattern', kind: 'prefix' });
  if (tie.operator === 'ilike') return plan({ as: 'pattern', kind: 'contains' });
  const range = rangeUse(analysis, tie, o);
  if (range) return plan(range);
  if (tie.role === 'predicate') {
    const key = `${ref} ${tie.expression ?? column} ${tie.operator}`;
    const n = seen.get(key) ?? 0;
    seen.set(key, n + 1);
    if (n > 0) return plan({ as: 'another', n });
  }
  return plan({ as: 'value' });
}

function rangeUse(analysis: DetailedAnalysis, tie: Tie, o: Parameters<typeof planValues>[2]): Use | null {
  const side = tie.bound ?? (/^>/.test(tie.operator) ? 'low' : /^</.test(tie.operator) ? 'high' : null);
  if (!side || !tie.use) return null;
  const { ref, column } = tie.use;
  const paired =
    tie.bound !== null ||
    analysis.ties.some(
      (t) => t.number !== tie.number && t.use?.ref === ref && t.use.column === column && opposite(t, side),
    );
  const equal = analysis.predicates.some(
    (p) =>
      p.ref === ref && p.column !== column && p.conjunctive && (p.operator === 'eq' || p.operator === 'in'),
  );
  if (!paired && equal) return null;
  const share = o.rowsPerCall / Math.max(o.tableRows(ref), 1);
  const fraction = analysis.hasAggregate || analysis.hasLimit || !(share > 0) ? 0.05 : Math.min(share, 0.5);
  return { as: side, fraction };
}

function opposite(tie: Tie, side: 'low' | 'high'): boolean {
  return side === 'low'
    ? tie.bound === 'high' || /^</.test(tie.operator)
    : tie.bound === 'low' || /^>/.test(tie.operator);
}
