import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { emailOf, isLasting, tokenOf } from './identities.mjs';
import { seed } from './seed';
import { volumes, volumesAt } from './volumes';

const scale = 0.1;
const v = volumesAt(scale);
let postgres: TestCluster;
let client: pg.Client;
let firstRun: boolean;
const progress: number[] = [];

const one = async <T>(sql: string, values: unknown[] = []): Promise<T> =>
  (await client.query(sql, values)).rows[0] as T;
const fingerprint = () =>
  one<{ tasks: string; sessions: string }>(
    `select (select md5(string_agg(user_id || status || model_id || prompt_tokens, ',' order by id)) from tasks) as tasks,
            (select md5(string_agg(user_id || token || user_agent, ',' order by id)) from sessions) as sessions`,
  );

beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.cluster.createDatabase('demo');
  firstRun = await seed(postgres.url('demo'), { scale, onProgress: (share) => progress.push(share) });
  client = new pg.Client({ connectionString: postgres.url('demo') });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await postgres?.stop();
});

describe('volumes', () => {
  it('are at least 200,000 users, 500,000 sessions and 500,000 tasks at full scale', () => {
    expect(volumes.users).toBeGreaterThanOrEqual(200_000);
    expect(volumes.sessions).toBeGreaterThanOrEqual(500_000);
    expect(volumes.tasks).toBeGreaterThanOrEqual(500_000);
  });
});

describe('seed', () => {
  it('loads each table whole and reports progress up to all of it', async () => {
    expect(firstRun).toBe(true);
    const counts = await one(
      `select (select count(*)::int from models) as models, (select count(*)::int from users) as users,
              (select count(*)::int from sessions) as sessions, (select count(*)::int from tasks) as tasks`,
    );
    expect(counts).toEqual(v);
    expect(progress.at(-1)).toBe(1);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
  });

  it('leaves the state of an unprepared team: primary keys and foreign keys, no other index', async () => {
    const { rows } = await client.query(
      "select indexrelid::regclass::text as name, indisprimary from pg_index where indrelid in ('users'::regclass, 'sessions'::regclass, 'tasks'::regclass, 'models'::regclass)",
    );
    expect(rows).toHaveLength(4);
    expect(rows.every((r) => r.indisprimary)).toBe(true);
    const keys = await one<{ n: number }>("select count(*)::int as n from pg_constraint where contype = 'f'");
    expect(keys.n).toBe(3);
  });

  it('spreads tasks over users by a power law: few own many, many own few or none', async () => {
    const skew = await one<{ top: number; share: number; none: number }>(
      `with counts as (select user_id, count(*) as n from tasks group by user_id)
       select max(n)::int as top,
              (select sum(n) from (select n from counts order by n desc limit $1) x)::float / $2 as share,
              1 - count(*)::float / $3 as none
       from counts`,
      [v.users / 100, v.tasks, v.users],
    );
    // Expected from the power law: top 1 % own 0.01^(1/2.2) = 12.3 %; ties in the tail add a little.
    expect(skew.share).toBeGreaterThan(0.11);
    expect(skew.share).toBeLessThan(0.16);
    expect(skew.none).toBeGreaterThan(0.1);
    expect(skew.none).toBeLessThan(0.3);
    expect(skew.top).toBeGreaterThan(20);
  });

  it('draws each chunk anew: the rows of one do not repeat those of another', async () => {
    const { same } = await one<{ same: number }>(
      'select count(*)::int as same from sessions s join tasks t on t.id = s.id and t.user_id = s.user_id',
    );
    // Both draw the user first. By chance far fewer than 1 % agree; with one seed for both, all would.
    expect(same).toBeLessThan(v.tasks / 100);
  });

  it('has more recent rows than old ones, in the order of their numbers, and few open tasks', async () => {
    const time = await one<{ recent: number; ordered: boolean; open: number; span: number }>(
      `select (count(*) filter (where created_at > now() - interval '91 days'))::float / count(*) as recent,
              corr(id, extract(epoch from created_at)) > 0.9 as ordered,
              (count(*) filter (where status = 'open'))::float / count(*) as open,
              extract(day from max(created_at) - min(created_at))::int as span
       from tasks`,
    );
    // A quarter of the year by time holds half of the rows: 1 - sqrt(1 - …) of the quadratic.
    expect(time.recent).toBeGreaterThan(0.45);
    expect(time.recent).toBeLessThan(0.55);
    expect(time.ordered).toBe(true);
    expect(time.open).toBeGreaterThan(0.04);
    expect(time.open).toBeLessThan(0.1);
    expect(time.span).toBeGreaterThanOrEqual(360);
  });

  it('has mostly expired sessions, and the tokens and addresses that the traffic computes', async () => {
    const share = await one<{ live: number }>(
      'select (count(*) filter (where active and expires_at > now()))::float / count(*) as live from sessions',
    );
    expect(share.live).toBeGreaterThan(0.15);
    expect(share.live).toBeLessThan(0.45);
    const number = v.sessions / 2 + 1;
    expect(isLasting(number)).toBe(true);
    const session = await one<{ token: string; lasts: boolean }>(
      "select token, active and expires_at > now() + interval '300 days' as lasts from sessions where id = $1",
      [number],
    );
    expect(session).toEqual({ token: tokenOf(number), lasts: true });
    for (const id of [1, 2, 3]) {
      expect((await one<{ email: string }>('select email from users where id = $1', [id])).email).toBe(
        emailOf(id),
      );
    }
  });

  it('has been vacuumed and analysed, and left no trace in pg_stat_statements', async () => {
    const { rows } = await client.query(
      "select relname, last_vacuum is not null as vacuumed, last_analyze is not null as analysed from pg_stat_user_tables where relname in ('users', 'sessions', 'tasks')",
    );
    expect(rows).toHaveLength(3);
    expect(rows.every((r) => r.vacuumed && r.analysed)).toBe(true);
    const inserts = await one<{ n: number }>(
      "select count(*)::int as n from pg_stat_statements where query ilike 'insert into%'",
    );
    expect(inserts.n).toBe(0);
  });

  it('does nothing the second time, and starts anew after it was cut off, with the same data', async () => {
    const before = await fingerprint();
    expect(await seed(postgres.url('demo'), { scale })).toBe(false);
    expect(await fingerprint()).toEqual(before);
    // As a run that was killed leaves it: no mark, part of the rows.
    await client.query('drop table demo_seed');
    await client.query('delete from tasks where id > 100');
    expect(await seed(postgres.url('demo'), { scale })).toBe(true);
    expect(await fingerprint()).toEqual(before);
  });
});
