import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobContext } from '@/lib/contracts/job';
import type { SqlProbe, Workload } from '@/lib/contracts/workload';
import type { BuiltWorkload } from '@/lib/load/workload';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import { actor, connected, indexPlan, storedChange, until } from '@/lib/optimize/testing/fixture';
import type { Store } from '@/lib/store/client';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestStore } from '@/test/store';
import { keepChange, rollBackTrial } from './decide';
import { trialRecord } from './record';
import { runTrial } from './run';
import { settleTrials } from './settle';
import { createTrial } from './start';
import { forestRows, listTrials, trialDetail, trialSummaryOf } from './views';

// Before the imports: the configuration is read once, when the first module asks for it.
vi.hoisted(() => {
  process.env.RATCHET_SECRET_KEY = '5a'.repeat(32);
});

let test: { store: Store; url: string; stop(): Promise<void> };
let store: Store;
let target: TestCluster;
let db: pg.Client;
let api: http.Server;
const log: string[] = [];

beforeAll(async () => {
  [test, target] = await Promise.all([startTestStore(), startTestPostgres()]);
  store = test.store;
  db = await connected(target.url());
  await db.query(`create table orders as
    select i as id, (random() * 6000)::int as customer_id, i % 7 as flag from generate_series(1, 60000) i`);
  await db.query('alter table orders add primary key (id)');
  await db.query(
    'create table region as select i as id, md5(i::text) as name from generate_series(1, 3000) i',
  );
  await db.query('analyze');
  api = http.createServer((_req, res) => void res.end('ok'));
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await db?.end();
  api?.close();
  api?.closeAllConnections();
  await Promise.all([target?.stop(), test?.stop()]);
});
beforeEach(async () => {
  log.length = 0;
  await db.query('drop index if exists orders_customer_id_idx, orders_flag_idx');
});

const indexes = async () =>
  (
    await db.query<{ name: string }>(
      "select indexrelname as name from pg_stat_user_indexes where relname = 'orders' order by 1",
    )
  ).rows.map((r) => r.name);

const probe = (name: string, sql: string, rows: string[][]): SqlProbe => ({
  kind: 'sql',
  name,
  weight: 1,
  target: 'dbpostgres',
  sql,
  rows,
  mode: 'read',
});
const byCustomer = probe(
  'orders by customer',
  'select * from orders where customer_id = $1',
  Array.from({ length: 50 }, (_, i) => [String(i * 120)]),
);
const byId = probe('order by id', 'select * from orders where id = $1', [['5'], ['777']]);
const regions = probe('regions', 'select count(*) from region where name > $1', [['5'], ['a']]);

function built(probes: Workload['probes'] = [byCustomer, byId]): BuiltWorkload {
  const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const health = {
    kind: 'http',
    target: 'api',
    name: 'GET /',
    weight: 0.5,
    method: 'GET',
    path: '/',
    headers: {},
    rows: [],
  } as const;
  return {
    workload: { clients: 2, seed: 1, probes: [...probes, { ...health, headers: {}, rows: [] }] },
    connections: {
      dbpostgres: { kind: 'postgres', url: target.url() },
      api: { kind: 'http', baseUrl: url, headers: {} },
    },
    allowedOrigins: [url],
    skipped: [],
  };
}

function context(
  signal = new AbortController().signal,
  onProgress: (message: string) => Promise<void> = async () => {},
): JobContext {
  return {
    jobId: 1,
    signal,
    progress: (p) => onProgress(p.message),
    say: async (message) => {
      log.push(message);
    },
  };
}

const settings = { rounds: 7, segmentSeconds: 0.3, minRequests: 30, clients: 2, seed: 3 };

async function change(column: string): Promise<number> {
  const plan = indexPlan({ table: 'orders', index: `orders_${column}_idx`, columns: [column] });
  return storedChange(store, target.url(), {
    ...plan,
    key: randomBytes(4).toString('hex'),
    affects: [byCustomer.name],
  });
}

/** Has the database read as the worker would; returns the queryid of the statement of `probe`. */
async function observed(changeId: number, { sql, rows }: SqlProbe): Promise<string> {
  await db.query('create extension if not exists pg_stat_statements');
  await db.query(sql, [...(rows[0] ?? [])]);
  await db.query('select pg_stat_force_next_flush()');
  const snapshot = await readPostgresSnapshot(db);
  const { targetId } = await store.db.change.findUniqueOrThrow({ where: { id: changeId } });
  const key = { targetId, collector: 'postgres' };
  const row = { data: JSON.parse(JSON.stringify(snapshot)), takenAt: new Date() };
  await store.db.snapshot.upsert({
    where: { targetId_collector: key },
    create: { ...key, ...row },
    update: row,
  });
  const found = snapshot.statements?.find((s) => s.query === sql);
  if (!found) throw new Error(`${sql} is not among the statements`);
  return found.queryId;
}

const changeState = async (id: number) => (await store.db.change.findUniqueOrThrow({ where: { id } })).state;

describe('a trial', () => {
  it('proves a missing index and keeps it; a person can roll it back and keep it again', async () => {
    const changeId = await change('customer_id');
    const queryId = await observed(changeId, byCustomer);
    await store.db
      .$executeRaw`update change set plan = jsonb_set(plan, '{facts,statements}', ${JSON.stringify([queryId])}::jsonb) where id = ${changeId}`;
    const { trialId } = await createTrial(store, actor, { changeId, settings });
    await expect(createTrial(store, actor, { changeId, settings })).rejects.toMatchObject({
      code: 'conflict',
    });

    const result = await runTrial({ store }, trialId, context(), { actor, built: built() });
    expect(result.verdict).toMatchObject({
      verdict: 'improved',
      goal: byCustomer.name,
      metric: 'p50',
      interleaved: true,
    });
    expect(result.verdict.high).toBeLessThan(0.5);
    expect(result.decision).toBe('kept');
    expect(await indexes()).toContain('orders_customer_id_idx');
    expect(await changeState(changeId)).toBe('applied');

    // It was preceded by an A/A of the same number of rounds.
    const trials = await listTrials(store);
    const aa = trials.find((t) => t.id === result.noise?.trialId);
    expect(aa).toMatchObject({ kind: 'aa', state: 'done', decision: null });

    const detail = await trialDetail(store, trialId);
    expect(detail).toMatchObject({
      state: 'done',
      outcome: 'improved',
      decision: 'kept',
      decidedBy: 'policy',
      changeState: 'applied',
    });
    expect(detail.design.orders.length).toBeGreaterThanOrEqual(7);
    expect(detail.design.switching?.applyMs).toBeGreaterThan(0);
    expect(detail.noise?.trialId).toBe(aa?.id);
    expect(detail.progress).toMatchObject({ rounds: 7, segmentsDone: detail.segments.length });
    for (const arm of ['before', 'after']) {
      expect(
        detail.distributions.find((d) => d.endpoint === byCustomer.name && d.arm === arm)?.points.length,
      ).toBeGreaterThan(3);
    }
    expect(detail.statements[0]).toContain('CREATE INDEX CONCURRENTLY');
    expect(detail.inverse[0]).toContain('DROP INDEX CONCURRENTLY');

    // The plan of the statement that it is about, in either arm.
    const [pair] = detail.design.plans ?? [];
    expect(pair).toMatchObject({ target: 'dbpostgres', queryId, query: byCustomer.sql });
    expect(JSON.stringify(pair?.before)).toContain('Seq Scan on orders');
    expect(JSON.stringify(pair?.after)).toContain('orders_customer_id_idx');
    expect(JSON.stringify(pair?.after)).not.toContain('Seq Scan');

    // Each round that counts holds both arms twice, in the order that was drawn.
    const record = await trialRecord(store, trialId);
    const letters = new Map<number, string>();
    for (const s of record.segments)
      letters.set(s.round, (letters.get(s.round) ?? '') + (s.arm === 'before' ? 'A' : 'B'));
    expect([...letters.values()]).toEqual(detail.design.orders);
    expect((await forestRows(store, detail.stack)).map((r) => r.trialId)).toContain(trialId);

    await rollBackTrial(store, actor, trialId);
    expect(await indexes()).not.toContain('orders_customer_id_idx');
    expect(await trialSummaryOf(store, trialId)).toMatchObject({
      decision: 'rolled-back',
      outcome: 'improved',
    });
    await keepChange(store, actor, trialId);
    expect(await indexes()).toContain('orders_customer_id_idx');
    expect((await trialDetail(store, trialId)).decidedBy).toBe(actor.name);
    await rollBackTrial(store, actor, trialId);
  }, 300_000);

  it('does not keep an index that nothing uses, and reuses the noise measured before', async () => {
    const aaBefore = await store.db.trial.count({ where: { kind: 'aa' } });
    const changeId = await change('flag');
    const { trialId } = await createTrial(store, actor, { changeId, settings: { ...settings, rounds: 6 } });
    const result = await runTrial({ store }, trialId, context(), { actor, built: built() });
    expect(['no-difference', 'inconclusive', 'regressed']).toContain(result.verdict.verdict);
    expect(result.decision).toBe('rolled-back');
    expect(await indexes()).toEqual(['orders_pkey']);
    expect(await changeState(changeId)).toBe('rolled-back');
    expect(await store.db.trial.count({ where: { kind: 'aa' } })).toBe(aaBefore);
  }, 300_000);

  it('leaves the target as it was when it is cancelled in the middle', async () => {
    const changeId = await change('customer_id');
    const { trialId } = await createTrial(store, actor, { changeId, settings });
    const controller = new AbortController();
    const running = runTrial({ store }, trialId, context(controller.signal), { actor, built: built() });
    const ended = expect(running).rejects.toThrow();
    // Cancelled while the index is there: in a segment of the after arm.
    await until(async () => {
      const last = await store.db.segment.findFirst({ where: { trialId }, orderBy: { order: 'desc' } });
      return (last?.order ?? 0) >= 2 && (await indexes()).includes('orders_customer_id_idx');
    });
    controller.abort();
    await ended;
    expect(await indexes()).toEqual(['orders_pkey']);
    expect(await trialSummaryOf(store, trialId)).toMatchObject({
      state: 'cancelled',
      decision: null,
      error: 'Cancelled.',
    });
    // What was measured stays, and can be judged.
    expect((await trialRecord(store, trialId)).segments.length).toBeGreaterThan(2);
  });

  describe('of a change that is dear to switch', () => {
    /** An index build waits for older transactions; this one is held open while the switching cost is measured. */
    const slowFirstBuild = async (message: string): Promise<void> => {
      if (message !== 'Applying for the first time') return;
      const old = await connected(target.url());
      await old.query('begin isolation level repeatable read');
      await old.query('select count(*) from region');
      setTimeout(() => void old.query('commit').then(() => old.end()), 2_400);
    };

    it('measures before and after apart, against what the change cannot touch', async () => {
      const changeId = await change('customer_id');
      const { trialId } = await createTrial(store, actor, { changeId, settings });
      const ctx = context(undefined, slowFirstBuild);
      const { verdict } = await runTrial({ store }, trialId, ctx, {
        actor,
        built: built([byCustomer, regions]),
      });
      expect(verdict).toMatchObject({ interleaved: false, goal: byCustomer.name });
      expect(['improved', 'inconclusive']).toContain(verdict.verdict);
      expect(verdict.high).toBeLessThan(0.7);
      const record = await trialRecord(store, trialId);
      expect(record).toMatchObject({ design: 'separated', control: ['regions'] });
      expect(record.segments.map((s) => s.arm).join()).toMatch(/^(before,)+(after,?)+$/);
      // The control runs by itself.
      for (const s of record.segments)
        expect(Object.keys(s.endpoints).includes('regions')).toBe(Object.keys(s.endpoints).length === 1);
      expect(await indexes()).toEqual(
        verdict.verdict === 'improved' ? ['orders_customer_id_idx', 'orders_pkey'] : ['orders_pkey'],
      );
    });

    it('refuses without a control, and leaves the change off', async () => {
      const changeId = await change('customer_id');
      const { trialId } = await createTrial(store, actor, { changeId, settings });
      const ctx = context(undefined, slowFirstBuild);
      await expect(runTrial({ store }, trialId, ctx, { actor, built: built() })).rejects.toMatchObject({
        code: 'unsupported',
      });
      expect((await trialSummaryOf(store, trialId)).error).toContain('control');
      expect(await indexes()).toEqual(['orders_pkey']);
    });
  });

  it('fails with a reason when the target answers nothing but errors, and leaves no index', async () => {
    const changeId = await change('customer_id');
    const { trialId } = await createTrial(store, actor, { changeId, settings });
    const broken = built([probe(byCustomer.name, 'select * from no_such_table where id = $1', [['1']])]);
    await expect(runTrial({ store }, trialId, context(), { actor, built: broken })).rejects.toMatchObject({
      code: 'bad-input',
    });
    expect(await trialSummaryOf(store, trialId)).toMatchObject({ state: 'failed' });
    expect((await trialSummaryOf(store, trialId)).error).toContain('no_such_table');
    expect(await indexes()).toEqual(['orders_pkey']);
  });
});

describe('settleTrials', () => {
  it('puts the change back after the worker was killed in the middle of a trial', async () => {
    const changeId = await change('customer_id');
    const { trialId } = await createTrial(store, actor, { changeId, settings });
    const script = `
      const { openStore } = await import('./lib/store/client.ts');
      const { runTrial } = await import('./lib/prove/trial/run.ts');
      const { url, trialId, actor, built } = JSON.parse(process.env.TEST_TRIAL);
      const ctx = { jobId: 1, signal: new AbortController().signal, progress: async () => {}, say: async () => {} };
      await runTrial({ store: await openStore(url) }, trialId, ctx, { actor, built });`;
    const worker = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      env: { ...process.env, TEST_TRIAL: JSON.stringify({ url: test.url, trialId, actor, built: built() }) },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    const saved = () => store.db.segment.count({ where: { trialId } });
    try {
      const inAfterSegment = async () =>
        (await saved()) >= 2 && (await indexes()).includes('orders_customer_id_idx');
      const early = exited.then(() => Promise.reject(new Error('the worker ended by itself')));
      // It does end, when this test kills it; by then nobody waits for this any more.
      early.catch(() => undefined);
      await Promise.race([until(inAfterSegment, 280_000), early]);
    } finally {
      worker.kill('SIGKILL');
      await exited;
    }
    // The generator does not outlive it.
    await until(async () => {
      const { rowCount } = await db.query(
        "select from pg_stat_activity where application_name = 'ratchet-probe'",
      );
      return rowCount === 0;
    });
    const segments = await saved();
    const settled = await settleTrials(store);
    expect(settled.map((s) => s.trialId)).toEqual([trialId]);
    expect(await indexes()).toEqual(['orders_pkey']);
    expect(await trialSummaryOf(store, trialId)).toMatchObject({ state: 'interrupted', decision: null });
    expect((await trialRecord(store, trialId)).segments).toHaveLength(segments);
  }, 300_000);

  it('interrupts what a dead worker left and puts the change back', async () => {
    const changeId = await change('customer_id');
    const { trialId } = await createTrial(store, actor, { changeId, settings });
    // As a worker that was killed in an after segment leaves it.
    const { applyChange } = await import('@/lib/optimize/runner');
    await applyChange(store, changeId, actor);
    await store.db.trial.update({ where: { id: trialId }, data: { state: 'running' } });
    const settled = await settleTrials(store);
    expect(settled.map((s) => s.trialId)).toContain(trialId);
    expect(await indexes()).toEqual(['orders_pkey']);
    const detail = await trialDetail(store, trialId);
    expect(detail).toMatchObject({ state: 'interrupted', changeState: 'rolled-back', decision: null });
    expect(detail.decidedWhy).toContain('as it was before');
    expect(await settleTrials(store)).toEqual([]);
  });

  it('leaves a trial alone whose job runs', async () => {
    const changeId = await change('flag');
    const { trialId } = await createTrial(store, actor, { changeId, settings });
    const job = await store.db.job.create({
      data: { kind: 'trial', payload: {}, queue: 'q', state: 'running' },
    });
    await store.db.trial.update({ where: { id: trialId }, data: { state: 'running', jobId: job.id } });
    expect(await settleTrials(store)).toEqual([]);
    await store.db.job.update({ where: { id: job.id }, data: { state: 'interrupted' } });
    expect(await settleTrials(store)).toHaveLength(1);
  });
});
