import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import { messageOf } from '@/lib/targets/postgres/errors';
import { displayIdentifier } from '@/lib/targets/postgres/quote';
import { HalfDoneError } from '../../half-done';
import { qualified } from '../../postgres/index-sql';
import { planOf } from '../../postgres/plan-of';
import { buildTimeoutMs } from '../../timeouts';
import type { ChangeSession, Optimization } from '../../types';

const Facts = z.object({
  /** queryid of the statement whose result it holds. */
  statements: z.array(z.string()).default([]),
  view: z.object({
    schema: z.string(),
    name: z.string(),
    select: z.string(),
    key: z.array(z.string()),
    instead: z.string(),
  }),
});
type View = z.infer<typeof Facts>['view'];

const createSql = (v: View) => `CREATE MATERIALIZED VIEW ${qualified(v.schema, v.name)} AS ${v.select}`;
const uniqueSql = (v: View) =>
  `CREATE UNIQUE INDEX ON ${qualified(v.schema, v.name)} (${v.key.map(displayIdentifier).join(', ')})`;
const dropSql = (v: View) => `DROP MATERIALIZED VIEW IF EXISTS ${qualified(v.schema, v.name)}`;

/** Keeps the result of a costly aggregate in a materialized view; undone by dropping it. */
export const createMaterializedView: Optimization = {
  meta: {
    id: 'postgres/create-materialized-view',
    title: 'Keep a result in a materialized view',
    kind: 'postgres',
    risk: 'medium',
    locks:
      'ACCESS SHARE on the tables it reads, for as long as its statement takes: reads and writes go on. The application gains once it sends the other statement; the result is as old as the last refresh.',
    reversible: true,
    needsRestart: false,
  },

  propose(finding) {
    const facts = Facts.safeParse(finding.facts).data;
    if (!facts) return [];
    const { view, statements } = facts;
    const name = qualified(view.schema, view.name);
    const keyed = view.key.length > 0;
    const plan = planOf(createMaterializedView.meta, finding, {
      key: `${view.schema}.${view.name}`,
      title: `Keep an aggregate in the materialized view ${name}`,
      subject: `${view.schema}.${view.name}`,
      steps: [createSql(view), ...(keyed ? [uniqueSql(view)] : [])],
      inverse: [dropSql(view)],
      facts: { view, statements },
      snippets: [
        { title: 'The application sends this instead', text: `${view.instead};` },
        {
          title: keyed
            ? 'Refreshed by this, from time to time; reads go on'
            : 'Refreshed by this; reads of the view wait for it, since no column tells its rows apart',
          text: `REFRESH MATERIALIZED VIEW ${keyed ? 'CONCURRENTLY ' : ''}${name};`,
        },
      ],
    });
    const relation = { schema: view.schema, name: view.name };
    return [
      { ...plan, instead: statements.map((statement) => ({ statement, sql: view.instead, relation })) },
    ];
  },

  async apply(session, plan) {
    const { view } = Facts.parse(plan.facts);
    const found = await look(session, view);
    if (found.kind !== null) {
      if (session.wasApplied && isWhole(found, view)) {
        await session.skip(0, createSql(view), 'the view is there already');
        return { sizeBytes: found.bytes };
      }
      throw new AppError(
        'conflict',
        `There is something named ${qualified(view.schema, view.name)} on ${session.address} already, which is left alone.`,
      );
    }
    if (!found.mayCreate)
      throw new AppError(
        'privilege-missing',
        `${found.role} may not create in schema ${view.schema} on ${session.address}: GRANT CREATE ON SCHEMA ${displayIdentifier(view.schema)} TO ${displayIdentifier(found.role)};`,
      );
    try {
      await session.execute(0, createSql(view), { statementTimeoutMs: buildTimeoutMs });
      if (view.key.length > 0)
        await session.execute(1, uniqueSql(view), { statementTimeoutMs: buildTimeoutMs });
    } catch (error) {
      try {
        if ((await look(session, view)).kind === 'm')
          await session.undo(0, dropSql(view), 'its unique index could not be built');
      } catch (cause) {
        throw new HalfDoneError(
          `Creating ${view.name} failed (${messageOf(error)}), and what it left could not be removed`,
          cause,
        );
      }
      throw error;
    }
    return { sizeBytes: (await look(session, view)).bytes };
  },

  async rollback(session, plan) {
    const { view } = Facts.parse(plan.facts);
    const found = await look(session, view);
    if (found.kind === 'm') await session.execute(0, dropSql(view));
    else
      await session.skip(
        0,
        dropSql(view),
        found.kind === null ? 'the view is not there' : 'the name belongs to something else, which is left',
      );
    return {};
  },

  async settle(session, plan, direction) {
    const { view } = Facts.parse(plan.facts);
    const found = await look(session, view);
    const name = qualified(view.schema, view.name);
    if (found.kind !== 'm') return { state: 'rolled-back', what: `${name} is not there: nothing is left.` };
    if (direction === 'apply' && isWhole(found, view))
      return {
        state: 'applied',
        what: `${name} had been created: applied.`,
        carried: { sizeBytes: found.bytes },
      };
    await session.undo(
      0,
      dropSql(view),
      direction === 'apply' ? 'it lacks its index' : 'the drop is finished',
    );
    return { state: 'rolled-back', what: `${name} was half done and was dropped.` };
  },
};

interface Found {
  kind: string | null;
  unique: boolean;
  bytes: number;
  mayCreate: boolean;
  role: string;
}

const isWhole = (found: Found, view: View) => found.kind === 'm' && (view.key.length === 0 || found.unique);

async function look({ client, address }: ChangeSession, view: View): Promise<Found> {
  const { rows } = await client.query<Found>(
    `select /* ratchet */ c.relkind as kind, current_user::text as role,
       exists (select from pg_catalog.pg_index i where i.indrelid = c.oid and i.indisunique and i.indisvalid) as unique,
       coalesce(pg_catalog.pg_total_relation_size(c.oid), 0)::float8 as bytes,
       pg_catalog.has_schema_privilege(n.oid, 'create') as "mayCreate"
     from pg_catalog.pg_namespace n left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = $2
     where n.nspname = $1`,
    [view.schema, view.name],
  );
  if (!rows[0]) throw new AppError('not-found', `There is no schema ${view.schema} on ${address} any more.`);
  return rows[0];
}
