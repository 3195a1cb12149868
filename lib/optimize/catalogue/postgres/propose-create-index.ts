import { z } from 'zod';
import { ChangePlan } from '@/lib/contracts/change';
import type { Finding } from '@/lib/contracts/finding';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { indexName, otherName } from '../../postgres/index-name';
import { concurrently, createIndexSql, dropIndexSql, IndexFacts } from '../../postgres/index-sql';
import type { OptimizationMeta } from '../../types';

const Wanted = IndexFacts.omit({ index: true, preexisting: true });

/**
 * The change that builds the index which a finding's facts ask for; none when the facts name no index. The
 * name is the one PostgreSQL would choose, or the next free one.
 */
export function proposeCreateIndex(
  meta: OptimizationMeta,
  finding: Finding,
  snapshot: PostgresSnapshot,
): ChangePlan[] {
  const parsed = Wanted.safeParse(finding.facts);
  if (!parsed.success) return [];
  const wanted = parsed.data;
  const facts = IndexFacts.parse({ ...wanted, index: freeName(wanted, snapshot) });
  const columns = facts.columns.join(', ');
  const subject = `${facts.schema}.${facts.table}`;
  return [
    {
      optimization: meta.id,
      key: `${meta.id}:${subject}(${columns})${facts.include.length > 0 ? `+(${facts.include.join(', ')})` : ''}${facts.predicate ? ` where ${facts.predicate}` : ''}`,
      title: `Index ${subject} on (${columns})`,
      subject,
      why: finding.title,
      steps: [concurrently(createIndexSql(facts))],
      inverse: [concurrently(dropIndexSql(facts.schema, facts.index))],
      risk: meta.risk,
      locks: meta.locks,
      reversible: true,
      needsRestart: false,
      facts,
      estimates: Estimated.parse(finding.facts).estimates,
      affects: [],
    },
  ];
}

/** Estimates that the rule worked out, passed on with their sources. */
const Estimated = z.object({ estimates: ChangePlan.shape.estimates.default([]) });

function freeName(
  wanted: { schema: string; table: string; columns: string[] },
  snapshot: PostgresSnapshot,
): string {
  const taken = new Set([
    ...snapshot.indexes.filter((i) => i.schema === wanted.schema).map((i) => i.name),
    ...snapshot.tables.filter((t) => t.schema === wanted.schema).map((t) => t.name),
  ]);
  const name = indexName(wanted.table, wanted.columns);
  for (let n = 0; ; n++) {
    const candidate = n === 0 ? name : otherName(name, n);
    if (!taken.has(candidate)) return candidate;
  }
}
