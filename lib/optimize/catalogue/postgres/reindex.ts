import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import { messageOf } from '@/lib/targets/postgres/errors';
import { HalfDoneError } from '../../half-done';
import { findIndex } from '../../postgres/found-index';
import { dropIndexSql, qualified } from '../../postgres/index-sql';
import { planOf } from '../../postgres/plan-of';
import { refuseBesideLaggingReplicas, refuseBesideLongTransactions } from '../../postgres/refuse';
import { refuseForWantOfSpace } from '../../postgres/refuse-space';
import { refuseUnlessMaintainer } from '../../postgres/refuse-unless-maintainer';
import { buildTimeoutMs } from '../../timeouts';
import type { ChangeSession, Optimization } from '../../types';

const Facts = z.object({
  schema: z.string(),
  table: z.string(),
  index: z.string(),
  bytes: z.number(),
  wasted: z.number(),
});
type Facts = z.infer<typeof Facts>;

const sql = (f: Facts) => `REINDEX INDEX CONCURRENTLY ${qualified(f.schema, f.index)}`;

/** Builds an index anew beside running traffic. The index is the same afterwards, only smaller: nothing to undo. */
export const reindex: Optimization = {
  meta: {
    id: 'postgres/reindex',
    title: 'Build an index anew',
    kind: 'postgres',
    risk: 'low',
    locks:
      'SHARE UPDATE EXCLUSIVE on the table: reads and writes go on. It waits for transactions older than itself, and takes the space of a second index meanwhile.',
    reversible: false,
    needsRestart: false,
  },

  propose(finding) {
    const facts = Facts.safeParse(finding.facts).data;
    if (!facts) return [];
    const subject = `${facts.schema}.${facts.index}`;
    return [
      planOf(reindex.meta, finding, {
        key: subject,
        title: `Build the index ${facts.index} of ${facts.schema}.${facts.table} anew`,
        subject,
        steps: [sql(facts)],
        inverse: [],
        facts,
        estimates: [
          {
            label: 'space freed',
            value: facts.wasted,
            unit: 'bytes',
            source: 'average widths and row counts (pg_stats)',
          },
        ],
      }),
    ];
  },

  async apply(session, plan) {
    const facts = Facts.parse(plan.facts);
    const found = await findIndex(session.client, facts.schema, facts.index);
    if (found === null || found === 'taken' || found.table !== facts.table)
      throw new AppError(
        'not-found',
        `There is no index ${qualified(facts.schema, facts.index)} of ${facts.table} on ${session.address} any more. Diagnose again.`,
      );
    await refuseUnlessMaintainer(session.client, session.address, facts.schema, facts.table);
    await refuseBesideLongTransactions(session.client, session.address);
    await refuseBesideLaggingReplicas(session.client, session.address);
    await refuseForWantOfSpace(session.client, session.address, found.bytes);
    await dropLeftovers(session, facts);
    try {
      await session.execute(0, sql(facts), {
        concurrent: true,
        statementTimeoutMs: buildTimeoutMs,
        beforeRetry: async () => void (await dropLeftovers(session, facts)),
      });
    } catch (error) {
      await dropLeftovers(session, facts).catch((cause) => {
        throw new HalfDoneError(
          `Building ${facts.index} anew failed (${messageOf(error)}), and what it left could not be removed`,
          cause,
        );
      });
      throw error;
    }
    const built = await findIndex(session.client, facts.schema, facts.index);
    return built === null || built === 'taken' ? {} : { sizeBytes: built.bytes };
  },

  rollback: async () => ({}),

  async settle(session, plan) {
    const facts = Facts.parse(plan.facts);
    const dropped = await dropLeftovers(session, facts);
    const name = qualified(facts.schema, facts.index);
    return {
      state: 'rolled-back',
      what:
        dropped.length > 0
          ? `Building ${name} anew was interrupted; what it left (${dropped.join(', ')}) was dropped. The index is as it was.`
          : `Building ${name} anew was interrupted; nothing is left of it. It can be run again.`,
    };
  },
};

/**
 * Drops the invalid copies that an interrupted REINDEX CONCURRENTLY left: `…_ccnew` (not finished) and `…_ccold`
 * (replaced, not yet dropped). Source: PostgreSQL docs, REINDEX, "Rebuilding Indexes Concurrently".
 */
async function dropLeftovers(session: ChangeSession, facts: Facts): Promise<string[]> {
  const { rows } = await session.client.query<{ name: string }>(
    `select /* ratchet */ c.relname::text as name
     from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_class t on t.oid = i.indrelid
     where n.nspname = $1 and t.relname = $2 and not i.indisvalid and c.relname ~ '_cc(new|old)[0-9]*$'
       and starts_with($3, regexp_replace(c.relname, '_cc(new|old)[0-9]*$', ''))
       and not exists (select from pg_catalog.pg_stat_progress_create_index p where p.index_relid = c.oid)`,
    [facts.schema, facts.table, facts.index],
  );
  for (const { name } of rows)
    await session.undo(0, dropIndexSql(facts.schema, name), 'an invalid copy that an interrupted build left');
  return rows.map((r) => r.name);
}
