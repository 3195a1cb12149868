import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { diagnoseStack } from '@/lib/diagnose/record';
import { listFindings } from '@/lib/diagnose/verbs';
import { hour, perHour } from '@/lib/observe/series/levels';
import { ensurePartitions } from '@/lib/observe/series/partitions';
import { seal } from '@/lib/store/seal';
import { startTestStore } from '@/test/store';

vi.stubEnv('RATCHET_SECRET_KEY', randomBytes(32).toString('hex'));
const snapshot = {
  takenAt: new Date().toISOString(),
  probe: null,
  histogram: null,
  metricsMissing: 'not read',
  windowSeconds: null,
  routes: [],
};
let test: Awaited<ReturnType<typeof startTestStore>>;
beforeAll(async () => {
  test = await startTestStore();
});
afterAll(() => test?.stop());

const floor = (ms: number) => Math.floor(ms / hour) * hour;
/** Hourly p95 of the endpoint, oldest first, ending with the last whole hour; a little noise that repeats. */
async function measure(seriesId: number, values: number[]): Promise<number[]> {
  const end = floor(Date.now());
  const times = values.map((_, i) => end - (values.length - i) * hour);
  await ensurePartitions(
    test.store,
    times.map((t) => new Date(t)),
    [perHour],
  );
  await test.store.pool.query('DELETE FROM series.rollup_1h');
  await test.store.pool.query(
    `INSERT INTO series.rollup_1h (series_id, count, bucket, sum, min, max, last)
     SELECT $1, 1, t, v, v, v, v FROM unnest($2::timestamptz[], $3::float8[]) AS x (t, v)`,
    [seriesId, times.map((t) => new Date(t)), values.map((v, i) => v * (1 + 0.01 * ((i * 7) % 5)))],
  );
  return times;
}

it('a kept gain that slips is found with its likely cause, and gone when the gain is back', async () => {
  const { db, pool } = test.store;
  const stack = await db.stack.create({ data: { name: 'shop' } });
  const at = { stackId: stack.id, address: 'a', sealedConnection: '' };
  const api = await db.target.create({ data: { ...at, kind: 'http', name: 'api' } });
  const other = await db.target.create({ data: { ...at, kind: 'docker', name: 'other', paused: true } });
  // Read by the diagnosis as the collector left it: an address that nothing is asked at.
  const connection = { kind: 'http', baseUrl: 'http://127.0.0.1:9', headers: {} };
  await db.target.updateMany({ data: { sealedConnection: seal(JSON.stringify(connection)) } });
  await db.target.update({
    where: { id: other.id },
    data: { sealedConnection: seal(JSON.stringify({ kind: 'docker', socket: '/nowhere' })) },
  });
  await db.snapshot.create({
    data: { targetId: api.id, collector: 'http', takenAt: new Date(), data: snapshot },
  });

  const change = (targetId: number, key: string, state: string) =>
    db.change.create({
      data: {
        targetId,
        key,
        state,
        optimization: 'service/set-knobs',
        title: `Set ${key}`,
        subject: key,
        plan: {},
      },
    });
  const kept = await change(api.id, 'cache', 'applied');
  const suspect = await change(other.id, 'limit', 'applied');
  const design = {
    settings: {},
    goal: { endpoint: 'GET /a', metric: 'p50' },
    interleaved: true,
    orders: [],
    control: [],
    workload: {
      clients: 1,
      seed: 1,
      probes: [
        { kind: 'http', name: 'GET /a', target: 'api', weight: 1, method: 'GET', path: '/a', rows: [] },
      ],
    },
  };
  await db.trial.create({
    data: {
      stackId: stack.id,
      kind: 'change',
      changeId: kept.id,
      title: kept.title,
      state: 'done',
      decision: 'kept',
      design,
      verdict: { verdict: 'improved', ratio: 0.25 },
      startedAt: new Date(Date.now() - 61 * hour),
      finishedAt: new Date(Date.now() - 60 * hour),
    },
  });
  const { rows } = await pool.query<{ id: number }>(
    "INSERT INTO series.series (target_id, metric, label) VALUES ($1, 'http.p50', 'GET /a') RETURNING id",
    [api.id],
  );
  await pool.query(
    "INSERT INTO series.watermark (rollup, upto) VALUES ('rollup_1h', $1), ('rollup_1m', $1)",
    [new Date(floor(Date.now()))],
  );
  const id = rows[0]?.id ?? 0;
  const found = async () => {
    await diagnoseStack(test.store, 'shop');
    return (await listFindings(test.store, { stack: 'shop', state: 'open' })).filter(
      (f) => f.id === 'regression',
    );
  };

  await measure(id, Array(58).fill(10));
  expect(await found()).toEqual([]);

  // The gain holds for 40 hours; then it is as slow as before the change.
  const times = await measure(id, [...Array(40).fill(10), ...Array(18).fill(38)]);
  const [finding] = await found();
  expect(finding).toMatchObject({
    severity: 'medium',
    target: 'api',
    subject: 'Set cache',
    weight: expect.any(Number),
  });
  expect(finding?.title).toBe('A gain slipped back: Set cache');
  expect(finding?.detail).toContain(`Change ${kept.id} was kept`);
  expect(finding?.detail).toContain('Ratchet knows of nothing that was changed then');

  await db.journalEntry.create({
    data: {
      changeId: suspect.id,
      at: new Date((times[40] ?? 0) + hour / 3),
      direction: 'apply',
      step: 0,
      phase: 'after',
      statement: 'x',
    },
  });
  const [explained] = await found();
  expect(explained?.detail).toContain(`"Set limit" (applied,`);
  expect(explained?.evidence.find((e) => e.label === 'likely cause')?.value).toBe('Set limit (applied)');

  await measure(id, [...Array(40).fill(10), ...Array(10).fill(38), ...Array(8).fill(10)]);
  expect(await found()).toEqual([]);
  await measure(id, [...Array(40).fill(10), ...Array(18).fill(38)]);
  expect(await found()).toHaveLength(1);
  // Who takes the change back gives the gain up: nothing is missed then.
  await db.change.update({ where: { id: kept.id }, data: { state: 'rolled-back' } });
  expect(await found()).toEqual([]);
});

it('a gain that no trial measured slips too: the key figure of the change tells what it gained, and that it is gone', async () => {
  const { db, pool } = test.store;
  const api = await db.target.findFirstOrThrow({ where: { name: 'api' } });
  const kept = await db.change.create({
    data: {
      ...{ targetId: api.id, key: 'size', state: 'applied', optimization: 'service/set-knobs' },
      ...{ title: 'Set cache_size', subject: 'cache_size', plan: {} },
    },
  });
  await db.trial.create({
    data: {
      ...{ stackId: api.stackId, kind: 'change', changeId: kept.id, title: kept.title, state: 'done' },
      ...{ decision: 'kept', verdict: { verdict: 'no-difference', ratio: 1 } },
      design: { goal: null, workload: { clients: 1, seed: 1, probes: [] } },
      finishedAt: new Date(Date.now() - 60 * hour),
    },
  });
  const { rows } = await pool.query<{ id: number }>(
    "INSERT INTO series.series (target_id, metric, label) VALUES ($1, 'http.cache_hit_ratio', '') RETURNING id",
    [api.id],
  );
  const id = rows[0]?.id ?? 0;
  const found = async () => {
    await diagnoseStack(test.store, 'shop');
    const open = await listFindings(test.store, { stack: 'shop', state: 'open' });
    return open.filter((f) => f.id === 'regression' && f.subject === 'Set cache_size');
  };
  const hours = (before: number, held: number, now: number) => [
    ...Array(30).fill(before),
    ...Array(42).fill(held),
    ...Array(18).fill(now),
  ];
  await measure(id, hours(0.7, 0.93, 0.93));
  expect(await found()).toEqual([]);
  // What was never gained cannot slip.
  await measure(id, hours(0.93, 0.93, 0.7));
  expect(await found()).toEqual([]);
  await measure(id, hours(0.7, 0.93, 0.7));
  const [finding] = await found();
  expect(finding?.detail).toContain("Hit ratio of the application's cache, misses was");
  expect(finding?.evidence.find((e) => e.label === 'gain as sampled, after ÷ before')?.value).toBeLessThan(
    0.4,
  );
});
