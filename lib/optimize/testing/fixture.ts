import pg from 'pg';
import type { Actor } from '@/lib/contracts/auth';
import type { ChangePlan } from '@/lib/contracts/change';
import type { Store } from '@/lib/store/client';
import { addTarget } from '@/lib/targets/registry';
import { createIndex } from '../catalogue/postgres/create-index';
import { concurrently, createIndexSql, dropIndexSql, IndexFacts } from '../postgres/index-sql';

export const actor: Actor = { userId: null, name: 'Test', role: 'operator', via: 'cli' };

/** A plan for an index, as a finding would give. */
export function indexPlan(facts: {
  schema?: string;
  table: string;
  index: string;
  columns: string[];
}): ChangePlan {
  const f = IndexFacts.parse({ schema: 'public', ...facts });
  return {
    optimization: createIndex.meta.id,
    key: `postgres/create-index:${f.schema}.${f.table}(${f.columns})`,
    title: `Index ${f.table}`,
    subject: `${f.schema}.${f.table}`,
    why: 'test',
    steps: [concurrently(createIndexSql(f))],
    inverse: [concurrently(dropIndexSql(f.schema, f.index))],
    risk: 'low',
    locks: createIndex.meta.locks,
    reversible: true,
    needsRestart: false,
    facts: { ...f },
    estimates: [],
    affects: [],
  };
}

/** Stores a target and a proposed change of it; returns the change's id. */
export async function storedChange(
  store: Store,
  url: string,
  plan: ChangePlan,
  operatorUrl?: string,
): Promise<number> {
  const targetId = await addTarget(store, actor, {
    stack: 'test',
    name: operatorUrl ? 'limited' : `db${new URL(url).pathname.slice(1)}`,
    connection: { kind: 'postgres', url, ...(operatorUrl ? { operatorUrl } : {}) },
  });
  const row = await store.db.change.create({
    data: {
      targetId,
      key: `${plan.key}#${Math.random()}`,
      optimization: plan.optimization,
      title: plan.title,
      subject: plan.subject,
      plan: plan as object,
    },
  });
  return row.id;
}

export async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Waits until `read` gives something truthy; fails after `ms`. */
export async function until<T>(read: () => Promise<T>, ms = 20_000): Promise<NonNullable<T>> {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await read();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`not so within ${ms} ms: ${read}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
