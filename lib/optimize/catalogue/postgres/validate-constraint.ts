import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import { displayIdentifier } from '@/lib/targets/postgres/quote';
import { qualified } from '../../postgres/index-sql';
import { planOf } from '../../postgres/plan-of';
import { refuseUnlessOwner } from '../../postgres/refuse';
import { buildTimeoutMs } from '../../timeouts';
import type { ChangeSession, Optimization } from '../../types';

const Facts = z.object({ schema: z.string(), table: z.string(), constraint: z.string(), type: z.string() });
type Facts = z.infer<typeof Facts>;

const sql = (f: Facts) =>
  `ALTER TABLE ${qualified(f.schema, f.table)} VALIDATE CONSTRAINT ${displayIdentifier(f.constraint)}`;

/** Checks a constraint against the rows that were there before it. Changes no row; has no inverse and needs none. */
export const validateConstraint: Optimization = {
  meta: {
    id: 'postgres/validate-constraint',
    title: 'Check a constraint against all rows',
    kind: 'postgres',
    risk: 'low',
    locks:
      'SHARE UPDATE EXCLUSIVE on the table (and ROW SHARE on the one a foreign key refers to) while it reads all rows: reads and writes go on.',
    reversible: false,
    needsRestart: false,
  },

  propose(finding) {
    const facts = Facts.safeParse(finding.facts).data;
    if (!facts) return [];
    const subject = `${facts.schema}.${facts.table}`;
    return [
      planOf(validateConstraint.meta, finding, {
        key: `${subject}.${facts.constraint}`,
        title: `Check ${facts.constraint} of ${subject} against all rows`,
        subject,
        steps: [sql(facts)],
        inverse: [],
        facts,
      }),
    ];
  },

  async apply(session, plan) {
    const facts = Facts.parse(plan.facts);
    if (await isValidated(session, facts)) {
      await session.skip(0, sql(facts), 'the constraint is validated already');
      return {};
    }
    await refuseUnlessOwner(session.client, session.address, facts.schema, facts.table);
    await session.execute(0, sql(facts), { statementTimeoutMs: buildTimeoutMs });
    return {};
  },

  rollback: async () => ({}),

  async settle(session, plan) {
    const facts = Facts.parse(plan.facts);
    return (await isValidated(session, facts))
      ? { state: 'applied', what: `${facts.constraint} had been validated: applied.` }
      : {
          state: 'rolled-back',
          what: `Validating ${facts.constraint} was interrupted; it leaves nothing half done and can be run again.`,
        };
  },
};

async function isValidated({ client, address }: ChangeSession, f: Facts): Promise<boolean> {
  const { rows } = await client.query<{ ok: boolean }>(
    `select /* ratchet */ k.convalidated as ok from pg_catalog.pg_constraint k
     join pg_catalog.pg_class t on t.oid = k.conrelid join pg_catalog.pg_namespace n on n.oid = t.relnamespace
     where n.nspname = $1 and t.relname = $2 and k.conname = $3`,
    [f.schema, f.table, f.constraint],
  );
  if (!rows[0])
    throw new AppError(
      'not-found',
      `${qualified(f.schema, f.table)} on ${address} has no constraint ${f.constraint} any more. Diagnose again.`,
    );
  return rows[0].ok;
}
