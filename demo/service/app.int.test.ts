import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestRedis, type TestRedis } from '@/test/redis';
import { emailOf, tokenOf } from '../schema/identities.mjs';
import { seed } from '../schema/seed';
import { volumesAt } from '../schema/volumes';
import { demoApp } from './app';

const scale = 0.01;
const v = volumesAt(scale);
let postgres: TestCluster;
let redis: TestRedis;
let client: pg.Client;
let app: ReturnType<typeof demoApp>;
let base: string;

/** A session that is good for a long time, and the one with the user that owns the most tasks. */
const session = v.sessions - ((v.sessions - 1) % 10);
const token = tokenOf(session);
const email = emailOf(1);
const bearer = (value: string) => ({ authorization: `Bearer ${value}` });
const chat = (body: unknown, headers: Record<string, string> = bearer(token)) =>
  fetch(`${base}/api/v1/chat/`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()]);
  await postgres.cluster.createDatabase('demo');
  await seed(postgres.url('demo'), { scale });
  client = new pg.Client({ connectionString: postgres.url('demo') });
  await client.connect();
  app = demoApp({ databaseUrl: postgres.url('demo'), redisUrl: redis.url });
  await new Promise<void>((resolve) => app.server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await app?.close();
  await client?.end();
  await Promise.all([postgres?.stop(), redis?.stop()]);
});

describe('GET /health', () => {
  it('says ok', async () => {
    const response = await fetch(`${base}/health`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });
});

describe('GET /api/v1/models/', () => {
  it('lists the models and the open tasks of the owner of an address', async () => {
    const response = await fetch(`${base}/api/v1/models/?email=${encodeURIComponent(email)}`, {
      headers: bearer(token),
    });
    expect(response.status).toBe(200);
    const body = (await response.json()) as { models: unknown[]; open: { model: string }[] };
    expect(body.models).toHaveLength(v.models);
    const { rows } = await client.query(
      "select count(*)::int as n from tasks where user_id = 1 and status = 'open'",
    );
    expect(rows[0].n).toBeGreaterThan(0);
    expect(body.open).toHaveLength(Math.min(20, rows[0].n));
    expect(body.open[0]?.model).toMatch(/^model-\d+$/);
  });

  it('takes the token from the query too, as a mix sends it', async () => {
    expect((await fetch(`${base}/api/v1/models/?token=${token}&email=${email}`)).status).toBe(200);
  });

  it('answers 401 without a token, with a wrong one, an expired and an inactive one', async () => {
    const { rows } = await client.query<{ expired: string; inactive: string }>(
      `select (select token from sessions where active and expires_at < now() limit 1) as expired,
              (select token from sessions where not active and expires_at > now() limit 1) as inactive`,
    );
    const bad = ['wrong', "' or true --", rows[0]?.expired ?? '', rows[0]?.inactive ?? ''];
    expect(bad.every((t) => t.length > 0)).toBe(true);
    expect((await fetch(`${base}/api/v1/models/`)).status).toBe(401);
    for (const value of bad)
      expect((await fetch(`${base}/api/v1/models/`, { headers: bearer(value) })).status).toBe(401);
  });
});

describe('POST /api/v1/chat/', () => {
  it('answers with the latest tasks of the user, newest first, and what was answered before', async () => {
    const first = (await (await chat({ email, message: 'One?' })).json()) as {
      reply: string;
      before: string | null;
      tasks: { id: string }[];
    };
    const { rows } = await client.query<{ id: string }>(
      'select id from tasks where user_id = 1 order by created_at desc limit 20',
    );
    expect(first.tasks.map((t) => t.id)).toEqual(rows.map((r) => r.id));
    expect(first.before).toBeNull();
    const second = (await (await chat({ email, message: 'Two?' })).json()) as { before: string | null };
    expect(second.before).toBe(first.reply);
  });

  it('answers 401, 400 and 404 with a reason', async () => {
    expect((await chat({ email, message: 'x' }, {})).status).toBe(401);
    expect((await chat({ email, message: 'x' }, bearer('wrong'))).status).toBe(401);
    expect((await chat({ email })).status).toBe(400);
    expect((await chat('{not json')).status).toBe(400);
    const unknown = await chat({ email: 'nobody@example.com', message: 'x' });
    expect([unknown.status, await unknown.json()]).toEqual([404, { error: 'no such user' }]);
    expect((await fetch(`${base}/nothing`)).status).toBe(404);
    expect((await fetch(`${base}/api/v1/chat/`)).status).toBe(404);
  });

  it('counts hits and misses in Redis', async () => {
    const own = new Redis(redis.url);
    const info = await own.info('stats');
    own.disconnect();
    for (const name of ['keyspace_hits', 'keyspace_misses']) {
      expect(Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1])).toBeGreaterThan(0);
    }
  });
});

describe('the database', () => {
  it('sees the four query kinds as statements of their own, and a connection per request', async () => {
    const { rows } = await client.query<{ query: string }>(
      "select query from pg_stat_statements s join pg_database d on d.oid = s.dbid where d.datname = 'demo'",
    );
    const texts = rows.map((r) => r.query.replace(/\s+/g, ' '));
    for (const kind of [
      /from users where email = \$1/,
      /^select id, title, status, created_at from tasks where user_id = \$1 order by created_at desc limit/,
      /from sessions where token = \$1 and active and expires_at > now\(\)/,
      /from users u join tasks t on t\.user_id = u\.id join models m .*where u\.email = \$1/,
    ]) {
      expect(texts.filter((t) => kind.test(t))).toHaveLength(1);
    }
    // A backend takes a moment to end after its client has gone.
    const open = "select count(*)::int as n from pg_stat_activity where application_name = 'demo-api'";
    await expect.poll(async () => (await client.query(open)).rows[0].n).toBe(0);
  });
});

describe('GET /metrics', () => {
  it('is a Prometheus page whose histogram adds up, and unknown paths share one label', async () => {
    const response = await fetch(`${base}/metrics`);
    expect(response.headers.get('content-type')).toContain('version=0.0.4');
    const text = await response.text();
    for (const line of text.trim().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)*\})? [0-9.e+-]+)$/);
    }
    const value = (name: string) => Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
    const labels = (route: string, status: number, method = 'GET') =>
      `method="${method}",route="${route}",status="${status}"`;
    const count = (of: string) => value(`http_request_duration_seconds_count\\{${of}\\}`);
    expect(count(labels('/health', 200))).toBe(1);
    expect(count(labels('/api/v1/chat/', 200, 'POST'))).toBe(2);
    expect(count(labels('/api/v1/models/', 401))).toBe(5);
    expect(count(labels('other', 404))).toBeGreaterThanOrEqual(1);
    expect(text).not.toContain('/nothing');
    const buckets = [
      ...text.matchAll(/_bucket\{method="GET",route="\/api\/v1\/models\/",status="401",le="[^"]+"\} (\d+)/g),
    ].map((m) => Number(m[1]));
    expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
    expect(buckets.at(-1)).toBe(5);
  });
});
