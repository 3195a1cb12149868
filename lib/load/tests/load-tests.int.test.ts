import fs from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '@/lib/contracts/auth';
import type { CreateLoadTestInput } from '@/lib/contracts/load-api';
import { jobDefinitions } from '@/lib/jobs/handlers';
import { jobView } from '@/lib/jobs/queue';
import { type JobRunner, startJobRunner } from '@/lib/jobs/runner';
import { writeSamples } from '@/lib/observe/series/write';
import type { Store } from '@/lib/store/client';
import { addTarget } from '@/lib/targets/registry';
import { selfSigned } from '@/test/certificate';
import { startTestStore } from '@/test/store';
import { profileOf } from '../profiles';
import { summaryOf } from '../summary';
import { loadRecord, secondsOf } from './rows';
import { settleLoadTests } from './settle';
import { startLoadTest } from './start';
import { stopLoadTest } from './stop';
import { listLoadTests, loadTestDetail, loadTestView } from './views';

const admin: Actor = { userId: null, name: 'ada', role: 'admin', via: 'cli' };
const operator: Actor = { ...admin, name: 'otto', role: 'operator' };
let test: Awaited<ReturnType<typeof startTestStore>>;
let store: Store;
let runner: JobRunner | null = null;
let server: http.Server;
let targetId: number;
const seen = new Set<string>();

beforeAll(async () => {
  test = await startTestStore();
  store = test.store;
  server = http.createServer((req, res) => {
    seen.add(`${req.url} ${req.headers.authorization} ${req.headers['x-api-key']}`);
    setTimeout(() => res.end('fine'), 2);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  targetId = await addTarget(store, admin, {
    stack: 'shop',
    name: 'api',
    connection: { kind: 'http', baseUrl, headers: { authorization: 'Bearer of-the-target' } },
    options: {
      mix: {
        requests: [{ name: 'GET /u', method: 'GET', path: '/u/{id}', headers: {}, weight: 1 }],
        parameters: { id: { values: ['1', '2'] } },
      },
    },
  });
});
afterAll(async () => {
  await runner?.stop();
  server?.closeAllConnections();
  server?.close();
  await test?.stop();
});

const short = (more: Partial<CreateLoadTestInput> = {}): CreateLoadTestInput => ({
  stack: 'shop',
  target: 'api',
  profile: profileOf('rate', { rate: 50, seconds: 2 }),
  ...more,
});

async function ended(id: number) {
  for (;;) {
    const view = await loadTestView(store, id);
    if (view.state !== 'queued' && view.state !== 'running') return view;
    await sleep(100);
  }
}

it('refuses what a role may not, what is no HTTP target, and another machine without confirmation', async () => {
  const start = (more: Partial<CreateLoadTestInput>, actor = operator) =>
    startLoadTest(store, actor, short(more));
  await expect(start({ profile: profileOf('rate', { rate: 5_001 }) })).rejects.toThrow(
    'at most 5000 requests/s',
  );
  await expect(start({ profile: profileOf('ramp', { users: 1_001 }) })).rejects.toThrow('at most 1000 users');
  await expect(start({ profile: profileOf('endurance', { seconds: 3_601 }) })).rejects.toThrow(
    'at most 3600 s',
  );
  await expect(start({ profile: profileOf('stress') })).rejects.toThrow('at most 1000 users');
  await expect(start({ target: 'none' })).rejects.toThrow('no target named');
  const sql = {
    requests: [{ name: 'a', path: '/{x}' }],
    parameters: { x: { target: 'db', sql: 'select 1' } },
  };
  await expect(start({ workload: { from: 'mix', mix: sql } })).rejects.toThrow('Only an admin');
  await addTarget(store, admin, {
    stack: 'shop',
    name: 'far',
    connection: { kind: 'http', baseUrl: 'http://192.0.2.1', headers: {} },
  });
  const probes = [{ name: 'a', path: '/' }];
  await expect(start({ target: 'far', workload: { from: 'probes', probes } })).rejects.toThrow(
    'not on this machine',
  );
  expect(await listLoadTests(store)).toEqual([]);
});

it('runs, keeps every second, and shows no secret', async () => {
  runner = await startJobRunner(store, jobDefinitions);
  const profile = {
    ...profileOf('rate', { rate: 50, seconds: 2 }),
    thresholds: [
      { metric: 'p95' as const, limit: 10_000, holdMs: 1_000, stop: false },
      { metric: 'throughput' as const, limit: 1_000_000, holdMs: 1_000, stop: false },
    ],
  };
  const probes = [
    { name: 'POST /x', method: 'POST' as const, path: '/x', headers: { 'X-API-Key': 'sesame' } },
  ];
  const { loadTestId, jobId } = await startLoadTest(
    store,
    operator,
    short({ profile, workload: { from: 'probes', probes } }),
  );
  while ((await loadTestView(store, loadTestId)).secondsDone < 1) await sleep(50);
  const at = new Date();
  await writeSamples(store, targetId, [
    { metric: 'pg.connections', at, value: 7 },
    { metric: 'docker.throttled', label: 'web', at, value: 0.4 },
  ]);
  const view = await ended(loadTestId);
  expect(view).toMatchObject({
    state: 'done',
    outcome: 'completed',
    thresholdsPassed: false,
    secondsPlanned: 2,
  });
  expect(view.total?.count).toBe(100);
  expect(seen).toContain('/x Bearer of-the-target sesame');
  const record = await loadRecord(store, loadTestId);
  const detail = await loadTestDetail(store, loadTestId);
  expect(detail.summary).toEqual(JSON.parse(JSON.stringify(summaryOf(record))));
  expect(detail.summary?.thresholds.map((t) => t.passed)).toEqual([true, false]);
  expect(detail.ticks.reduce((n, t) => n + t.total.count, 0)).toBe(100);
  expect(detail.ticks.slice(0, 2).map((t) => t.offered)).toEqual([50, 50]);
  const { rows } = await store.pool.query('select to_jsonb(load_test) as row from load_test');
  const { rows: jobs } = await store.pool.query('select to_jsonb(job) as row from job');
  expect(JSON.stringify([rows, jobs, record, detail])).not.toMatch(/sesame|of-the-target/);
  expect((await jobView(store, jobId)).state).toBe('succeeded');
  const audits = await store.db.auditEntry.findMany({ where: { action: { startsWith: 'load-test' } } });
  expect(audits.map((a) => a.action)).toEqual(['load-test.start']);
  expect((await listLoadTests(store, { workload: view.workloadHash ?? '' })).map((t) => t.id)).toEqual([
    loadTestId,
  ]);
  expect(detail.resources.map((r) => [r.metric, r.label, r.v]).sort()).toEqual([
    ['docker.throttled', 'web', 0.4],
    ['pg.connections', '', 7],
  ]);
});

it('states that a certificate was not checked', async () => {
  const dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-load-tests-'));
  const { key, cert } = await selfSigned(dir);
  const options = { key: await fs.readFile(key), cert: await fs.readFile(cert) };
  const secure = https.createServer(options, (_, res) => res.end('fine'));
  secure.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  try {
    const baseUrl = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
    const connection = { kind: 'http' as const, baseUrl, headers: {} };
    const tls = { certificate: 'unchecked' as const };
    await addTarget(store, admin, { stack: 'shop', name: 'open', connection: { ...connection, tls } });
    await addTarget(store, admin, { stack: 'shop', name: 'closed', connection });
    const profile = profileOf('rate', { rate: 20, seconds: 1 });
    const workload = { from: 'probes' as const, probes: [{ name: 'a', path: '/' }] };
    const started = await Promise.all(
      ['open', 'closed'].map((target) =>
        startLoadTest(store, operator, { stack: 'shop', target, profile, workload }),
      ),
    );
    // For one run an admin may accept what the target does not; whoever answers gets the target's headers.
    const named = { ...connection, baseUrl: baseUrl.replace('127.0.0.1', 'localhost') };
    await addTarget(store, admin, { stack: 'shop', name: 'named', connection: named });
    const own = { stack: 'shop', target: 'named', profile, workload };
    const pem = await fs.readFile(cert, 'utf8');
    const given = { ...own, tls: { certificate: 'authority' as const, pem } };
    await expect(startLoadTest(store, operator, given)).rejects.toMatchObject({ code: 'not-allowed' });
    const broken = { ...own, tls: { ...given.tls, pem: pem.slice(0, 200) } };
    await expect(startLoadTest(store, admin, broken)).rejects.toMatchObject({ code: 'bad-input' });
    started.push(await startLoadTest(store, admin, given));
    const [open, closed, accepted] = await Promise.all(
      started.map(async ({ loadTestId }) => {
        await ended(loadTestId);
        return loadTestDetail(store, loadTestId);
      }),
    );
    expect(open).toMatchObject({
      certificate: 'unchecked',
      firstError: null,
      total: { count: 20, errors: 0 },
    });
    expect(closed).toMatchObject({
      certificate: 'system',
      firstError: expect.stringMatching(/certificate of the server is not accepted/),
      total: { count: 20, errors: 20 },
    });
    expect(accepted).toMatchObject({ certificate: 'authority', total: { count: 20, errors: 0 } });
    const ran = await store.db.auditEntry.findMany({
      where: { action: 'load-test.start', detail: { contains: 'authority of this run trusted' } },
    });
    expect(ran.map((a) => a.actor)).toEqual(['ada (cli)']);
    const audits = await store.db.auditEntry.findMany({
      where: { action: 'target.add', subject: 'shop/open' },
    });
    expect(audits.map((a) => a.detail)).toEqual([expect.stringMatching(/certificate not checked$/)]);
  } finally {
    secure.closeAllConnections();
    secure.close();
    await fs.rm(dir, { recursive: true, force: true });
  }
});

it('stops cleanly and keeps what was measured; one that waits never begins', async () => {
  const long = short({ profile: profileOf('endurance', { users: 4, seconds: 60 }) });
  const { loadTestId } = await startLoadTest(store, operator, long);
  const next = await startLoadTest(store, operator, long);
  while ((await loadTestView(store, loadTestId)).secondsDone < 1) await sleep(100);
  await expect(loadRecord(store, loadTestId)).rejects.toThrow('is running');
  await stopLoadTest(store, operator, next.loadTestId);
  await stopLoadTest(store, operator, loadTestId);
  const view = await ended(loadTestId);
  expect(view).toMatchObject({ state: 'done', outcome: 'stopped', kind: 'endurance' });
  expect(view.total?.count).toBeGreaterThan(0);
  expect((await loadRecord(store, loadTestId)).seconds.length).toBe(view.secondsDone);
  expect(await loadTestView(store, next.loadTestId)).toMatchObject({
    state: 'cancelled',
    outcome: 'stopped',
  });
  await expect(stopLoadTest(store, operator, loadTestId)).rejects.toThrow('ended already');
});

it('marks a run whose worker stopped or died as interrupted, with what was measured', async () => {
  const long = short({ profile: profileOf('endurance', { users: 4, seconds: 60 }) });
  const { loadTestId } = await startLoadTest(store, operator, long);
  while ((await loadTestView(store, loadTestId)).secondsDone < 1) await sleep(100);
  await runner?.stop();
  runner = null;
  const view = await loadTestView(store, loadTestId);
  expect(view).toMatchObject({ state: 'interrupted', outcome: 'interrupted' });
  expect(view.total?.count).toBeGreaterThan(0);
  // As a killed worker leaves it: the row still runs, the job does not.
  await store.db
    .$executeRaw`update load_test set state = 'running', outcome = null, summary = null where id = ${loadTestId}`;
  expect(await settleLoadTests(store)).toEqual([{ loadTestId, what: expect.stringContaining('are kept') }]);
  const settled = await loadTestView(store, loadTestId);
  expect(settled).toMatchObject({ state: 'interrupted', outcome: 'interrupted' });
  const kept = (await secondsOf(store, loadTestId)).flatMap((s) =>
    Object.values(s.endpoints).map((e) => e.count),
  );
  expect(settled.total?.count).toBe(kept.reduce((a, b) => a + b, 0));
});

it('says why one could not begin', async () => {
  const refused = await addTarget(store, admin, {
    stack: 'shop',
    name: 'gone',
    connection: { kind: 'http', baseUrl: 'http://127.0.0.1:1', headers: {} },
  });
  expect(refused).toBeGreaterThan(0);
  const probes = [{ name: 'a', path: '/' }];
  const input = short({ target: 'gone', workload: { from: 'probes', probes } });
  const { loadTestId, jobId } = await startLoadTest(store, operator, input);
  runner = await startJobRunner(store, jobDefinitions);
  expect(await ended(loadTestId)).toMatchObject({
    state: 'failed',
    total: null,
    reason: expect.stringContaining('takes no connection'),
  });
  while ((await jobView(store, jobId)).state === 'running') await sleep(50);
  expect((await jobView(store, jobId)).state).toBe('failed');
});
