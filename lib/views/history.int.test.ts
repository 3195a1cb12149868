import { afterAll, beforeAll, expect, it } from 'vitest';
import { perHour } from '@/lib/observe/series/levels';
import { ensurePartitions } from '@/lib/observe/series/partitions';
import { querySeries } from '@/lib/observe/series/query';
import { freezeReport } from '@/lib/report/freeze';
import { saveReport } from '@/lib/report/save';
import { reportFacts } from '@/test/report-facts';
import { startTestStore } from '@/test/store';
import { history } from './history';

let test: Awaited<ReturnType<typeof startTestStore>>;
beforeAll(async () => {
  test = await startTestStore();
});
afterAll(() => test?.stop());

const document = freezeReport(reportFacts());
const verdict = document.trials.find((t) => t.kind === 'change')?.verdict;

it('tells the scores of the reports and every change ever tried, also of a target that is gone', async () => {
  const { db } = test.store;
  await expect(history(test.store)).rejects.toMatchObject({ code: 'not-found' });
  const stack = await db.stack.create({ data: { name: 'shop' } });
  const target = await db.target.create({
    data: { stackId: stack.id, kind: 'postgres', name: 'db', address: 'a', sealedConnection: '' },
  });
  expect(await history(test.store, 'shop')).toMatchObject({ scores: [], changes: [] });

  const change = await db.change.create({
    data: {
      targetId: target.id,
      key: 'k',
      optimization: 'postgres/create-index',
      title: 'x',
      subject: 's',
      plan: {},
    },
  });
  const trial = { stackId: stack.id, kind: 'change', design: {}, state: 'done', verdict: verdict as object };
  await db.trial.create({ data: { ...trial, changeId: change.id, title: 'first', decision: 'rolled-back' } });
  await db.trial.create({ data: { ...trial, changeId: change.id, title: 'again', decision: 'kept' } });
  await db.trial.create({ data: { ...trial, title: 'of a target that is gone' } });
  await db.trial.create({ data: { ...trial, state: 'failed', title: 'no verdict' } });
  const { score: _, vitals: __, ...older } = document;
  await saveReport(test.store, { stackId: stack.id, passId: null, document: older });
  const id = await saveReport(test.store, { stackId: stack.id, passId: null, document });

  const found = await history(test.store, 'shop');
  expect(found.scores.map((s) => [s.reportId, s.score, s.grade])).toEqual([
    [id - 1, null, null],
    [id, document.score?.score, document.score?.grade],
  ]);
  expect(found.changes.map((c) => [c.title, c.target, c.optimization, c.outcome, c.decision])).toEqual([
    ['of a target that is gone', null, null, verdict?.verdict, null],
    ['again', 'db', 'postgres/create-index', verdict?.verdict, 'kept'],
    ['first', 'db', 'postgres/create-index', verdict?.verdict, 'rolled-back'],
  ]);
});

it('has one figure a day from the hourly roll-ups', async () => {
  const { pool, db } = test.store;
  const { id: targetId } = await db.target.findFirstOrThrow();
  const now = Date.parse('2026-03-20T12:00:00Z');
  const days = [1, 2, 3].map((d) => new Date(`2026-03-0${d}T00:00:00Z`));
  await ensurePartitions(test.store, days, [perHour]);
  const { rows } = await pool.query<{ id: number }>(
    "INSERT INTO series.series (target_id, metric, label) VALUES ($1, 'http.p95', 'GET /a') RETURNING id",
    [targetId],
  );
  // Two hours a day, the second with three times the samples.
  await pool.query(
    `INSERT INTO series.rollup_1h (series_id, count, bucket, sum, min, max, last)
     SELECT $1, n, day + h * interval '1 hour', n * v, v, v, v
     FROM unnest($2::timestamptz[]) AS day, (VALUES (9, 10, 100.0), (10, 30, 200.0)) AS x (h, n, v)`,
    [rows[0]?.id, days],
  );
  await pool.query(
    "INSERT INTO series.watermark (rollup, upto) VALUES ('rollup_1h', $1), ('rollup_1m', $1)",
    [new Date(now)],
  );
  const ask = { stack: 'shop', metric: 'http.p95', points: 30 } as const;
  const [series] = await querySeries(
    test.store,
    { ...ask, from: new Date(now - 30 * 86_400_000), to: new Date(now) },
    now,
  );
  expect(series?.step).toBe(86_400);
  expect(series?.points.filter((p) => p.v !== null)).toEqual(
    days.map((d) => ({ t: d.getTime(), v: 175, lo: 100, hi: 200 })),
  );
});
