import type pg from 'pg';
import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import type { IndexShape } from '@/lib/contracts/index-shape';
import { indexBodySql } from '@/lib/targets/postgres/index-definition';
import { indexesUsed } from '@/lib/targets/postgres/plan';
import { quoteIdentifier, quoteLiteral } from '@/lib/targets/postgres/quote';
import type { WorkloadStatement } from '../types';
import { planAfter } from '../workload/generic-plan';
import type { Costed } from './costing';
import { shapeKey } from './shape';

/** Schema in which HypoPG's functions are, or null when the database has not the extension or not the right to use it. */
export async function hypopgSchema(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ schema: string }>(
    `select /* ratchet */ n.nspname::text as schema from pg_catalog.pg_extension e
     join pg_catalog.pg_namespace n on n.oid = e.extnamespace
     where e.extname = 'hypopg' and pg_catalog.has_schema_privilege(n.oid, 'usage')`,
  );
  return rows[0]?.schema ?? null;
}

const Created = z.object({
  rows: z.tuple([z.object({ indexrelid: z.coerce.number(), indexname: z.string() })]),
});

/**
 * The hypothetical indexes of one session: HypoPG makes them for this session only, nothing is built. Only the
 * difference to what the last question asked for is created and dropped.
 */
export class HypotheticalIndexes {
  readonly #client: pg.Client;
  readonly #schema: string;
  /** By shapeKey. */
  readonly #present = new Map<string, { oid: number; name: string }>();
  readonly #impossible = new Set<string>();

  constructor(client: pg.Client, schema: string) {
    this.#client = client;
    this.#schema = quoteIdentifier(schema);
  }

  /**
   * The planner's cost of a statement as if these indexes were there. Throws the server's error for a statement
   * that does not plan.
   */
  async cost(item: WorkloadStatement, indexes: readonly IndexShape[]): Promise<Costed> {
    const wanted = new Map(indexes.map((index) => [shapeKey(index), index]));
    try {
      return await this.#ask(item, wanted);
    } catch {
      // Either the statement does not plan, or an index is of a kind that HypoPG cannot stand in for: one by one.
      await this.#client.query(`select /* ratchet */ ${this.#schema}.hypopg_reset()`);
      this.#present.clear();
      for (const [key, index] of wanted) if (!this.#impossible.has(key)) await this.#create(key, index);
      return this.#ask(item, wanted);
    }
  }

  /** Drops what is too much, creates what is missing, and plans: one round trip. */
  async #ask(item: WorkloadStatement, wanted: ReadonlyMap<string, IndexShape>): Promise<Costed> {
    const superfluous = [...this.#present].filter(([key]) => !wanted.has(key));
    const missing = [...wanted].filter(([key]) => !this.#present.has(key) && !this.#impossible.has(key));
    const before = [
      ...superfluous.map(([, { oid }]) => `select /* ratchet */ ${this.#schema}.hypopg_drop_index(${oid})`),
      ...missing.map(([, index]) => this.#createSql(index)),
    ];
    const { plan, results } = await planAfter(this.#client, item, before, false);
    for (const [key] of superfluous) this.#present.delete(key);
    missing.forEach(([key], i) => {
      this.#note(key, results[superfluous.length + i]);
    });
    const names = new Set(indexesUsed(plan));
    const used = [...this.#present].flatMap(([key, { name }]) => (names.has(name) ? [key] : []));
    return { cost: plan['Total Cost'], used: new Set(used) };
  }

  #createSql(index: IndexShape): string {
    const sql = quoteLiteral(`CREATE INDEX ${indexBodySql(index)}`);
    return `select /* ratchet */ indexrelid, indexname from ${this.#schema}.hypopg_create_index(${sql})`;
  }

  #note(key: string, result: unknown): void {
    const made = Created.safeParse(result);
    if (!made.success) throw new AppError('unsupported', 'HypoPG answered in a form that is not known.');
    const [{ indexrelid, indexname }] = made.data.rows;
    this.#present.set(key, { oid: indexrelid, name: indexname });
  }

  async #create(key: string, index: IndexShape): Promise<void> {
    try {
      this.#note(key, await this.#client.query(this.#createSql(index)));
    } catch (error) {
      // A kind of index that HypoPG cannot stand in for is as if it were not there; a lost connection is not.
      const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
      if (typeof code !== 'string' || !/^(42|22|0A|XX)/.test(code)) throw error;
      this.#impossible.add(key);
    }
  }
}
