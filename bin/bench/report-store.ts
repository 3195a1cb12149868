import { type MadeSecond, madeProfile, makeRecord } from '@/lib/load/testing/record';
import { json } from '@/lib/load/tests/rows';
import { emptyDesign } from '@/lib/prove/trial/rows';
import { judgeRecord } from '@/lib/prove/verdict/judge';
import { encodeHistogram, newHistogram, recordMs } from '@/lib/stats/histogram';
import { seededRandom } from '@/lib/stats/random';
import type { Store } from '@/lib/store/client';
import { seal } from '@/lib/store/seal';
import { endpointName, simulateRecord } from '@/test/simulate';

const rounds = 12;
const endpoints = 5;
const goal = { endpoint: endpointName(0), metric: 'p50' } as const;
/** Of each load test, s, and requests of an endpoint in each of them. */
const [seconds, perSecond] = [120, 30];
const hour = 3_600_000;
const minute = 60_000;

/** What a report is asked for of. */
export interface Measured {
  stack: string;
  trialIds: number[];
  loadTestIds: number[];
}

/**
 * Fills a store as long passes leave it: `trials` trials of a change each (12 rounds, 5 endpoints as histograms) and
 * `loadTests` load tests of two minutes. `key` is that of the installation which reads it.
 */
export async function fillForReport(
  store: Store,
  key: Buffer,
  { trials, loadTests }: { trials: number; loadTests: number },
): Promise<Measured> {
  const stack = await store.db.stack.create({ data: { name: 'bench' } });
  const url = 'postgresql://bench@127.0.0.1:9/bench';
  const target = await store.db.target.create({
    data: {
      ...{ stackId: stack.id, kind: 'postgres', name: 'bench-db', address: '127.0.0.1:9' },
      // It is not there and is never asked.
      ...{ sealedConnection: seal(JSON.stringify({ kind: 'postgres', url }), key), paused: true },
    },
  });
  const from = Date.now() - 24 * hour;
  const of = { stackId: stack.id, targetId: target.id };
  const trialIds: number[] = [];
  for (let i = 0; i < trials; i++) trialIds.push(await storeTrial(store, of, i, from + i * 10 * minute));
  const loadTestIds: number[] = [];
  for (let i = 0; i < loadTests; i++)
    loadTestIds.push(await storeLoadTest(store, stack.id, i, from + 12 * hour + i * 10 * minute));
  return { stack: stack.name, trialIds, loadTestIds };
}

async function storeTrial(
  store: Store,
  { stackId, targetId }: { stackId: number; targetId: number },
  i: number,
  at: number,
): Promise<number> {
  const record = simulateRecord({
    ...{ seed: i + 1, rounds, endpoints, requestsPerSegment: 60, goal },
    effect: [0.4, 0.8, 1, 1.2][i % 4] ?? 1,
  });
  for (const segment of record.segments)
    for (const [name, { errors, latenciesMs = [] }] of Object.entries(segment.endpoints)) {
      const histogram = newHistogram();
      for (const ms of latenciesMs) recordMs(histogram, ms);
      segment.endpoints[name] = { errors, histogram: encodeHistogram(histogram) };
    }
  const verdict = judgeRecord(record);
  const kept = verdict.verdict === 'improved';
  const plan = planOf(i);
  const change = await store.db.change.create({
    data: {
      ...{
        targetId,
        key: plan.key,
        optimization: plan.optimization,
        title: plan.title,
        subject: plan.subject,
      },
      ...{
        plan,
        state: kept ? 'applied' : 'rolled-back',
        outcome: { applyMs: 800 + i, sizeBytes: 11e6 + i },
      },
      journal: {
        create: [...plan.steps, ...plan.inverse].flatMap(({ statement }, step) =>
          ['before', 'after'].map((phase) => ({
            step,
            phase,
            statement,
            direction: step ? 'rollback' : 'apply',
          })),
        ),
      },
    },
  });
  const design = emptyDesign(
    {
      rounds,
      segmentSeconds: 3,
      minRequests: 200,
      maxStretch: 2,
      clients: 4,
      margin: 0.05,
      seed: record.seed,
    },
    [{ id: change.id, wasApplied: false }],
  );
  const { id } = await store.db.trial.create({
    data: {
      ...{ stackId, changeId: change.id, kind: 'change', title: plan.title, state: 'done' },
      ...{ design: json({ ...design, goal }), verdict: json(verdict) },
      ...{ decision: kept ? 'kept' : 'rolled-back', decidedWhy: 'By the policy of the pass.' },
      ...{ startedAt: new Date(at), finishedAt: new Date(at + 9 * minute) },
      segments: {
        create: record.segments.map(({ startedAt, endpoints: measured, generator: _, ...segment }) => ({
          ...{ ...segment, startedAt: new Date(startedAt), endpoints: json(measured) },
        })),
      },
    },
  });
  return id;
}

function planOf(i: number) {
  const table = `public.orders_${i}`;
  const title = `Create index on ${table} (customer_id, created_at)`;
  return {
    ...{ optimization: 'postgres/create-index', key: `create-index:${table}`, title, subject: table },
    why: `Statements on ${table} read the whole table to find a few rows.`,
    steps: [
      {
        ...{ kind: 'sql', concurrent: true },
        statement: `CREATE INDEX CONCURRENTLY ratchet_orders_${i} ON ${table} (customer_id, created_at)`,
      },
    ],
    inverse: [
      {
        ...{ kind: 'sql', concurrent: true },
        statement: `DROP INDEX CONCURRENTLY IF EXISTS public.ratchet_orders_${i}`,
      },
    ],
    ...{ risk: 'low', locks: 'none that block', reversible: true, needsRestart: false, facts: {} },
    ...{ estimates: [], affects: [goal.endpoint] },
  };
}

async function storeLoadTest(store: Store, stackId: number, i: number, at: number): Promise<number> {
  const random = seededRandom(i + 1, 5);
  const made = Array.from({ length: seconds }, (_, t): MadeSecond => {
    const slow = 1 + (t / seconds) * (i % 3);
    const latencies = Object.fromEntries(
      Array.from({ length: endpoints }, (__, e) => [
        `GET /api/v1/shop/resource-${e}/{id}`,
        Array.from({ length: perSecond }, () => 5 * (e + 1) * slow * Math.exp(0.4 * random.normal())),
      ]),
    );
    return { latencies, level: endpoints * perSecond };
  });
  const level = endpoints * perSecond;
  const { seconds: kept, ...head } = makeRecord(made, { title: `Rate of the shop, run ${i + 1}` });
  const plan = head.plan && {
    ...head.plan,
    profile: { ...madeProfile, startLevel: level, stages: [{ durationMs: seconds * 1_000, level }] },
  };
  const { id } = await store.db.loadTest.create({
    data: {
      ...{ stackId, target: 'shop-api', title: head.title, state: 'done', outcome: head.outcome },
      ...{ head: json({ ...head, plan }), plan: json(plan) },
      ...{ startedAt: new Date(at), finishedAt: new Date(at + seconds * 1_000) },
      seconds: { create: kept.map((second) => ({ t: second.t, second: json(second), tick: {} })) },
    },
  });
  return id;
}
