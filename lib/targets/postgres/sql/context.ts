import type { Node, SelectStmt } from 'libpg-query';
import type { Predicate, StatementAnalysis } from '@/lib/contracts/statement';
import type { Catalogue, CatalogueTable } from './catalogue';

type StatementTable = StatementAnalysis['tables'][number];

export interface ColumnUse {
  ref: string;
  column: string;
}

/** Where an output column of a subquery comes from; null when it is computed. */
export interface Derived {
  use: ColumnUse | null;
  /** A condition on it may be pushed down to the table (no LIMIT, aggregate or DISTINCT in between). */
  pushable: boolean;
}

/** Output columns by name; null when they are not known (functions, tables outside the catalogue). */
export type Output = Map<string, Derived> | null;

/** One item of a FROM list. */
export interface Entry {
  /** Name under which columns refer to it. */
  alias: string;
  schema: string | null;
  /** Set for a table of the catalogue. */
  table: (StatementTable & { catalogue: CatalogueTable }) | null;
  /** Output of a subquery, CTE or function otherwise. */
  output: Output;
}

export interface Scope {
  entries: Entry[];
  ctes: Map<string, Output>;
  parent: Scope | null;
}

/** How a parameter is used: more than the contract tells, for sampling its values. */
export interface Tie {
  number: number;
  role: 'predicate' | 'limit' | 'offset' | 'assignment' | 'other';
  use: ColumnUse | null;
  /** SQL of the expression it is compared with, when that is not the plain column. */
  expression: string | null;
  /** Operator as written (`=`, `<`, `like`, `between`), or `''`. */
  operator: string;
  /** Which end of BETWEEN it is. */
  bound: 'low' | 'high' | null;
  /** It stands for an array (`= ANY($1)`). */
  array: boolean;
}

export interface Collected {
  tables: (StatementTable & { catalogue: CatalogueTable })[];
  predicates: Predicate[];
  joins: { left: ColumnUse; right: ColumnUse }[];
  groupBy: ColumnUse[];
  orderBy: (ColumnUse & { descending: boolean })[];
  columns: Map<string, Set<string>>;
  hasLimit: boolean;
  hasAggregate: boolean;
  locks: boolean;
  /** Lower-case names of all functions called. */
  functions: Set<string>;
  /** Function that a parameter is a direct argument of, and its place from 0: `date_trunc/0`. */
  argumentOf: Map<number, string>;
  /** Parameters that stand in WHERE or ON, tied or not: they decide which rows are read. */
  inConditions: Set<number>;
  parameters: Map<number, Tie>;
}

/** What every part of the walk shares; the functions break the cycle between its files. */
export interface Context {
  catalogue: Catalogue;
  out: Collected;
  walk(ctx: Context, scope: Scope, node: unknown): void;
  select(ctx: Context, stmt: SelectStmt, parent: Scope | null): Output;
  /** Any statement that may stand in WITH. */
  statement(ctx: Context, node: Node, parent: Scope | null): Output;
}

export function emptyCollected(): Collected {
  return {
    tables: [],
    predicates: [],
    joins: [],
    groupBy: [],
    orderBy: [],
    columns: new Map(),
    hasLimit: false,
    hasAggregate: false,
    locks: false,
    functions: new Set(),
    argumentOf: new Map(),
    inConditions: new Set(),
    parameters: new Map(),
  };
}

export function noteColumn(out: Collected, use: ColumnUse): void {
  const set = out.columns.get(use.ref);
  if (set) set.add(use.column);
  else out.columns.set(use.ref, new Set([use.column]));
}

/** Ties a parameter, unless an earlier place told more about it. */
export function tie(out: Collected, t: Partial<Tie> & { number: number; role: Tie['role'] }): void {
  const known = out.parameters.get(t.number);
  if (known && known.role !== 'other') return;
  out.parameters.set(t.number, {
    use: null,
    expression: null,
    operator: '',
    bound: null,
    array: false,
    ...t,
  });
}
