import { z } from 'zod';

/** What an index is, without its name: what the advisor proposes, costs and hands to the change that builds it. */
export const IndexShape = z.object({
  schema: z.string(),
  table: z.string(),
  method: z.enum(['btree', 'gin']).default('btree'),
  /** Key columns by name as the database spells them; where `expressions` says so, an expression's SQL. */
  columns: z.array(z.string()).min(1),
  /** Places in `columns` (from 0) that hold an expression. */
  expressions: z.array(z.number().int()).default([]),
  /** Operator class of the keys as SQL; null for the default one. */
  opclass: z.string().nullable().default(null),
  /** Columns carried along so that the table need not be read. */
  include: z.array(z.string()).default([]),
  /** SQL condition of a partial index. */
  predicate: z.string().nullable().default(null),
});
export type IndexShape = z.infer<typeof IndexShape>;
