import { z } from 'zod';
import type { ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import { displayIdentifier, quoteLiteral } from '@/lib/targets/postgres/quote';
import { qualified } from '../../postgres/index-sql';
import { alone, planOf } from '../../postgres/plan-of';
import { refuseUnlessOwner } from '../../postgres/refuse';
import type { ChangeSession, Optimization } from '../../types';

const Options = z.record(z.string().regex(/^autovacuum_[a-z_]+$/), z.string());
const Facts = z.object({
  schema: z.string(),
  table: z.string(),
  /** Storage parameters wanted, name → value. */
  autovacuum: Options,
  /** Those that the table had before it was first applied; a name left out had none. Null before that. */
  previous: Options.nullable().default(null),
});
type Facts = z.infer<typeof Facts>;

/** Sets autovacuum's storage parameters of one table; undone by the values it had, or RESET where it had none. */
export const autovacuumSettings: Optimization = {
  meta: {
    id: 'postgres/autovacuum-settings',
    title: 'Autovacuum settings of a table',
    kind: 'postgres',
    risk: 'low',
    locks:
      'SHARE UPDATE EXCLUSIVE on the table for a moment: reads and writes go on. A running VACUUM of it is waited for.',
    reversible: true,
    needsRestart: false,
  },

  propose(finding, snapshot) {
    const facts = Facts.safeParse(finding.facts).data;
    if (!facts) return [];
    const { schema, table } = facts;
    const now = snapshot.tables.find((t) => t.schema === schema && t.name === table)?.options ?? [];
    const known = { schema, table, autovacuum: facts.autovacuum, previous: previousOf(now, facts) };
    return [
      planOf(autovacuumSettings.meta, finding, {
        key: `${schema}.${table}`,
        title: `Let autovacuum come to ${schema}.${table} sooner`,
        subject: `${schema}.${table}`,
        steps: [setSql(known)],
        inverse: inverseSql(known),
        facts: known,
      }),
    ];
  },

  async apply(session, plan) {
    const facts = Facts.parse(plan.facts);
    await refuseUnlessOwner(session.client, session.address, facts.schema, facts.table);
    const now = await optionsOf(session, facts);
    if (session.wasApplied && isSet(now, facts)) {
      await session.skip(0, setSql(facts), 'the table has these settings already');
      return {};
    }
    const recorded = withPrevious(plan, { ...facts, previous: previousOf(now, facts) });
    await session.record(recorded);
    await session.execute(0, setSql(facts));
    return { plan: recorded };
  },

  async rollback(session, plan) {
    const facts = Facts.parse(plan.facts);
    await refuseUnlessOwner(session.client, session.address, facts.schema, facts.table);
    for (const [step, statement] of inverseSql(facts).entries()) await session.execute(step, statement);
    return {};
  },

  async settle(session, plan, direction) {
    const facts = Facts.parse(plan.facts);
    const name = qualified(facts.schema, facts.table);
    if (direction === 'apply') {
      // One statement: it happened whole or not at all.
      const set = isSet(await optionsOf(session, facts), facts);
      return set
        ? { state: 'applied', what: `The settings of ${name} had been set: applied.` }
        : { state: 'rolled-back', what: `The settings of ${name} had not been set: they are as they were.` };
    }
    for (const [step, statement] of inverseSql(facts).entries())
      await session.undo(step, statement, 'setting back was interrupted and is finished');
    return { state: 'rolled-back', what: `Setting ${name} back was interrupted; it was finished.` };
  },
};

function setSql(f: Facts): string {
  return `ALTER TABLE ${qualified(f.schema, f.table)} SET (${list(f.autovacuum)})`;
}

/** Back to what there was: the former value where there was one, RESET where there was none. */
function inverseSql(f: Facts): string[] {
  const names = Object.keys(f.autovacuum);
  const previous = f.previous ?? {};
  const reset = names.filter((n) => previous[n] === undefined);
  const table = `ALTER TABLE ${qualified(f.schema, f.table)}`;
  return [
    ...(reset.length > 0 ? [`${table} RESET (${reset.map(displayIdentifier).join(', ')})`] : []),
    ...(reset.length < names.length ? [`${table} SET (${list(previous)})`] : []),
  ];
}

const list = (options: Record<string, string>) =>
  Object.entries(options)
    .map(
      ([name, value]) =>
        `${displayIdentifier(name)} = ${/^[\w.]+$/.test(value) ? value : quoteLiteral(value)}`,
    )
    .join(', ');

function parse(options: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    options.map((o) => [o.slice(0, o.indexOf('=')), o.slice(o.indexOf('=') + 1)] as const),
  );
}

function previousOf(options: readonly string[], f: Pick<Facts, 'autovacuum'>): Record<string, string> {
  return Object.fromEntries(Object.entries(parse(options)).filter(([name]) => name in f.autovacuum));
}

function isSet(options: readonly string[], f: Facts): boolean {
  const now = parse(options);
  return Object.entries(f.autovacuum).every(([name, value]) => now[name] === value);
}

async function optionsOf({ client, address }: ChangeSession, f: Facts): Promise<string[]> {
  const { rows } = await client.query<{ options: string[] }>(
    `select /* ratchet */ coalesce(c.reloptions, '{}') as options from pg_catalog.pg_class c
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2`,
    [f.schema, f.table],
  );
  if (!rows[0])
    throw new AppError(
      'not-found',
      `There is no table ${qualified(f.schema, f.table)} on ${address} any more.`,
    );
  return rows[0].options;
}

function withPrevious(plan: ChangePlan, facts: Facts): ChangePlan {
  return { ...plan, inverse: inverseSql(facts).map(alone), facts: { ...plan.facts, ...facts } };
}
