import type { Queryable } from './database';

export interface SessionRow {
  id: string;
  user_id: string;
}

/** Session check: the session a token belongs to, if it is active and has not expired. */
export async function findSession(db: Queryable, token: string): Promise<SessionRow | null> {
  const { rows } = await db.query<SessionRow>(
    'select id, user_id from sessions where token = $1 and active and expires_at > now()',
    [token],
  );
  return rows[0] ?? null;
}

/** The newest sessions that are good, with their tokens. */
export async function newestSessions(
  db: Queryable,
  limit: number,
): Promise<(SessionRow & { token: string })[]> {
  const { rows } = await db.query<SessionRow & { token: string }>(
    'select token, id, user_id from sessions where active and expires_at > now() order by id desc limit $1',
    [limit],
  );
  return rows;
}

export interface UserRow {
  id: string;
  name: string;
  plan: string;
}

/** User lookup by e-mail address. */
export async function findUser(db: Queryable, email: string): Promise<UserRow | null> {
  const { rows } = await db.query<UserRow>('select id, name, plan from users where email = $1', [email]);
  return rows[0] ?? null;
}

export interface TaskRow {
  id: string;
  title: string;
  status: string;
  created_at: Date;
}

/** Task listing: a user's latest tasks. */
export async function latestTasks(db: Queryable, userId: string): Promise<TaskRow[]> {
  const { rows } = await db.query<TaskRow>(
    'select id, title, status, created_at from tasks where user_id = $1 order by created_at desc limit 20',
    [userId],
  );
  return rows;
}

export interface OpenTaskRow {
  title: string;
  model: string;
  plan: string;
  created_at: Date;
}

/** The join: open tasks of the owner of an e-mail address, with the model each runs on. */
export async function openTasks(db: Queryable, email: string): Promise<OpenTaskRow[]> {
  const { rows } = await db.query<OpenTaskRow>(
    `select t.title, m.name as model, u.plan, t.created_at
       from users u
       join tasks t on t.user_id = u.id
       join models m on m.id = t.model_id
      where u.email = $1 and t.status = 'open'
      order by t.created_at desc
      limit 20`,
    [email],
  );
  return rows;
}

/** Tasks of one model in one status. */
export interface TaskCount {
  model: string;
  status: string;
  tasks: string;
}

/** All tasks by model and status, counted anew. */
export async function countTasks(db: Queryable): Promise<TaskCount[]> {
  const { rows } = await db.query<TaskCount>(
    `select m.name as model, t.status, count(*) as tasks
       from tasks t
       join models m on m.id = t.model_id
      group by m.name, t.status`,
  );
  return rows;
}

/** The view that Ratchet proposes for `countTasks`, and what it says to send instead. */
export const taskCountsView = 'public.ratchet_mv_4e563d518618';

/** The same as of the last refresh. @throws the server's error 42P01 where the view is not there. */
export async function readTaskCounts(db: Queryable): Promise<TaskCount[]> {
  const { rows } = await db.query<TaskCount>(`SELECT model, status, tasks FROM ${taskCountsView}`);
  return rows;
}

/** Reads go on meanwhile. @throws as readTaskCounts. */
export async function refreshTaskCounts(db: Queryable): Promise<void> {
  await db.query(`refresh materialized view concurrently ${taskCountsView}`);
}

export interface ModelRow {
  id: number;
  name: string;
  provider: string;
  context: number;
}

export async function allModels(db: Queryable): Promise<ModelRow[]> {
  const { rows } = await db.query<ModelRow>('select id, name, provider, context from models order by id');
  return rows;
}
