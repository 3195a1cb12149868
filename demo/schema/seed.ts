import fs from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { type Volumes, volumesAt } from './volumes';

/** Raised when the shape of the data changes: an older seed is made anew. */
const seedVersion = 1;
const chunk = 50_000;

export interface SeedOptions {
  /** Share of the full volume, in (0, 1]; 1 by default. */
  scale?: number;
  /** Called as rows are loaded, with the share done, 0..1. */
  onProgress?: (share: number) => void;
}

/**
 * Fills the demo's database with data that are the same at each run (but for the day they end on), skewed as real data is: few users own most tasks, recent
 * rows are more frequent, most sessions have expired. Does nothing when it is seeded already; a seed that was
 * cut off starts anew. Returns whether rows were loaded.
 */
export async function seed(url: string, options: SeedOptions = {}): Promise<boolean> {
  const volumes = volumesAt(options.scale ?? 1);
  const client = new pg.Client({ connectionString: url, application_name: 'demo-seed' });
  await client.connect();
  try {
    const mark = `${seedVersion}:${volumes.tasks}`;
    if ((await seededMark(client)) === mark) return false;
    await client.query('drop table if exists tasks, sessions, users, models, demo_seed cascade');
    await client.query('create extension if not exists pg_stat_statements');
    const tables = await fs.readFile(fileURLToPath(new URL('tables.sql', import.meta.url)), 'utf8');
    await client.query(tables);
    // Loading is not what is measured: its commits need not wait for the disk.
    await client.query('set synchronous_commit = off');
    await load(client, volumes, options.onProgress ?? (() => undefined));
    await client.query(
      `alter table sessions add foreign key (user_id) references users (id);
       alter table tasks add foreign key (user_id) references users (id);
       alter table tasks add foreign key (model_id) references models (id)`,
    );
    await client.query('vacuum (analyze) models, users, sessions, tasks');
    await client.query('create table demo_seed (mark text not null)');
    await client.query('insert into demo_seed values ($1)', [mark]);
    await client.query('select pg_stat_statements_reset()');
    return true;
  } finally {
    await client.end();
  }
}

async function seededMark(client: pg.Client): Promise<string | null> {
  const found = await client.query("select to_regclass('demo_seed') as name");
  if (found.rows[0]?.name === null) return null;
  const { rows } = await client.query<{ mark: string }>('select mark from demo_seed');
  return rows[0]?.mark ?? null;
}

async function load(client: pg.Client, v: Volumes, onProgress: (share: number) => void): Promise<void> {
  await client.query(
    `insert into models
     select i, 'model-' || i, (array['northwind', 'contoso', 'fabrikam'])[1 + i % 3], 8192 * (1 + i % 8), 0.02 * i
     from generate_series(1, $1) i`,
    [v.models],
  );
  const total = v.users + v.sessions + v.tasks;
  let done = 0;
  for (const [table, rows] of [
    ['users', v.users],
    ['sessions', v.sessions],
    ['tasks', v.tasks],
  ] as const) {
    for (let from = 1; from <= rows; from += chunk) {
      const to = Math.min(rows, from + chunk - 1);
      // Each chunk has its own seed, so the data do not depend on the size of the chunk before.
      await client.query('select setseed($1)', [(from % 1000) / 1000]);
      await client.query(insertOf[table](v), [from, to]);
      done += to - from + 1;
      onProgress(done / total);
    }
  }
  // Explicit ids above do not move the sequence.
  await client.query("select setval(pg_get_serial_sequence('tasks', 'id'), (select max(id) from tasks))");
}

const insertOf: Record<'users' | 'sessions' | 'tasks', (v: Volumes) => string> = {
  users: () => `
    insert into users
    select i, 'user' || i || '@' || (array['example.com', 'example.org', 'mail.example.net'])[1 + i % 3],
           'User ' || i, case when random() < 0.9 then 'free' when random() < 0.8 then 'team' else 'enterprise' end,
           ${past(730)}
    from generate_series($1::bigint, $2::bigint) i`,
  sessions: (v) => `
    insert into sessions
    select i, ${skewed(v.users)}, md5('session ' || i), i % 5 <> 0,
           'Mozilla/5.0 (' || (array['X11; Linux x86_64', 'Macintosh', 'Windows NT 10.0', 'iPhone'])[1 + (random() * 3)::int] || ')',
           t.at, t.at + interval '120 days'
    from generate_series($1::bigint, $2::bigint) i
    cross join lateral (select ${past(90)} - interval '0 days' * i as at) t`,
  tasks: (v) => `
    insert into tasks (id, user_id, model_id, status, title, prompt_tokens, reply_tokens, created_at, finished_at)
    select i, ${skewed(v.users)}, 1 + floor(power(random(), 2) * ${v.models})::int, s.status,
           'Summarise document ' || md5('task' || i), 20 + (power(random(), 3) * 4000)::int,
           case when s.status = 'done' then 50 + (power(random(), 2) * 2000)::int else 0 end, s.at,
           case when s.status in ('done', 'failed') then s.at + random() * interval '90 seconds' end
    from generate_series($1::bigint, $2::bigint) i
    cross join lateral (
      select ${past(365)} - interval '0 days' * i as at,
             (array['done', 'done', 'done', 'done', 'done', 'done', 'done', 'done', 'open', 'failed'])[1 + (random() * 9)::int + 0 * i::int] as status
    ) s`,
};

/** A moment in the last `days` days, recent ones more likely. */
function past(days: number): string {
  return `date_trunc('hour', now()) - power(random(), 2) * interval '${days} days'`;
}

/** A user id; few users own most rows: the top 1 % own about a fifth. */
function skewed(users: number): string {
  return `1 + floor(power(random(), 3) * ${users})::bigint`;
}
