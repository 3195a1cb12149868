import { z } from 'zod';
import type { ChangePlan } from '@/lib/contracts/change';
import type { Connection } from '@/lib/contracts/target';
import type { SqlProbe, Workload } from '@/lib/contracts/workload';
import { withObserver } from '@/lib/targets/postgres/connect';

const TableFacts = z.object({ table: z.string() });

/**
 * Endpoints of a workload that the change cannot touch: SQL probes of its target whose text does not name the
 * change's table and whose plan does not read it (a view would hide it in the text). What an HTTP request touches
 * is not known, so none is a control.
 */
export async function controlEndpoints(
  plan: ChangePlan,
  target: { name: string; connection: Connection },
  workload: Workload,
): Promise<string[]> {
  const table = tableOf(plan);
  const { connection } = target;
  if (table === null || connection.kind !== 'postgres') return [];
  const candidates = workload.probes.filter(
    (p): p is SqlProbe => p.kind === 'sql' && p.target === target.name && !names(p.sql, table),
  );
  if (candidates.length === 0) return [];
  return withObserver(connection, async (client) => {
    const control: string[] = [];
    for (const probe of candidates) {
      const { rows } = await client.query<{ 'QUERY PLAN': unknown }>({
        text: `explain /* ratchet */ (format json) ${probe.sql}`,
        values: probe.rows[0] ?? [],
      });
      if (!relationsOf(rows[0]?.['QUERY PLAN']).has(table)) control.push(probe.name);
    }
    return control;
  });
}

/** The bare name of the table a plan is about, or null when it is about no table. */
export function tableOf(plan: ChangePlan): string | null {
  const facts = TableFacts.safeParse(plan.facts);
  return facts.success ? facts.data.table : null;
}

/** True when the statement's text has the name as a word of its own. Errs to true for comments and literals. */
export function names(sql: string, table: string): boolean {
  const escaped = table.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w$])${escaped}(?![\\w$])`, 'i').test(sql);
}

/** Every "Relation Name" in an EXPLAIN (FORMAT JSON) document. */
export function relationsOf(plan: unknown): Set<string> {
  const found = new Set<string>();
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(walk);
    else if (node !== null && typeof node === 'object') {
      for (const [key, value] of Object.entries(node)) {
        if (key === 'Relation Name' && typeof value === 'string') found.add(value);
        else walk(value);
      }
    }
  };
  walk(plan);
  return found;
}
