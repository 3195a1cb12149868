import type { ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import { displayIdentifier } from '@/lib/targets/postgres/quote';
import { planOf } from '../../postgres/plan-of';
import type { ChangeSession, Optimization } from '../../types';

const extension = 'pg_stat_statements';
const create = `CREATE EXTENSION ${extension}`;
const drop = `DROP EXTENSION ${extension}`;

/** Creates pg_stat_statements where the server has loaded it; undone by dropping it. */
export const enableStatements: Optimization = {
  meta: {
    id: 'postgres/enable-statements',
    title: 'Count statements with pg_stat_statements',
    kind: 'postgres',
    risk: 'low',
    locks: 'None on tables: it adds two views and three functions to the database.',
    reversible: true,
    needsRestart: false,
  },

  propose(finding, snapshot) {
    if (snapshot.extensions[extension] !== undefined) return [];
    return [
      planOf(enableStatements.meta, finding, {
        key: snapshot.database,
        title: `Create ${extension} in ${snapshot.database}`,
        subject: extension,
        steps: [create],
        inverse: [drop],
        facts: {},
      }),
    ];
  },

  async apply(session, plan) {
    const state = await look(session);
    if (state.created) {
      const known = withPreexisting(plan, true);
      // Stored before the state is: else one that settles would take it for its own.
      if (!session.wasApplied) await session.record(known);
      await session.skip(0, create, 'the extension is there already');
      return session.wasApplied ? {} : { plan: known };
    }
    if (!state.preloaded)
      throw new AppError(
        'unsupported',
        `${session.address} has not loaded ${extension}: it must be in shared_preload_libraries, which needs a restart.`,
      );
    if (!state.superuser)
      throw new AppError(
        'privilege-missing',
        `Only a superuser may create ${extension} on ${session.address}, and ${state.role} is none. As a superuser: ${create}; GRANT pg_monitor TO ${displayIdentifier(state.role)};`,
      );
    const known = withPreexisting(plan, false);
    await session.record(known);
    await session.execute(0, create);
    return { plan: known };
  },

  async rollback(session, plan) {
    const { created } = await look(session);
    if (!created || plan.facts.preexisting === true) {
      await session.skip(
        0,
        drop,
        created ? 'it was there before this change, and is left' : 'it is not there',
      );
      return {};
    }
    await session.execute(0, drop);
    return {};
  },

  async settle(session, plan, direction) {
    const { created } = await look(session);
    // Nothing was stored, so nothing was run: what is there, somebody else made.
    const foreign = direction === 'apply' && created && plan.facts.preexisting === undefined;
    const done = direction === 'apply' ? created : !created;
    return {
      state: created ? 'applied' : 'rolled-back',
      what: `${direction === 'apply' ? create : drop} ${done ? 'had finished' : 'had not happened'}: ${extension} is ${created ? '' : 'not '}there.`,
      ...(foreign ? { carried: { plan: withPreexisting(plan, true) } } : {}),
    };
  },
};

const withPreexisting = (plan: ChangePlan, preexisting: boolean): ChangePlan => ({
  ...plan,
  facts: { ...plan.facts, preexisting },
});

async function look({ client }: ChangeSession) {
  const { rows } = await client.query<{
    created: boolean;
    preloaded: boolean;
    superuser: boolean;
    role: string;
  }>(
    `select /* ratchet */ exists (select from pg_catalog.pg_extension where extname = $1) as created,
       $1 = any (pg_catalog.regexp_split_to_array(coalesce((select setting from pg_catalog.pg_settings where name = 'shared_preload_libraries'), ''), '\\s*,\\s*')) as preloaded,
       (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user) as superuser, current_user::text as role`,
    [extension],
  );
  return rows[0] ?? { created: false, preloaded: false, superuser: false, role: '' };
}
