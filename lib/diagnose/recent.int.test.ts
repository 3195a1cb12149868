import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Actor } from '@/lib/contracts/auth';
import type { Finding } from '@/lib/contracts/finding';
import { TrialSettings } from '@/lib/contracts/trial';
import { PassLog } from '@/lib/jobs/handlers/pass-log';
import { lookAfresh } from '@/lib/jobs/handlers/pass-look';
import { observeOnce } from '@/lib/observe/observe-once';
import { baselineFor, keepBaseline } from '@/lib/observe/statement-baseline';
import type { Store } from '@/lib/store/client';
import { addTarget } from '@/lib/targets/registry';
import { pgSnapshot, pgStatement } from '@/test/postgres-facts';
import { startTestStore } from '@/test/store';
import { diagnoseStack } from './record';
import { type Bench, startBench } from './testing/bench';

const actor: Actor = { userId: null, name: 'ada', role: 'admin', via: 'cli' };
const rule = 'postgres/slow-statement';
const minute = 60_000;
let bench: Bench;
let store: Store;
let stopStore: () => Promise<void>;
let pool: pg.Pool;
let targetId = 0;

beforeAll(async () => {
  [bench, { store, stop: stopStore }] = await Promise.all([startBench(18), startTestStore()]);
  pool = new pg.Pool({ connectionString: bench.url, max: 10 });
  pool.on('error', () => undefined);
  const connection = { kind: 'postgres' as const, url: bench.url };
  targetId = await addTarget(store, actor, { stack: 's', name: 'db', connection });
});
afterAll(async () => {
  await pool?.end();
  await bench?.stop();
  await stopStore?.();
});

const many = (times: number, sql: string, values: unknown[] = []) =>
  Promise.all(Array.from({ length: times }, () => pool.query(sql, values)));
const wanted = 'select n from t where heavy(n) = $1';
const still = 'select pg_sleep(0.03) as still';
const slow = async () => {
  const { findings } = await diagnoseStack(store, 's');
  return new Map(findings.filter((f) => f.id === rule).map((f) => [f.subject, f]));
};
const evidence = (f: Finding | undefined, label: string) => f?.evidence.find((e) => e.label === label)?.value;

it('a statement that an index mended is a finding no more, without a reset of the statistics', async () => {
  // Each row that is looked at takes 2 ms; an index on the expression leaves none to be looked at.
  await bench.sql(`create function heavy(n int) returns int language plpgsql immutable cost 100000
    as $$ begin perform pg_sleep(0.002); return n; end $$; create table t as select n from generate_series(1, 40) n; analyze t`);
  await bench.sql(still);
  await many(100, wanted, [7]);
  const before = (await slow()).get(wanted);
  expect(before?.severity).toBe('critical');
  expect(evidence(before, 'counted')).toMatch(
    /^since the statistics were reset on \d{4}-\d\d-\d\d \d\d:\d\d UTC$/,
  );

  await observeOnce(store, targetId);
  await store.pool.query("update statement_baseline set taken_at = taken_at - interval '58 minutes'");
  await bench.sql('create index on t (heavy(n)); analyze t');
  await many(100, wanted, [7]);
  await many(100, still);
  // All that was counted would still call it slow.
  expect((await bench.findings(rule)).map((f) => f.subject)).toContain(wanted);
  const mended = await slow();
  expect([...mended.keys()]).toEqual(['select pg_sleep($1) as still']);
  const other = mended.get('select pg_sleep($1) as still');
  expect([evidence(other, 'counted'), evidence(other, 'calls')]).toEqual(['in the last 58 minutes', 100]);
  const row = await store.db.finding.findFirstOrThrow({ where: { rule, subject: wanted } });
  expect(row.state).toBe('resolved');

  await bench.sql('drop index t_heavy_idx');
  await many(100, wanted, [7]);
  const back = (await slow()).get(wanted);
  expect([evidence(back, 'counted'), evidence(back, 'calls')]).toEqual(['in the last 58 minutes', 200]);
});

it('in a pass, what a kept change mended a moment ago is judged by a load of its own', async () => {
  const body = (
    seconds: number,
  ) => `create or replace function passes(n int) returns boolean language plpgsql immutable
    as $$ begin perform pg_sleep(${seconds}); return true; end $$`;
  await bench.sql(body(0.03));
  await bench.sql('select pg_stat_statements_reset()');
  await bench.sql('create table u as select n from generate_series(1, 40) n');
  await bench.sql('analyze u');
  const asked = 'select n from u where n = $1 and passes(n)';
  await many(100, asked, [7]);
  await bench.sql(body(0));
  expect([...(await slow()).keys()]).toContain(asked);
  const ctx = {
    ...{ jobId: 1, signal: new AbortController().signal },
    ...{ say: async () => undefined, progress: async () => undefined },
  };
  const settings = TrialSettings.parse({ segmentSeconds: 0.5 });
  const { diagnosis } = await lookAfresh(store, { stack: 's', settings }, new PassLog(ctx));
  const { findings } = diagnosis;
  expect(findings.filter((f) => f.id === rule).map((f) => f.subject)).not.toContain(asked);
  const row = await store.db.finding.findFirstOrThrow({ where: { rule, subject: asked } });
  expect(row.state).toBe('resolved');
});

it('keeps the counters of the last hour five minutes apart, and judges by those of an hour ago', async () => {
  await store.db.statementBaseline.deleteMany();
  const start = Date.parse('2026-11-24T08:00:00Z');
  const snapshot = (calls: number) => ({
    ...pgSnapshot(),
    statementsSince: null,
    statements: [pgStatement('select 1', { calls, totalMs: calls })],
  });
  for (let m = 0; m <= 150; m++)
    await keepBaseline(store, targetId, new Date(start + m * minute), snapshot(m));
  const kept = await store.db.statementBaseline.findMany({ orderBy: { takenAt: 'asc' } });
  expect(kept.map((r) => (r.takenAt.getTime() - start) / minute)).toEqual([
    90, 95, 100, 105, 110, 115, 120, 125, 130, 135, 140, 145, 150,
  ]);
  const at = async (m: number) =>
    (await baselineFor(store, targetId, new Date(start + m * minute)))?.statements[0]?.calls ?? null;
  expect([await at(152), await at(154), await at(155), await at(600)]).toEqual([90, 90, 95, 150]);
  // Watched for less than an hour: the oldest, unless it is too young to tell of anything.
  expect([await at(99), await at(101)]).toEqual([null, 90]);
  const none = { ...snapshot(1), statements: null };
  await keepBaseline(store, targetId, new Date(start + 160 * minute), none);
  expect(await store.db.statementBaseline.count()).toBe(13);
});
