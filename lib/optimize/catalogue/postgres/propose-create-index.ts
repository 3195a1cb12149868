import { z } from 'zod';
import { ChangePlan } from '@/lib/contracts/change';
import type { Finding } from '@/lib/contracts/finding';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { shownShape } from '@/lib/targets/postgres/index-definition';
import { concurrently, createIndexSql, dropIndexSql, IndexFacts } from '../../postgres/index-sql';
import { plannedIndex } from '../../postgres/planned-index';
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
  const facts = plannedIndex(wanted, snapshot);
  const shown = shownShape(facts);
  const subject = `${facts.schema}.${facts.table}`;
  return [
    {
      optimization: meta.id,
      key: `${meta.id}:${subject}${keyOf(facts)}`,
      title: `Index ${subject} on ${shown}`,
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

/** What tells two changes on one table apart; that of a plain index has been `(a, b)` since the first release. */
function keyOf(facts: IndexFacts): string {
  const method = facts.method === 'btree' ? '' : ` using ${facts.method}`;
  const opclass = facts.opclass === null ? '' : ` ${facts.opclass}`;
  const include = facts.include.length > 0 ? `+(${facts.include.join(', ')})` : '';
  const where = facts.predicate === null ? '' : ` where ${facts.predicate}`;
  return `(${facts.columns.join(', ')})${method}${opclass}${include}${where}`;
}
