import type { IndexShape } from '@/lib/contracts/index-shape';
import type { PgTable } from '@/lib/contracts/postgres-snapshot';
import type { Predicate, StatementAnalysis } from '@/lib/contracts/statement';
import { displayIdentifier } from '@/lib/targets/postgres/quote';
import type { Candidate } from './candidates';
import type { Facts } from './facts';
import { isImmutable } from './immutable';
import type { CandidateColumn } from './key-lists';
import { distinctValues, selectivity } from './selectivity';
import { plainIndex } from './shape';

/** A condition makes a partial index when it leaves this share of the rows at most: else it saves too little. */
const mostOfTable = 0.5;
/** Equality makes one on a column of so few values at most, a state or a kind: of more, the next call asks for another. */
const mostValues = 50;
/** Operators that GIN answers, and what type of column and operator class that takes. */
const containment = new Set(['@>', '?', '?|', '?&', '&&', '@@']);

/** What a partial index's condition is, and the share of the table's rows that it leaves, 0..1. */
export interface Part {
  column: string;
  predicate: string;
  share: number;
}

/**
 * Constant conditions of a statement on one table that a partial index could carry: IS NULL, a boolean column, or
 * equality with a constant that stands in the text. A parameter is none: the planner does not know its value.
 */
export function partsOf(analysis: StatementAnalysis, ref: string, table: PgTable, facts: Facts): Part[] {
  return analysis.predicates.flatMap((p): Part[] => {
    const column =
      p.ref === ref && p.conjunctive && p.expression === null ? facts.column(table, p.column) : undefined;
    if (!column || p.parameters.length > 0) return [];
    const name = displayIdentifier(p.column);
    const nulls = column.nullFraction;
    const of = (predicate: string, share: number): Part[] =>
      share <= mostOfTable ? [{ column: p.column, predicate, share }] : [];
    if (p.operator === 'is-null' && nulls !== null) return of(`${name} IS NULL`, nulls);
    if (p.operator === 'is-not-null' && nulls !== null) return of(`${name} IS NOT NULL`, 1 - nulls);
    if (p.operator !== 'eq' || p.constant === null || p.constant === 'NULL') return [];
    const share = selectivity(column, table, 'eq');
    if (column.type === 'boolean')
      return /^'?(t|true)'?$/i.test(p.constant) ? of(name, share) : of(`NOT ${name}`, share);
    const values = distinctValues(column, table.rows);
    return values === null || values > mostValues ? [] : of(`${name} = ${p.constant}`, share);
  });
}

/** The candidates of these key lists that are limited to one part of the table. */
export function partialCandidates(
  lists: readonly CandidateColumn[][],
  parts: readonly Part[],
  ref: string,
  table: PgTable,
): Candidate[] {
  return parts.flatMap(({ column, predicate, share }) =>
    lists.flatMap((list): Candidate[] => {
      const columns = list.filter((c) => c.name !== column);
      if (columns.length === 0) return [];
      const shape = {
        ...plainIndex(
          table.schema,
          table.name,
          columns.map((c) => c.name),
        ),
        predicate,
      };
      return [{ ref, columns, shape, covering: false, share }];
    }),
  );
}

/** Indexes on what a condition compares instead of a plain column: `lower(email)`, `data ->> 'kind'`. */
export function expressionCandidates(
  analysis: StatementAnalysis,
  ref: string,
  table: PgTable,
  facts: Facts,
): Candidate[] {
  return analysis.predicates.flatMap((p): Candidate[] => {
    const { operator, expression } = p;
    if (p.ref !== ref || !p.conjunctive || expression === null) return [];
    const role = operator === 'eq' || operator === 'in' || operator === 'range' ? operator : null;
    const column = facts.column(table, p.column);
    if (role === null || !column || !isImmutable(expression, column.type)) return [];
    const shape = { ...plainIndex(table.schema, table.name, [expression]), expressions: [0] };
    return [{ ref, columns: [{ name: expression, role, of: p.column }], shape, covering: false }];
  });
}

/**
 * GIN indexes for containment (jsonb, arrays), text search, and LIKE with a pattern that begins with %, the latter
 * where pg_trgm is installed: `trigrams` is its operator class.
 */
export function ginCandidates(
  analysis: StatementAnalysis,
  ref: string,
  table: PgTable,
  facts: Facts,
  trigrams: string | null,
): Candidate[] {
  return analysis.predicates.flatMap((p): Candidate[] => {
    if (p.ref !== ref || !p.conjunctive) return [];
    const type = facts.column(table, p.column)?.type ?? '';
    const opclass = ginOpclass(p, type, trigrams);
    if (opclass === undefined) return [];
    const expressions = p.expression === null ? [] : [0];
    const name = p.expression ?? p.column;
    const shape: IndexShape = {
      ...plainIndex(table.schema, table.name, [name]),
      method: 'gin',
      expressions,
      opclass,
    };
    return [{ ref, columns: [{ name, role: 'gin', of: p.column }], shape, covering: false }];
  });
}

/** Operator class that answers the condition, null for the default one, undefined when GIN does not answer it. */
function ginOpclass(p: Predicate, type: string, trigrams: string | null): string | null | undefined {
  if (wantsTrigrams(p, type)) return trigrams ?? undefined;
  const symbol = p.symbol ?? '';
  if (p.operator !== 'other' || !containment.has(symbol)) return undefined;
  if (p.expression !== null)
    return symbol === '@@' && /^to_tsvector\('\w+', /.test(p.expression) ? null : undefined;
  if (type === 'jsonb') return symbol === '@>' ? 'jsonb_path_ops' : symbol.startsWith('?') ? null : undefined;
  if (type === 'tsvector') return symbol === '@@' ? null : undefined;
  return type.endsWith('[]') && (symbol === '@>' || symbol === '&&') ? null : undefined;
}

/** LIKE or ILIKE on a text column with a pattern that no btree serves. */
export function wantsTrigrams(p: Predicate, type: string): boolean {
  if (!p.conjunctive || p.expression !== null || !/^(text|character)/.test(type)) return false;
  if (p.operator !== 'like' && p.operator !== 'ilike') return false;
  const pattern = p.constant?.replace(/^E?'|'$/g, '') ?? '';
  // Three letters in a row make a trigram. The pattern of a normalised statement is not known: not guessed.
  return pattern.startsWith('%') && /[^%_]{3}/.test(pattern);
}
