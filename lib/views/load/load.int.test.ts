import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '@/lib/contracts/auth';
import { LoadAnalysis, LoadComparisons, LoadGlance } from '@/lib/contracts/load-analysis';
import { LoadTestDetail } from '@/lib/contracts/load-api';
import type { LoadRecord } from '@/lib/contracts/load-record';
import { LoadSource } from '@/lib/contracts/load-source';
import { summaryOf } from '@/lib/load/summary';
import { makeRecord } from '@/lib/load/testing/record';
import { json } from '@/lib/load/tests/rows';
import { tickOf } from '@/lib/load/tests/tick';
import { loadTestDetail } from '@/lib/load/tests/views';
import type { Store } from '@/lib/store/client';
import { addTarget } from '@/lib/targets/registry';
import { startTestStore } from '@/test/store';
import { compareLoadTests, exportLoadTest, importLoadTest, loadAnalysis, loadGlances } from './results';
import { discoveredSource, sourceOfFile } from './sources';

const admin: Actor = { userId: null, name: 'ada', role: 'admin', via: 'cli' };
let store: Store;
let stop: () => Promise<void>;
let server: http.Server;
const openApi = {
  openapi: '3.0.3',
  paths: {
    '/models': { get: {} },
    '/models/{id}': { get: { parameters: [{ name: 'id', in: 'path', required: true }] } },
  },
};

beforeAll(async () => {
  ({ store, stop } = await startTestStore());
  server = http.createServer((req, res) => {
    res.writeHead(req.url === '/api/openapi.json' ? 200 : 404, { 'content-type': 'application/json' });
    res.end(JSON.stringify({ ...openApi, servers: [{ url: '/api' }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connection = (baseUrl: string) => ({ kind: 'http' as const, baseUrl, headers: {} });
  await addTarget(store, admin, {
    stack: 'shop',
    name: 'api',
    connection: connection(`${origin}/api`),
    options: {},
  });
  const request = {
    name: 'GET /x',
    method: 'GET' as const,
    path: '/x',
    headers: { 'X-Api-Key': 'k3y', accept: 'a' },
    weight: 1,
  };
  await addTarget(store, admin, {
    stack: 'shop',
    name: 'mixed',
    connection: connection(origin),
    options: { mix: { requests: [request], parameters: {} } },
  });
  await addTarget(store, admin, {
    stack: 'shop',
    name: 'bare',
    connection: connection(`${origin}/none`),
    options: {},
  });
});
afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  await stop?.();
});

async function keep(record: LoadRecord): Promise<number> {
  const stack = await store.db.stack.findUniqueOrThrow({ where: { name: 'shop' } });
  const { seconds, ...head } = record;
  const row = await store.db.loadTest.create({
    data: {
      stackId: stack.id,
      target: 'api',
      title: record.title,
      state: 'done',
      outcome: record.outcome,
      plan: json(record.plan),
      workloadHash: record.workloadHash,
      head: json(head),
      summary: json(summaryOf(record)),
      seconds: { create: seconds.map((s) => ({ t: s.t, second: json(s), tick: json(tickOf(s)) })) },
    },
  });
  return row.id;
}
const steady = (ms: number) =>
  makeRecord(
    Array.from({ length: 40 }, (_, i) => ({
      latencies: { 'GET /a': new Array<number>(40).fill(ms + (i % 3)) },
    })),
  );

it('finds the endpoints of a target in its mix, else its OpenAPI document, and says what is missing', async () => {
  const mixed = LoadSource.parse(await discoveredSource(store, { stack: 'shop', target: 'mixed' }));
  expect(mixed.mix.requests).toMatchObject([{ path: '/x', headers: { accept: 'a' } }]);
  expect(JSON.stringify(mixed)).not.toContain('k3y');
  expect(mixed.notes.join()).toMatch(/x-api-key/);
  const api = await discoveredSource(store, { stack: 'shop', target: 'api' });
  expect(api.mix.requests.map((r) => r.path)).toEqual(['/models']);
  expect(api.leftOut.map((l) => l.what)).toEqual(['GET /models/{id}']);
  await expect(discoveredSource(store, { stack: 'shop', target: 'bare' })).rejects.toThrow(
    /No endpoint of bare is known/,
  );
});

it('reads a file for a target, its base path taken off, and scales its replay', async () => {
  const line = (s: number, p: string) =>
    `1.2.3.4 - - [23/Nov/2026:10:00:0${s} +0000] "GET ${p} HTTP/1.1" 200 1`;
  const log = [line(0, '/api/m/1'), line(1, '/api/m/2'), line(2, '/other')].join('\n');
  const query = { stack: 'shop', target: 'api', file: 'a.log' };
  const source = LoadSource.parse(await sourceOfFile(store, { ...query, factor: 3 }, log));
  expect(source.mix.requests.map((r) => r.path)).toEqual(['/m/{m_id}']);
  expect(source.replay?.arrivals).toHaveLength(6);
  expect(source.leftOut.map((l) => l.what)).toEqual(['GET /other']);
});

it('analyses, lists, compares and exports what is stored', async () => {
  const [a, b] = [await keep(steady(20)), await keep(steady(40))];
  const analysis = LoadAnalysis.parse(await loadAnalysis(store, a));
  expect(analysis.grade).toMatchObject({ letter: 'A+', requests: 1_600 });
  const glances = (await loadGlances(store, 'shop')).map((g) => LoadGlance.parse(g));
  expect(glances.map((g) => [g.id, g.letter, g.spark.length])).toEqual([
    [b, 'A+', 40],
    [a, 'A+', 40],
  ]);
  const compared = LoadComparisons.parse(await compareLoadTests(store, [a, b]));
  const p50 = compared.others[0]?.figures.find((f) => f.endpoint === '' && f.metric === 'p50');
  expect(compared.others[0]?.notComparable).toEqual([]);
  expect(p50?.ratio).toBeGreaterThan(1.8);
  expect(p50?.ratio).toBeLessThan(2.1);
  expect(p50?.first).toBe(summaryOf(steady(20)).total.p50);
  const bodies = await Promise.all(
    (['json', 'csv', 'hdr', 'k6'] as const).map((f) => exportLoadTest(store, a, f)),
  );
  expect(bodies.map((f) => f.extension)).toEqual(['json', 'csv', 'hlog', 'k6.js']);
  expect(bodies[1]?.body.split('\r\n')).toHaveLength(1 + 80 + 1);
  await expect(loadAnalysis(store, 999_999)).rejects.toThrow(/no load test 999999/);
});

it('keeps results of k6 as a run that pages can show, and refuses to compare what cannot be', async () => {
  const data = (file: string) => fs.readFileSync(path.join('lib/load/export/testdata', file), 'utf8');
  const lines = await importLoadTest(store, admin, { stack: 'shop', file: 'r.json' }, data('k6-lines.jsonl'));
  const detail = LoadTestDetail.parse(await loadTestDetail(store, lines.id));
  expect([detail.state, detail.title, detail.total?.count, detail.ticks.length]).toEqual([
    'done',
    'k6: r.json',
    8,
    3,
  ]);
  const summary = await importLoadTest(
    store,
    admin,
    { stack: 'shop', file: 's.json' },
    data('k6-summary-export.json'),
  );
  expect((await loadTestDetail(store, summary.id)).total).toMatchObject({
    count: 1_200,
    p95: 88.25,
    p99: null,
  });
  const a = await keep(steady(20));
  const { others } = await compareLoadTests(store, [a, lines.id, summary.id]);
  expect(others.map((o) => o.notComparable.length > 0)).toEqual([true, true]);
  await expect(exportLoadTest(store, lines.id, 'k6')).rejects.toThrow(/not known/);
  await expect(exportLoadTest(store, summary.id, 'hdr')).rejects.toThrow(/no single requests/);
  const audits = await store.db.auditEntry.findMany({ where: { action: 'load-test.import' } });
  expect(audits).toHaveLength(2);
});
