import { z } from 'zod';
import { buildTimeoutMs } from '../timeouts';
import type { Optimization, OptimizationMeta } from '../types';
import { qualified } from './index-sql';
import { refuseUnlessMaintainer } from './refuse-unless-maintainer';

const Facts = z.object({ schema: z.string(), table: z.string() });

/**
 * An optimization that is one maintenance command on one table: harmless, repeatable, and without an inverse.
 * `command` is everything before the table's name.
 */
export function maintenance(meta: OptimizationMeta, command: string, verb: string): Optimization {
  const sql = (facts: z.infer<typeof Facts>) => `${command} ${qualified(facts.schema, facts.table)}`;
  return {
    meta,
    propose(finding) {
      const parsed = Facts.safeParse(finding.facts);
      if (!parsed.success) return [];
      const facts = parsed.data;
      const subject = `${facts.schema}.${facts.table}`;
      return [
        {
          optimization: meta.id,
          key: `${meta.id}:${subject}`,
          title: `${verb} ${subject}`,
          subject,
          why: finding.title,
          steps: [{ kind: 'sql', statement: sql(facts), concurrent: true }],
          inverse: [],
          risk: meta.risk,
          locks: meta.locks,
          reversible: false,
          needsRestart: false,
          facts,
          estimates: [],
          affects: [],
        },
      ];
    },
    async apply(session, plan) {
      const facts = Facts.parse(plan.facts);
      await refuseUnlessMaintainer(session.client, session.address, facts.schema, facts.table);
      await session.execute(0, sql(facts), { statementTimeoutMs: buildTimeoutMs });
      return {};
    },
    rollback: async () => ({}),
    settle: async () => ({
      state: 'rolled-back',
      what: `${command} was interrupted. It leaves nothing half done; it can be run again.`,
    }),
  };
}
