import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { diagnoseStack } from '@/lib/diagnose/record';
import { muteFinding } from '@/lib/diagnose/verbs';
import { observeOnce } from '@/lib/observe/observe-once';
import { writeSamples } from '@/lib/observe/series/write';
import { actor, connected } from '@/lib/optimize/testing/fixture';
import type { Store } from '@/lib/store/client';
import { addTarget } from '@/lib/targets/registry';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestStore } from '@/test/store';
import { markRecommendation, recommendationsOf } from './verbs';

let store: Store;
let stop: () => Promise<void>;
let cluster: TestCluster;
let server: http.Server;
let kept = false;
const ids = { api: 0, db: 0 };
const key = 'cache-headers:api:GET /items';

beforeAll(async () => {
  [{ store, stop }, cluster] = await Promise.all([startTestStore(), startTestPostgres()]);
  server = http.createServer((_, response) => {
    response.setHeader('content-type', 'application/octet-stream');
    if (kept) response.setHeader('cache-control', 'max-age=60');
    response.end('x'.repeat(5_000));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  ids.api = await addTarget(store, actor, {
    stack: 'shop',
    name: 'api',
    connection: { kind: 'http', baseUrl: `http://127.0.0.1:${port}`, headers: {} },
    options: { probePath: '/items' },
  });
  ids.db = await addTarget(store, actor, {
    stack: 'shop',
    name: 'db',
    connection: { kind: 'postgres', url: cluster.url() },
  });
  await look();
});

afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  await cluster?.stop();
  await stop?.();
});

async function look(): Promise<void> {
  await observeOnce(store, ids.api);
  await observeOnce(store, ids.db);
  await diagnoseStack(store, 'shop');
}

const one = async () => (await recommendationsOf(store, 'shop')).items.find((i) => i.key === key);

it('recommends, is marked, and is done only once the evidence was looked for and is gone', async () => {
  expect(await one()).toMatchObject({
    ...{ horizon: 'now', state: 'open', check: 'there' },
    evidence: expect.arrayContaining([
      { from: 'finding', id: 'http/no-cache-headers', label: 'body', value: 5_000, unit: 'bytes' },
    ]),
  });
  await markRecommendation(store, actor, { stack: 'shop', key, state: 'done', note: 'in the proxy' });
  expect(await one()).toMatchObject({ state: 'done', by: 'Test', note: 'in the proxy', check: 'there' });
  kept = true;
  await look();
  const done = await one();
  expect(done).toMatchObject({ state: 'done', check: 'gone' });
  expect(done?.checked).toMatch(/^checked: the evidence is gone/);
  // Marked anew, nothing was measured since.
  await markRecommendation(store, actor, { stack: 'shop', key, state: 'done' });
  expect(await one()).toMatchObject({
    check: 'not-checked',
    checked: expect.stringContaining('not checked'),
  });
  await markRecommendation(store, actor, { stack: 'shop', key, state: 'open' });
  expect(await one()).toBeUndefined();
  const entries = await store.db.auditEntry.findMany({
    where: { action: { startsWith: 'recommendation.' } },
  });
  expect(entries.map((e) => e.action)).toEqual([
    ...['recommendation.done', 'recommendation.done', 'recommendation.open'],
  ]);
});

it('refuses to mark what is not recommended', async () => {
  await expect(
    markRecommendation(store, actor, { stack: 'shop', key: 'tls:nobody:connection', state: 'planned' }),
  ).rejects.toMatchObject({ code: 'not-found' });
});

it('does not take a muted finding for one that is gone', async () => {
  kept = false;
  await look();
  await markRecommendation(store, actor, { stack: 'shop', key, state: 'planned' });
  const finding = await store.db.finding.findFirstOrThrow({ where: { rule: 'http/no-cache-headers' } });
  await muteFinding(store, actor, finding.id, { why: 'test' });
  expect(await one()).toMatchObject({ state: 'planned', check: 'not-checked' });
});

it('sees a statement that is called again and again for each request, by the rates of the last hour', async () => {
  const at = new Date();
  const ask = async () =>
    (await recommendationsOf(store, 'shop')).items
      .filter((i) => i.rule === 'batching')
      .map((i) => i.evidence[0]);
  const client = await connected(cluster.url());
  try {
    await client.query('create extension pg_stat_statements');
    await client.query('create table item as select id, id * 2 as v from generate_series(1, 100) id');
    for (let id = 1; id <= 12; id++) await client.query('select v from item where id = $1', [id]);
  } finally {
    await client.end();
  }
  const { statements } = PostgresSnapshot.parse(await observeOnce(store, ids.db));
  const select = statements?.find((s) => s.query.startsWith('select v from item'));
  if (!select) throw new Error('the statement is not counted');
  expect(await ask()).toEqual([]);
  await writeSamples(store, ids.api, [{ metric: 'http.requests', at, value: 2 }]);
  await writeSamples(store, ids.db, [
    { metric: 'pg.statement_calls', label: select.queryId, at, value: 24 },
    { metric: 'pg.database_time', at, value: 0.1 },
  ]);
  expect(await ask()).toMatchObject([{ label: 'calls for each request', value: 12 }]);
});
