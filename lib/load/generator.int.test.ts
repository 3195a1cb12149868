import { spawn } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import type { HttpProbe, SqlProbe } from '../contracts/workload';
import { decodeHistogram } from '../stats/histogram';
import { type Generator, type GeneratorOptions, startGenerator } from './generator';

/** A server whose own count and timing the generator is checked against. */
class CountingServer {
  readonly hits: Record<string, number> = {};
  /** Paths as they came in, for looking at parameters. */
  readonly urls: string[] = [];
  readonly bodies: string[] = [];
  hold: ((path: string) => Promise<void> | undefined) | null = null;
  readonly server = http.createServer(async (req, res) => {
    const path = (req.url ?? '').split('?')[0] ?? '';
    this.hits[path] = (this.hits[path] ?? 0) + 1;
    if (this.urls.length < 5_000) this.urls.push(req.url ?? '');
    let body = '';
    for await (const chunk of req) body += chunk;
    if (body && this.bodies.length < 100) this.bodies.push(body);
    await this.hold?.(path);
    if (path === '/fail') res.writeHead(503).end('no');
    else if (path === '/away') res.writeHead(302, { location: 'http://127.0.0.1:1/elsewhere' }).end();
    else res.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(path === '/big' ? 400_000 : 20));
  });
  listen = () => new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
  kill = () =>
    new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
}

const probe = (path: string, weight = 1, more: Partial<HttpProbe> = {}): HttpProbe => ({
  kind: 'http',
  target: 'api',
  name: path,
  weight,
  method: 'GET',
  path,
  headers: {},
  rows: [],
  ...more,
});

let server: CountingServer;
let generator: Generator | null = null;
const opened: Generator[] = [];

async function start(
  options: Partial<GeneratorOptions> & { probes: (HttpProbe | SqlProbe)[]; clients?: number },
) {
  generator = await startGenerator({
    connections: { api: { kind: 'http', baseUrl: server.url, headers: {} } },
    allowedOrigins: [server.url],
    ...options,
    workload: { clients: options.clients ?? 4, seed: 1, probes: options.probes },
  });
  opened.push(generator);
  return generator;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((g) => g.stop()));
  if (server.server.listening) await server.kill();
  server = new CountingServer();
  await server.listen();
});
beforeAll(async () => {
  server = new CountingServer();
  await server.listen();
});
afterAll(() => server.kill());

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('HTTP load', () => {
  it('counts what the server counted, by weight, with real latencies', async () => {
    server.hold = (path) => (path === '/slow' ? new Promise((r) => setTimeout(r, 20)) : undefined);
    const g = await start({ probes: [probe('/fast', 3), probe('/slow', 1)] });
    const result = await g.segment({ ms: 800, warmupMs: 0 });
    const { '/fast': fast, '/slow': slow } = result.endpoints;
    // All the server saw, but for the requests in flight at the end: at most one a client.
    const seen = (server.hits['/fast'] ?? 0) + (server.hits['/slow'] ?? 0);
    const counted = fast!.count + slow!.count;
    expect(seen - counted).toBeGreaterThanOrEqual(0);
    expect(seen - counted).toBeLessThanOrEqual(4);
    expect(counted).toBeGreaterThan(40);
    expect(fast!.count / slow!.count).toBeCloseTo(3, 0);
    expect(fast!.errors + slow!.errors).toBe(0);
    const p50 = decodeHistogram(slow!.histogram).getValueAtPercentile(50) * slow!.histogram.msPerUnit;
    expect(p50).toBeGreaterThan(19);
    expect(p50).toBeLessThan(60);
    expect(decodeHistogram(fast!.histogram).totalCount).toBe(fast!.count);
    expect(result.durationMs).toBeGreaterThanOrEqual(800);
    expect(result.durationMs).toBeLessThan(1_000);
    expect(result.generator.cpuShare).toBeGreaterThan(0);
    expect(result.generator.cpuShare).toBeLessThan(2);
    expect(result.generator.lateSends).toBe(0);
  });

  it('leaves the warm-up out', async () => {
    const g = await start({ probes: [probe('/a')], clients: 1 });
    server.hold = () => new Promise((r) => setTimeout(r, 5));
    const result = await g.segment({ ms: 200, warmupMs: 600 });
    expect(result.endpoints['/a']!.count).toBeLessThan((server.hits['/a'] ?? 0) / 2);
    expect(result.endpoints['/a']!.count).toBeGreaterThan(5);
  });

  it('sees a stall at the end of the window instead of cutting it off', async () => {
    const g = await start({ probes: [probe('/a')], clients: 2 });
    let release = () => {};
    const began = Date.now();
    const stall = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.hold = () => (Date.now() - began > 300 ? stall : undefined);
    setTimeout(() => release(), 1_500);
    const result = await g.segment({ ms: 500, warmupMs: 0 });
    const h = decodeHistogram(result.endpoints['/a']!.histogram);
    expect(h.maxValue * 0.001).toBeGreaterThan(900);
    expect(result.durationMs).toBeGreaterThan(1_200);
  });

  it('goes on until the goal has its requests, to a limit', async () => {
    server.hold = () => new Promise((r) => setTimeout(r, 20));
    const g = await start({ probes: [probe('/goal'), probe('/b')], clients: 2 });
    const enough = await g.segment({
      ms: 200,
      warmupMs: 0,
      minRequestsOf: '/goal',
      minRequests: 25,
      maxMs: 5_000,
    });
    expect(enough.endpoints['/goal']!.count).toBeGreaterThanOrEqual(25);
    expect(enough.endpoints['/goal']!.count).toBeLessThan(30);
    const limited = await g.segment({
      ms: 200,
      warmupMs: 0,
      minRequestsOf: '/goal',
      minRequests: 2_000,
      maxMs: 500,
    });
    expect(limited.durationMs).toBeGreaterThan(499);
    expect(limited.durationMs).toBeLessThan(700);
  });

  it('runs only the probes that are asked for', async () => {
    const g = await start({ probes: [probe('/a'), probe('/b')] });
    const result = await g.segment({
      ms: 100,
      warmupMs: 0,
      only: ['/b'],
      minRequestsOf: '/b',
      minRequests: 5,
      maxMs: 5_000,
    });
    expect(result.endpoints['/a']!.count).toBe(0);
    expect(result.endpoints['/b']!.count).toBeGreaterThanOrEqual(5);
    expect(server.hits['/a']).toBeUndefined();
  });

  it('counts errors and keeps their latency; follows no redirect; reads whole bodies', async () => {
    const g = await start({ probes: [probe('/fail'), probe('/away'), probe('/big')] });
    const result = await g.segment({ ms: 300, warmupMs: 0 });
    const { '/fail': fail, '/away': away, '/big': big } = result.endpoints;
    expect(fail!.count).toBeGreaterThan(0);
    expect(fail!.errors).toBe(fail!.count);
    expect(decodeHistogram(fail!.histogram).totalCount).toBe(fail!.count);
    expect(result.firstError).toBe('/fail: HTTP 503');
    expect(away!.errors).toBe(0);
    expect(big!.count).toBeGreaterThan(0);
    expect(big!.errors).toBe(0);
  });

  it('fills placeholders, encoded, each row in its turn', async () => {
    const rows = [{ id: 'a/b' }, { id: '2' }, { id: '"x"' }];
    const g = await start({
      probes: [
        probe('/u/{id}', 1, { rows }),
        probe('/chat', 1, { method: 'POST', body: '{"id":"{id}"}', rows }),
      ],
      clients: 1,
    });
    await g.segment({ ms: 150, warmupMs: 0 });
    const users = server.urls.filter((u) => u.startsWith('/u/'));
    expect(new Set(users)).toEqual(new Set(['/u/a%2Fb', '/u/2', '/u/%22x%22']));
    expect(new Set(users.slice(0, 3)).size).toBe(3);
    expect(server.bodies.map((b) => JSON.parse(b).id)).toContain('"x"');
  });

  it('ends a segment although the server is killed in the middle of it', async () => {
    server.hold = () => new Promise((r) => setTimeout(r, 2));
    const g = await start({ probes: [probe('/a')] });
    setTimeout(() => void server.kill(), 400);
    const result = await g.segment({ ms: 1_000, warmupMs: 0 });
    const { count, errors } = result.endpoints['/a']!;
    expect(errors).toBeGreaterThan(0);
    expect(count - errors).toBeGreaterThan(20);
    expect(result.firstError).toMatch(/^\/a: /);
    // A dead target is asked again at a bearable rate.
    expect(errors).toBeLessThan(200);
  });

  it('gives up a request that hangs, and says so', async () => {
    server.hold = () => new Promise(() => {});
    const g = await start({ probes: [probe('/a')], clients: 2, requestTimeoutMs: 400 });
    const result = await g.segment({ ms: 300, warmupMs: 0 });
    expect(result.endpoints['/a']!.errors).toBe(result.endpoints['/a']!.count);
    expect(result.endpoints['/a']!.count).toBeGreaterThan(0);
    expect(result.firstError).toContain('0.4 s');
  });

  it('refuses an origin that is not allowed', async () => {
    await expect(
      start({ probes: [probe('/a')], allowedOrigins: ['http://127.0.0.1:1'] }),
    ).rejects.toMatchObject({
      code: 'bad-input',
    });
  });
});

describe('the process', () => {
  it('is given up with a clear error when it dies in a segment', async () => {
    const g = await start({ probes: [probe('/a')] });
    const failed = expect(g.segment({ ms: 5_000, warmupMs: 0 })).rejects.toMatchObject({ code: 'internal' });
    setTimeout(() => process.kill(g.pid, 'SIGKILL'), 200);
    await failed;
    await expect(g.segment({ ms: 10, warmupMs: 0 })).rejects.toMatchObject({ code: 'internal' });
  });

  it('ends at stop, also in the middle of a segment', async () => {
    const g = await start({ probes: [probe('/a')] });
    const cancelled = expect(g.segment({ ms: 60_000, warmupMs: 0 })).rejects.toMatchObject({
      code: 'cancelled',
    });
    await g.stop();
    await cancelled;
    expect(alive(g.pid)).toBe(false);
    await g.stop();
  });
});

describe('SQL load', () => {
  let cluster: TestCluster;
  let admin: pg.Client;
  beforeAll(async () => {
    cluster = await startTestPostgres();
    admin = new pg.Client({ connectionString: cluster.url() });
    await admin.connect();
    await admin.query('create extension pg_stat_statements');
    await admin.query('create table item (id int primary key, name text, n int not null default 0)');
    await admin.query("insert into item select i, 'item ' || i from generate_series(1, 1000) i");
  });
  afterAll(async () => {
    await admin.end();
    await cluster.stop();
  });

  const sql = (text: string, rows: (string | null)[][], more: Partial<SqlProbe> = {}): SqlProbe => ({
    kind: 'sql',
    name: text.slice(0, 20),
    weight: 1,
    target: 'db',
    sql: text,
    rows,
    mode: 'read',
    ...more,
  });
  const startSql = (probes: SqlProbe[], clients = 3) =>
    start({ probes, clients, connections: { db: { kind: 'postgres', url: cluster.url() } } });

  it('sends the other statement of a probe while the changes of the trial are applied', async () => {
    const g = await startSql([
      sql('select 1 / $1::int', [['0']], { name: 'p', instead: 'select 1 + $1::int' }),
    ]);
    const failing = async (changed?: boolean) => {
      const options = { ms: 80, warmupMs: 0, ...(changed === undefined ? {} : { changed }) };
      const { errors, count } = (await g.segment(options)).endpoints.p!;
      expect(count).toBeGreaterThan(0);
      return errors / count;
    };
    expect([await failing(), await failing(true), await failing(false)]).toEqual([1, 0, 1]);
  });

  it('runs each statement with its rows, as often as the server says', async () => {
    await admin.query('select pg_stat_statements_reset()');
    const g = await startSql([
      sql('select * from item where id = $1', [['1'], ['2'], [null]], { name: 'by id' }),
    ]);
    const result = await g.segment({ ms: 400, warmupMs: 0 });
    const { rows } = await admin.query<{ calls: string; rows: string }>(
      "select sum(calls) as calls, sum(rows) as rows from pg_stat_statements where query like 'select * from item where id%'",
    );
    const { count, errors } = result.endpoints['by id']!;
    expect(errors).toBe(0);
    expect(count).toBeGreaterThan(50);
    expect(Number(rows[0]!.calls) - count).toBeGreaterThanOrEqual(0);
    expect(Number(rows[0]!.calls) - count).toBeLessThanOrEqual(3);
    // Two of three rows find an item.
    expect(Number(rows[0]!.rows) / Number(rows[0]!.calls)).toBeCloseTo(2 / 3, 1);
  });

  it('reads are read-only and writes leave nothing behind', async () => {
    const update = 'update item set n = n + 1 where id = $1';
    const g = await startSql([
      sql(update, [['1'], ['2']], { name: 'sneaky' }),
      sql(`${update} returning n`, [['1'], ['2']], { name: 'probed', mode: 'rollback' }),
    ]);
    const result = await g.segment({ ms: 400, warmupMs: 0 });
    expect(result.endpoints.sneaky!.errors).toBe(result.endpoints.sneaky!.count);
    expect(result.firstError).toContain('read-only');
    expect(result.endpoints.probed!.errors).toBe(0);
    expect(result.endpoints.probed!.count).toBeGreaterThan(10);
    const { rows } = await admin.query('select max(n) as n from item');
    expect(rows[0].n).toBe(0);
  });

  it('takes one statement only', async () => {
    const g = await startSql([sql('select 1; select 2', [[]], { name: 'two' })]);
    const result = await g.segment({ ms: 100, warmupMs: 0 });
    expect(result.endpoints.two!.errors).toBe(result.endpoints.two!.count);
  });

  it('holds no transaction open between segments, so that an index can be built', async () => {
    const g = await startSql([
      sql('select * from item where name = $1', [['item 5']], { name: 'by name' }),
      sql('update item set n = 1 where id = $1', [['3']], { name: 'write', mode: 'rollback' }),
    ]);
    await g.segment({ ms: 200, warmupMs: 0 });
    const { rows } = await admin.query(
      "select distinct state from pg_stat_activity where application_name = 'ratchet-probe'",
    );
    expect(rows).toEqual([{ state: 'idle' }]);
    await admin.query("set statement_timeout = '5s'");
    await admin.query('create index concurrently item_name on item (name)');
    await g.segment({ ms: 200, warmupMs: 0 });
    const scans = async () => {
      const r = await admin.query(
        "select idx_scan from pg_stat_user_indexes where indexrelname = 'item_name'",
      );
      return Number(r.rows[0].idx_scan);
    };
    // A backend reports its statistics at its end at the latest.
    await g.stop();
    await expect.poll(scans, { timeout: 5_000 }).toBeGreaterThan(0);
  });

  it('counts errors while its connections are cut, connects again, and goes on', async () => {
    const g = await startSql([sql('select pg_sleep(0.002)', [[]], { name: 'nap' })]);
    const measuring = g.segment({ ms: 1_500, warmupMs: 0 });
    const cut = async () => {
      const { rows } = await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'ratchet-probe' and state = 'active'`,
      );
      return rows.length;
    };
    // Cut in the middle of a query, not before the first one.
    await expect.poll(cut, { timeout: 1_400, interval: 5 }).toBeGreaterThan(0);
    const result = await measuring;
    const { count, errors } = result.endpoints.nap!;
    expect(errors).toBeGreaterThanOrEqual(1);
    expect(errors).toBeLessThanOrEqual(6);
    // It goes on after the cut: far more answers than errors, however busy the machine is.
    expect(count).toBeGreaterThan(10 * errors);
  });

  it('says so when the database cannot be reached', async () => {
    const connections = { db: { kind: 'postgres' as const, url: 'postgres://x:y@127.0.0.1:1/z' } };
    await expect(start({ probes: [sql('select 1', [[]])], connections })).rejects.toMatchObject({
      code: 'unreachable',
    });
  });

  it('ends with its parent', async () => {
    const script = `import('./lib/load/generator.ts').then(async ({ startGenerator }) => {
      const g = await startGenerator({ workload: { clients: 2, seed: 1, probes: [{ kind: 'sql', name: 's', weight: 1,
        target: 'db', sql: 'select 1', rows: [[]], mode: 'read' }] },
        connections: { db: { kind: 'postgres', url: process.env.TEST_URL } }, allowedOrigins: [] });
      process.send(g.pid);
      await g.segment({ ms: 60000, warmupMs: 0 });
    });`;
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      env: { ...process.env, TEST_URL: cluster.url() },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const pid = await new Promise<number>((resolve, reject) => {
      parent.once('message', (m) => resolve(m as number));
      parent.once('exit', () => reject(new Error('the parent ended early')));
    });
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => alive(pid), { timeout: 5_000 }).toBe(false);
  });
});
