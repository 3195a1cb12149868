import fs from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { type Volumes, volumesAt } from './volumes';

/** Raised when the shape of the data changes: an older seed is made anew. */
const seedVersion = 2;
const chunk = 50_000;

export interface SeedOptions {
  /** Share of the full volume, in (0, 1]; 1 by default. */
  scale?: number;
  /** Called as rows are loaded, with the share done, 0..1. */
  onProgress?: (share: number) => void;
}

/**
 * Fills the demo's database with data that are the same at each run (but for the hour they end on) and skewed as
 * real data is: few users own many tasks, recent rows are more frequent, most sessions have expired. Does nothing
 * when it is seeded already; a seed that was cut off starts anew. Returns whether rows were loaded.
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
    // The mark must not be lost where the rows before it were kept.
    await client.query('set synchronous_commit = on');
    await client.query('create table demo_seed (mark text primary key)');
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
  const { rows: anchors } = await client.query<{ at: Date }>("select date_trunc('hour', now()) as at");
  const total = v.users + v.sessions + v.tasks;
  let done = 0;
  let chunks = 0;
  for (const table of ['users', 'sessions', 'tasks'] as const) {
    const rows = v[table];
    for (let from = 1; from <= rows; from += chunk) {
      const to = Math.min(rows, from + chunk - 1);
      // Each chunk draws from a seed of its own: the same at each run, and never that of another chunk.
      chunks += 1;
      await client.query('select setseed($1)', [chunks / 1000]);
      await client.query(insertOf[table](v), [from, to, anchors[0]?.at]);
      done += to - from + 1;
      onProgress(done / total);
    }
  }
  // Explicit ids above do not move the sequence.
  await client.query("select setval(pg_get_serial_sequence('tasks', 'id'), (select max(id) from tasks))");
}

/** $1, $2: first and last row number of the chunk; $3: the moment the data end on. Tokens and addresses: identities.mjs. */
const insertOf: Record<'users' | 'sessions' | 'tasks', (v: Volumes) => string> = {
  users: (v) => `
    insert into users
    select i, 'user' || i || '@' || (array['example.com', 'example.org', 'mail.example.net'])[1 + i % 3],
           'User ' || i, case when a < 0.9 then 'free' when a < 0.98 then 'team' else 'enterprise' end,
           ${momentOf(v.users, 730)}
    from ${draws}`,
  // A sign-in lasts 30 days, one in ten ("remember me") 400: most sessions are over.
  sessions: (v) => `
    insert into sessions
    select i, ${skewed('a', v.users)}, md5('session ' || i), i % 5 <> 0,
           'Mozilla/5.0 (' || (array['X11; Linux x86_64', 'Macintosh', 'Windows NT 10.0', 'iPhone'])[1 + floor(b * 4)::int] || ')',
           at, at + interval '1 day' * case when i % 10 = 1 then 400 else 30 end
    from (select *, ${momentOf(v.sessions, 365)} as at from ${draws}) as timed`,
  // What is still open was mostly created lately.
  tasks: (v) => `
    insert into tasks (id, user_id, model_id, status, title, prompt_tokens, reply_tokens, created_at, finished_at)
    select i, ${skewed('a', v.users)}, 1 + floor(power(b, 2) * ${v.models})::int, status,
           'Summarise document ' || md5('task' || i), 20 + (power(c, 3) * 4000)::int,
           case when status = 'done' then 50 + (power(d, 2) * 2000)::int else 0 end, at,
           case when status <> 'open' then at + d * interval '90 seconds' end
    from (select *, ${momentOf(v.tasks, 365)} as at,
                 case when e < 0.04 + 0.4 * power(i::float / ${v.tasks}, 12) then 'open'
                      when e > 0.95 then 'failed' else 'done' end as status
          from ${draws}) as timed`,
};

/** Row numbers, each with draws a to e from [0, 1). `offset 0` keeps each of them one value wherever it is used. */
const draws = `(select i, random() as a, random() as b, random() as c, random() as d, random() as e
               from generate_series($1::bigint, $2::bigint) i offset 0) as draws`;

/** Rows come in the order of their time, as they do in real tables, over `days` days, and ever more of them a day. */
function momentOf(rows: number, days: number): string {
  return `$3::timestamptz - power(1 - i::float / ${rows}, 2) * interval '${days} days'`;
}

/**
 * A user id by a power law with exponent 1 - 1/2.2 = 0.55: the top 1 % of users own about an eighth of the rows,
 * the first one 0.4 %; a sixth have no task at 2.5 tasks a user.
 */
function skewed(draw: string, users: number): string {
  return `1 + floor(power(${draw}, 2.2) * ${users})::bigint`;
}
