import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { PgTable } from '@/lib/contracts/postgres-snapshot';
import { openHttp } from '@/lib/observe/collectors/http/collector';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import { startTestPostgres } from '@/test/postgres';
import { pgSnapshot, pgTable } from '@/test/postgres-facts';
import { type DiagnoseTarget, diagnose } from '../../run';

/** How the service under test behaves; each test spoils one thing and mends it. */
const good = {
  latencyMs: 5,
  failures: 0,
  close: false,
  gzip: true,
  cacheControl: 'max-age=60' as string | null,
  knobs: [{ name: 'pooling', type: 'boolean', value: true }] as unknown[],
};
let now = { ...good };
let server: http.Server;
let baseUrl = '';
const body = JSON.stringify(Array.from({ length: 200 }, (_, id) => ({ id, title: 'a row' })));
const requests = 200;

/** A histogram as if `requests` had been served with the present latency and failures. */
function metricsPage(): string {
  const lines = ['# TYPE http_request_duration_seconds histogram'];
  for (const [status, n] of [
    [200, requests - now.failures],
    [500, now.failures],
  ] as const)
    for (const le of [0.01, 0.1, 0.2, 0.5, 1, '+Inf'])
      lines.push(
        `http_request_duration_seconds_bucket{method="GET",route="/items",status="${status}",le="${le}"} ${typeof le === 'string' || le * 1000 >= now.latencyMs ? n : 0}`,
      );
  return lines.join('\n');
}

beforeAll(async () => {
  server = http.createServer((request, response) => {
    if (request.url === '/metrics') return void response.end(metricsPage());
    if (request.url?.startsWith('/.well-known'))
      return void response.end(JSON.stringify({ knobs: now.knobs }));
    response.setHeader('content-type', 'application/json');
    if (now.close) response.setHeader('connection', 'close');
    if (now.cacheControl !== null) response.setHeader('cache-control', now.cacheControl);
    const compress = now.gzip && String(request.headers['accept-encoding']).includes('gzip');
    if (compress) response.setHeader('content-encoding', 'gzip');
    // Padded, so that the compressed answer too is longer than the threshold.
    response.end(compress ? gzipSync(body, { level: 0 }) : body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  now = { ...good };
});

async function diagnosis(token = 'token', others: DiagnoseTarget[] = []) {
  const collector = await openHttp(
    { kind: 'http', baseUrl, headers: {}, ...(token ? { knobsToken: token } : {}) },
    { metricsPath: '/metrics', probePath: '/items' },
  );
  try {
    const snapshot = await collector.snapshot(new AbortController().signal);
    // The service first: what is judged does not hang on the order.
    return await diagnose({ targets: [{ name: 'api', kind: 'http', snapshot }, ...others] });
  } finally {
    await collector.close();
  }
}
const found = async () => (await diagnosis()).findings.map((f) => `${f.id} ${f.subject}`);

it('finds nothing in a service that is well', async () => {
  expect(await diagnosis()).toEqual({ findings: [], cannotCheck: [] });
});

it.each([
  ['http/slow-endpoint GET /items', { latencyMs: 400 }],
  ['http/error-rate GET /items', { failures: 4 }],
  ['http/no-keepalive GET /items', { close: true }],
  ['http/no-compression GET /items', { gzip: false }],
  ['http/no-cache-headers GET /items', { cacheControl: null }],
  ['http/connection-per-request pooling', { knobs: [{ name: 'pooling', type: 'boolean', value: false }] }],
])('%s', async (finding, fault) => {
  now = { ...good, ...fault };
  expect(await found()).toEqual([finding]);
  now = { ...good };
  expect(await found()).toEqual([]);
});

it('keeps quiet at the thresholds', async () => {
  now = { ...good, latencyMs: 200, failures: 1 };
  expect(await found()).toEqual([]);
});

it('proposes the cache for a slow endpoint only where the service offers one that is off', async () => {
  const cache = (value: boolean) => [...good.knobs, { name: 'cache', type: 'boolean', value }];
  now = { ...good, latencyMs: 400, knobs: cache(false) };
  expect((await diagnosis()).findings[0]).toMatchObject({
    optimizations: ['service/set-knobs'],
    facts: { values: { cache: true }, endpoints: ['GET /items'] },
  });
  now = { ...now, knobs: cache(true) };
  expect((await diagnosis()).findings[0]?.optimizations).toEqual([]);
});

it('says what it cannot check, and how to enable it', async () => {
  const { cannotCheck } = await diagnosis('');
  expect(cannotCheck).toEqual([
    expect.objectContaining({
      id: 'http/connection-per-request',
      reason: 'No knobs token is given for this service.',
    }),
  ]);
});

it('proposes to read a materialized view only once it is there, and for the routes that it concerns', async () => {
  const knob = { name: 'totals', type: 'boolean', view: 'public.totals' };
  const routes = ['GET /items'];
  const view = pgTable('totals', ['id'], { kind: 'm' });
  const asked = async (tables: PgTable[]) =>
    (await diagnosis('token', [{ name: 'db', kind: 'postgres', snapshot: pgSnapshot({ tables }) }])).findings
      .filter((f) => f.target === 'api')
      .map((f) => [f.id, f.facts]);
  now = { ...good, knobs: [...good.knobs, { ...knob, value: false, routes }] };
  expect(await asked([])).toEqual([]);
  expect(await asked([pgTable('totals', ['id'])])).toEqual([]);
  expect(await asked([view])).toEqual([
    ['http/view-not-read', { values: { totals: true }, endpoints: routes }],
  ]);
  // The metrics page is not among the routes that are counted.
  now = { ...good, knobs: [...good.knobs, { ...knob, value: false, routes: ['GET /metrics'] }] };
  expect((await asked([view]))[0]?.[1]).toMatchObject({ endpoints: ['GET /metrics'] });
  now = { ...good, knobs: [...good.knobs, { ...knob, value: false }] };
  expect((await asked([view]))[0]?.[1]).toMatchObject({ endpoints: routes });
  now = { ...good, knobs: [...good.knobs, { ...knob, value: true, routes }] };
  expect(await asked([view])).toEqual([]);
});

it('offers the cache only for routes that it serves', async () => {
  const cache = (routes: string[]) => [
    ...good.knobs,
    { name: 'cache', type: 'boolean', value: false, routes },
  ];
  now = { ...good, latencyMs: 400, knobs: cache(['GET /other']) };
  expect((await diagnosis()).findings[0]?.optimizations).toEqual([]);
  now = { ...now, knobs: cache(['GET /items']) };
  expect((await diagnosis()).findings[0]?.optimizations).toEqual(['service/set-knobs']);
});

it('weighs what planning costs, by the plans that the database makes now, against carrying out', async () => {
  const database = await startTestPostgres();
  const client = new pg.Client({ connectionString: database.url() });
  await client.connect();
  try {
    await client.query(
      'create table t (id int primary key); create extension if not exists pg_stat_statements',
    );
    const switches = (pooling: boolean, prepared: boolean) =>
      Object.entries({ pooling, prepared_statements: prepared }).map(([name, value]) => ({
        name,
        type: 'boolean',
        value,
      }));
    const asked = async (o: { calls: number; meanMs: number; pooling?: boolean; prepared?: boolean }) => {
      now = { ...good, knobs: switches(o.pooling ?? true, o.prepared ?? false) };
      await client.query('select pg_stat_statements_reset()');
      await client.query('select * from t where id = $1', [1]);
      const snapshot = await readPostgresSnapshot(client);
      // Its own time to carry out is left to no chance: what is planned and how often, the database says.
      const asked = snapshot.statements?.filter((s) => s.query.startsWith('select * from t ')) ?? [];
      expect(asked).toHaveLength(1);
      const statements = asked.map((s) => ({
        ...s,
        calls: o.calls,
        meanMs: o.meanMs,
        totalMs: o.calls * o.meanMs,
      }));
      const { findings, cannotCheck } = await diagnosis('token', [
        {
          name: 'db',
          kind: 'postgres',
          snapshot: { ...snapshot, statements },
          withConnection: (fn) => fn(client),
        },
      ]);
      expect(cannotCheck.filter((c) => c.id === 'http/statements-planned-anew')).toEqual([]);
      return findings.filter((f) => f.id === 'http/statements-planned-anew').map((f) => f.facts);
    };
    const quick = { calls: 100, meanMs: 1e-6 };
    expect(await asked(quick)).toEqual([
      { values: { prepared_statements: true }, endpoints: ['GET /items'] },
    ]);
    expect(await asked({ ...quick, calls: 99 })).toEqual([]);
    expect(await asked({ calls: 100, meanMs: 1e6 })).toEqual([]);
    expect(await asked({ ...quick, pooling: false })).toEqual([]);
    expect(await asked({ ...quick, prepared: true })).toEqual([]);
  } finally {
    await client.end();
    await database.stop();
  }
  const { cannotCheck } = await diagnosis();
  expect(cannotCheck).toEqual([]);
  now = { ...good, knobs: [{ name: 'prepared_statements', type: 'boolean', value: false }] };
  expect((await diagnosis()).cannotCheck.map((c) => c.id)).toEqual(['http/statements-planned-anew']);
});
