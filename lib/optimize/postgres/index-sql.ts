import { z } from 'zod';
import type { Step } from '@/lib/contracts/change';
import { IndexShape } from '@/lib/contracts/index-shape';
import { indexBodySql } from '@/lib/targets/postgres/index-definition';
import { displayIdentifier } from '@/lib/targets/postgres/quote';

/** What create-index keeps in a plan's facts. */
export const IndexFacts = IndexShape.extend({
  index: z.string(),
  unique: z.boolean().default(false),
  /** queryids of the statements expected to gain. */
  statements: z.array(z.string()).default([]),
  /** The index was there before the change was first applied: rolling back leaves it. Not set before that. */
  preexisting: z.boolean().optional(),
});
export type IndexFacts = z.infer<typeof IndexFacts>;

export const qualified = (schema: string, name: string) =>
  `${displayIdentifier(schema)}.${displayIdentifier(name)}`;

/**
 * The exact CREATE INDEX. Without IF NOT EXISTS on purpose: it would pass silently over an invalid index, or
 * over another index of that name.
 */
export function createIndexSql(f: IndexFacts): string {
  const kind = f.unique ? 'UNIQUE INDEX' : 'INDEX';
  return `CREATE ${kind} CONCURRENTLY ${displayIdentifier(f.index)} ${indexBodySql(f)}`;
}

export function dropIndexSql(schema: string, index: string): string {
  return `DROP INDEX CONCURRENTLY IF EXISTS ${qualified(schema, index)}`;
}

/** A step that runs outside a transaction block. */
export const concurrently = (statement: string): Step => ({ kind: 'sql', statement, concurrent: true });
