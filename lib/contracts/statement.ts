import { z } from 'zod';

/** A table as a statement uses it, resolved against the catalogue. */
export const StatementTable = z.object({
  /** Alias or name under which columns refer to it; unique within the analysis. */
  ref: z.string(),
  schema: z.string(),
  name: z.string(),
});

const ColumnUse = z.object({ ref: z.string(), column: z.string() });

/** A condition on one column. */
export const Predicate = ColumnUse.extend({
  /** `eq`: =, IN, = ANY. `range`: <, <=, >, >=, BETWEEN. `like`: LIKE/ILIKE. */
  operator: z.enum(['eq', 'in', 'range', 'like', 'ilike', 'is-null', 'is-not-null', 'other']),
  /** The operator as written, where it tests what a value contains: `@>`, `&&`, `?`, `@@`. */
  symbol: z.string().optional(),
  /** Parameter numbers ($n) it is compared with. */
  parameters: z.array(z.number().int()),
  /** Literal text it is compared with, if constant. */
  constant: z.string().nullable(),
  /** Set when the column stands inside an expression, for example `lower(email)`: its SQL text. */
  expression: z.string().nullable(),
  /** False inside OR, NOT, or an outer join's ON, where an index may not answer it alone. */
  conjunctive: z.boolean(),
});
export type Predicate = z.infer<typeof Predicate>;

/** What libpg_query and the catalogue tell about one statement; the base for probes and for index advice. */
export const StatementAnalysis = z.object({
  verb: z.enum(['select', 'insert', 'update', 'delete', 'merge', 'other']),
  /** Hash of the text without comments and spacing (hex): the same whatever queryid it is counted under. */
  fingerprint: z.string().optional(),
  tables: z.array(StatementTable),
  predicates: z.array(Predicate),
  joins: z.array(z.object({ left: ColumnUse, right: ColumnUse })),
  groupBy: z.array(ColumnUse),
  orderBy: z.array(ColumnUse.extend({ descending: z.boolean() })),
  /** Columns read anywhere, per table ref; `*` when all. */
  columns: z.record(z.string(), z.array(z.string())),
  hasLimit: z.boolean(),
  hasAggregate: z.boolean(),
  /** Column each parameter is tied to, where it is; index 0 is $1. */
  parameters: z.array(
    z.object({
      number: z.number().int(),
      /** Column it is compared with or assigned to. */
      column: z.object({ schema: z.string(), table: z.string(), column: z.string() }).nullable(),
      role: z.enum(['predicate', 'limit', 'offset', 'assignment', 'other']),
    }),
  ),
});
export type StatementAnalysis = z.infer<typeof StatementAnalysis>;
