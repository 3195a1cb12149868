import pg from 'pg';
import { taskCountsView } from '@/demo/service/queries';
import type { KnobValues } from '@/lib/contracts/knobs';
import { diagnose } from '@/lib/diagnose/run';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import { planChanges } from '@/lib/optimize/plan';
import { connectHttp } from '@/lib/targets/http/connect';
import { putKnobs } from '@/lib/targets/http/knobs';
import { type PostgresConnection, withObserver } from '@/lib/targets/postgres/connect';

type HttpConnection = Parameters<typeof connectHttp>[0];

/** What Ratchet proposes for the demo's missing indexes (ratchet advise on its workload). */
const indexes = [
  'create index if not exists bench_sessions_token on sessions (token)',
  'create index if not exists bench_users_email on users (email)',
  'create index if not exists bench_tasks_user on tasks (user_id, created_at)',
];
const withoutIndexes = ['sessions_token', 'users_email', 'tasks_user'].map(
  (name) => `drop index if exists bench_${name}`,
);
const tuned: KnobValues = {
  pooling: true,
  prepared_statements: true,
  cache: true,
  local_level: true,
  warming: true,
  task_counts_view: true,
};
const untuned: KnobValues = {
  pooling: false,
  prepared_statements: false,
  cache: false,
  warming: false,
  task_counts_view: false,
};

/** Statements of a change and what undoes them. */
export interface Proposed {
  title: string;
  apply: string[];
  undo: string[];
}

/** What Ratchet proposes of this kind on what the database has done since its statistics were reset. */
export async function proposedOf(
  connection: PostgresConnection,
  optimization: 'postgres/create-materialized-view' | 'postgres/change-settings',
): Promise<Proposed[]> {
  const snapshot = await withObserver(connection, readPostgresSnapshot);
  const name = 'demo-postgres';
  const diagnosis = await diagnose({
    targets: [{ name, kind: 'postgres', snapshot, withConnection: (fn) => withObserver(connection, fn) }],
  });
  const sql = (steps: readonly { statement: string }[]) => steps.map((s) => s.statement);
  return planChanges(diagnosis, new Map([[name, snapshot]]))
    .filter(({ plan }) => plan.optimization === optimization)
    .map(({ plan }) => ({ title: plan.title, apply: sql(plan.steps), undo: sql(plan.inverse) }));
}

/** Brings the demo into one state or the other: indexes, `proposed` changes of its database, and the service's knobs. */
export async function switchDemo(
  arm: 'before' | 'after',
  o: { database: PostgresConnection; api: HttpConnection; proposed: readonly Proposed[] },
): Promise<void> {
  const http = connectHttp(o.api);
  const client = new pg.Client({ connectionString: o.database.url });
  await client.connect();
  try {
    const knobs = () => putKnobs(http, o.api.knobsToken ?? '', arm === 'after' ? tuned : untuned);
    // The view is there before it is read, and is read no more when it goes.
    if (arm === 'before') await knobs();
    const proposed = o.proposed.flatMap((p) => (arm === 'after' ? p.apply : p.undo));
    for (const sql of [...(arm === 'after' ? indexes : withoutIndexes), ...proposed]) await client.query(sql);
    await client.query('analyze');
    if (arm === 'after') await knobs();
  } finally {
    await client.end();
    await http.close();
  }
}

/** Whether the view that the service reads is there. */
export async function viewIsThere(database: PostgresConnection): Promise<boolean> {
  return withObserver(database, async (client) => {
    const { rows } = await client.query<{ there: boolean }>(
      'select /* ratchet */ to_regclass($1) is not null as there',
      [taskCountsView],
    );
    return rows[0]?.there ?? false;
  });
}
