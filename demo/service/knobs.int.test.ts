import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { draftView, type ViewDraft } from '@/lib/diagnose/view-advice/draft';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import { withObserver } from '@/lib/targets/postgres/connect';
import { analyseStatement, catalogueOf } from '@/lib/targets/postgres/sql/analyse';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestRedis, type TestRedis } from '@/test/redis';
import { emailOf, tokenOf } from '../schema/identities.mjs';
import { seed } from '../schema/seed';
import { volumesAt } from '../schema/volumes';
import { type DemoApp, demoApp } from './app';
import { type Knob, type KnobValues, knobsPath } from './knobs';
import { refreshTaskCounts } from './queries';

const scale = 0.005;
const v = volumesAt(scale);
const token = tokenOf(v.sessions - ((v.sessions - 1) % 10));
const secret = 'a token for tests';
let postgres: TestCluster;
let redis: TestRedis;
let client: pg.Client;
let app: DemoApp;
let base: string;
let saved: KnobValues = {};

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()]);
  await postgres.cluster.createDatabase('demo');
  await seed(postgres.url('demo'), { scale });
  client = new pg.Client({ connectionString: postgres.url('demo') });
  await client.connect();
  app = demoApp({
    databaseUrl: postgres.url('demo'),
    redisUrl: redis.url,
    knobsToken: secret,
    onKnobs: async (values) => {
      saved = values;
    },
  });
  await new Promise<void>((resolve) => app.server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await app?.close();
  await client?.end();
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

async function knobs(method = 'GET', body?: unknown, authorization = `Bearer ${secret}`) {
  const response = await fetch(base + knobsPath, {
    method,
    headers: { authorization },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as { knobs?: Knob[]; error?: string } };
}
const put = (values: unknown) => knobs('PUT', values);
const values = async () =>
  Object.fromEntries(((await knobs()).body.knobs ?? []).map((k) => [k.name, k.value]));
const models = async (email = emailOf(1)) => {
  const response = await fetch(`${base}/api/v1/models/?token=${token}&email=${encodeURIComponent(email)}`);
  return { status: response.status, text: await response.text() };
};
/** Value of one line of the metrics page; null when it is not there. */
async function metric(name: string): Promise<number | null> {
  const found = new RegExp(`^${name} (.+)$`, 'm').exec(await (await fetch(`${base}/metrics`)).text());
  return found ? Number(found[1]) : null;
}
const backends = async () =>
  (
    await client.query<{ pid: number; started: Date }>(
      "select pid, backend_start as started from pg_stat_activity where application_name = 'demo-api'",
    )
  ).rows;

const off = {
  pooling: false,
  pool_size: 50,
  prepared_statements: false,
  cache: false,
  local_level: true,
  warming: false,
  compression_threshold: 1024,
  task_counts_view: false,
};
beforeEach(() => put(off));

describe('the knobs', () => {
  it('begin as a team that thought of neither pool nor cache', async () => {
    const fresh = demoApp({ databaseUrl: postgres.url('demo'), redisUrl: redis.url });
    const { body } = await fresh.knobs.answer('GET', 'Bearer ', null);
    expect(Object.fromEntries((body.knobs ?? []).map((k) => [k.name, k.value]))).toEqual(off);
    await fresh.close();
  });

  it('are neither shown nor set without the token, and are not there when none is given', async () => {
    for (const wrong of ['', 'Bearer', 'Bearer wrong', secret]) {
      expect((await knobs('GET', undefined, wrong)).status).toBe(401);
      expect((await knobs('PUT', { pooling: true }, wrong)).status).toBe(401);
    }
    expect(await values()).toEqual(off);
    const bare = demoApp({ databaseUrl: postgres.url('demo') });
    await new Promise<void>((resolve) => bare.server.listen(0, '127.0.0.1', resolve));
    const port = (bare.server.address() as AddressInfo).port;
    const answer = await fetch(`http://127.0.0.1:${port}${knobsPath}`, {
      headers: { authorization: 'Bearer ' },
    });
    expect(answer.status).toBe(404);
    await bare.close();
  });

  it('refuse what has another type or is out of range, and then change nothing', async () => {
    for (const [wrong, why] of [
      [{ pooling: true, pool_size: 0 }, 'pool_size is a whole number from 1 to 200'],
      [{ pooling: true, pool_size: 2.5 }, 'pool_size is'],
      [{ pooling: 'yes' }, 'pooling is true or false'],
      [{ cache: true, colour: 1 }, 'there is no knob "colour"'],
      [{}, 'the body is'],
    ] as const) {
      const { status, body } = await put(wrong);
      expect([status, body.error]).toEqual([400, expect.stringContaining(why)]);
    }
    expect(await values()).toEqual(off);
  });

  it('answer with the values that hold now, and hand them on to be kept', async () => {
    const { status, body } = await put({ pool_size: 7, warming: true });
    expect(status).toBe(200);
    expect(body.knobs?.find((k) => k.name === 'pool_size')?.value).toBe(7);
    expect(saved).toEqual({ ...off, pool_size: 7, warming: true });
  });
});

describe('the pool', () => {
  it('opens ten connections beforehand, and serves from them; without it there is one for each request', async () => {
    const connects = async () => (await metric('demo_database_connects_total')) ?? 0;
    const before = await connects();
    for (let i = 0; i < 5; i++) await models();
    // The page itself takes one too.
    expect((await connects()) - before).toBe(6);
    await put({ pooling: true });
    expect(await backends()).toHaveLength(10);
    const pooled = await connects();
    for (let i = 0; i < 30; i++) await models();
    expect((await connects()) - pooled).toBe(0);
    expect(await metric('demo_pool_taken_total')).toBeGreaterThan(30);
    await put({ pooling: false });
    await vi.waitUntil(async () => (await backends()).length === 0, { timeout: 10_000 });
    expect(await metric('demo_pool_size')).toBeNull();
  });

  it('never opens more than its size, and tells how often and how long was waited', async () => {
    await put({ pooling: true, pool_size: 2 });
    const answers = await Promise.all(Array.from({ length: 40 }, () => models()));
    expect(answers.map((a) => a.status)).toEqual(answers.map(() => 200));
    expect((await backends()).length).toBeLessThanOrEqual(2);
    expect(await metric('demo_pool_waited_total')).toBeGreaterThan(0);
    expect(await metric('demo_pool_wait_seconds_total')).toBeGreaterThan(0);
  });

  it('loses no request when it is switched under load, also those that wait for a connection', async () => {
    await put({ pooling: true, pool_size: 1 });
    const running = Array.from({ length: 60 }, () => models());
    await put({ pooling: false });
    await put({ pooling: true, pool_size: 3 });
    const answers = await Promise.all([...running, ...Array.from({ length: 20 }, () => models())]);
    expect(answers.filter((a) => a.status !== 200)).toEqual([]);
  });

  it('replaces a connection that the server ended', async () => {
    await put({ pooling: true, pool_size: 3 });
    await client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'demo-api'",
    );
    await vi.waitUntil(async () => (await backends()).length === 0, { timeout: 10_000 });
    expect((await models()).status).toBe(200);
  });

  it('prepares each statement once for each connection when told to', async () => {
    await put({ pooling: true, pool_size: 1, prepared_statements: true });
    await client.query('select pg_stat_statements_reset()').catch(() => undefined);
    const first = await models();
    expect((await models()).text).toBe(first.text);
    const db = await backends();
    expect(db).toHaveLength(1);
  });
});

describe('the cache', () => {
  it('gives the same answers, and then asks the database for nothing', async () => {
    const plain = await models();
    await put({ cache: true, pooling: true });
    expect(await models()).toEqual(plain);
    await vi.waitUntil(async () => (await metric('demo_cache_loads_total')) === 3);
    const taken = await metric('demo_pool_taken_total');
    for (let i = 0; i < 20; i++) expect(await models()).toEqual(plain);
    // The two pages took a connection each.
    expect(((await metric('demo_pool_taken_total')) ?? 0) - (taken ?? 0)).toBe(1);
    expect(await metric('demo_cache_local_hits_total')).toBe(60);
    await put({ cache: false });
    expect(await models()).toEqual(plain);
    expect(await metric('demo_cache_loads_total')).toBeNull();
  });

  it('serves from Redis alone when the local level is off, and loads beforehand when told to', async () => {
    await put({ cache: true, local_level: false, warming: true });
    const warmed = await metric('demo_cache_loads_total');
    await models();
    await models();
    expect(await metric('demo_cache_local_hits_total')).toBe(0);
    expect(await metric('demo_cache_redis_hits_total')).toBeGreaterThanOrEqual(4);
    expect(warmed).toBeLessThanOrEqual(1);
  });
});

describe('the counts of the metrics page', () => {
  const tasks = async () =>
    (await (await fetch(`${base}/metrics`)).text())
      .split('\n')
      .filter((line) => line.startsWith('demo_tasks{'));

  it('come from the view that Ratchet proposes once the knob is on, and are counted where it is not there', async () => {
    const counted = await tasks();
    const { rows } = await client.query(
      "select count(*)::int as n from tasks where status = 'done' and model_id = 1",
    );
    expect(counted).toContain(`demo_tasks{model="model-1",status="done"} ${rows[0].n}`);
    await put({ task_counts_view: true });
    expect((await tasks()).toSorted()).toEqual(counted.toSorted());
    const draft = await drafted();
    const view = `${draft.schema}.${draft.name}`;
    expect((await knobs()).body.knobs?.find((k) => k.name === 'task_counts_view')).toMatchObject({ view });
    await client.query(`create materialized view ${view} as ${draft.select};
      create unique index on ${view} (${draft.key.join(', ')})`);
    await client.query("delete from tasks where status = 'done' and model_id = 1");
    // As it was when the view was made.
    expect((await tasks()).toSorted()).toEqual(counted.toSorted());
    await refreshTaskCounts(client);
    expect((await tasks()).join()).not.toContain('model="model-1",status="done"');
    await put({ task_counts_view: false });
    await client.query(`drop materialized view ${view}`);
  });

  /** What is proposed for the statement as the server has it. */
  async function drafted(): Promise<ViewDraft> {
    const snapshot = await withObserver(
      { kind: 'postgres', url: postgres.url('demo') },
      readPostgresSnapshot,
    );
    const statement = snapshot.statements?.find((s) => s.query.includes('count(*) as tasks'));
    if (!statement) throw new Error('the statement was not seen');
    const analysis = await analyseStatement(statement.query, catalogueOf(snapshot));
    const { draft } = await draftView({ statement, analysis, unsupported: null }, snapshot);
    if (!draft) throw new Error('no draft');
    return draft;
  }
});
