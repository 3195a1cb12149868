import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Actor } from '@/lib/contracts/auth';
import type { LoadRecord } from '@/lib/contracts/load-record';
import { makeRecord } from '@/lib/load/testing/record';
import { json } from '@/lib/load/tests/rows';
import { ensurePartitions } from '@/lib/observe/series/partitions';
import { seal } from '@/lib/store/seal';
import { listReports, reportDocument, reportWithoutRounds } from '@/lib/views/reports';
import { startTestStore } from '@/test/store';
import { createReport } from './create';
import { leadView } from './lead/lead';
import { renderReport } from './render';
import { verifyReport } from './verify';
import { whatIf } from './what-if';

vi.stubEnv('RATCHET_SECRET_KEY', randomBytes(32).toString('hex'));
const actor: Actor = { userId: null, name: 'ann', role: 'operator', via: 'cli' };
const hour = 3_600_000;
const now = Math.floor(Date.now() / hour) * hour;
let test: Awaited<ReturnType<typeof startTestStore>>;
const ids = { stack: 0, change: 0, trial: 0, load: 0, early: 0, running: 0, foreign: 0 };

beforeAll(async () => {
  test = await startTestStore();
  const { db, pool } = test.store;
  const stack = await db.stack.create({ data: { name: 'shop' } });
  const other = await db.stack.create({ data: { name: 'other' } });
  ids.stack = stack.id;
  const sealedConnection = seal(JSON.stringify({ kind: 'redis', url: 'redis://127.0.0.1:9' }));
  const target = await db.target.create({
    data: {
      stackId: stack.id,
      kind: 'redis',
      name: 'cache',
      address: 'a',
      sealedConnection,
      paused: true,
    },
  });
  const change = await db.change.create({
    data: {
      targetId: target.id,
      ...{ key: 'k', optimization: 'redis/set', title: 'Set maxmemory', subject: 's', state: 'rolled-back' },
      plan: {
        ...{ optimization: 'redis/set', key: 'k', title: 'Set maxmemory', subject: 's', why: 'w' },
        steps: [{ kind: 'redis', statement: 'CONFIG SET x 1', command: ['CONFIG', 'SET', 'x', '1'] }],
        ...{ inverse: [], risk: 'low', locks: 'none', reversible: true, needsRestart: false, facts: {} },
        ...{ estimates: [], affects: [] },
      },
    },
  });
  ids.change = change.id;
  const design = {
    ...{ settings: {}, goal: null, interleaved: true, orders: [], control: [] },
    workload: { clients: 1, seed: 1, probes: [] },
  };
  const trial = await db.trial.create({
    data: {
      ...{ stackId: stack.id, changeId: change.id, kind: 'change', title: 'Set maxmemory', state: 'failed' },
      ...{ error: 'the target went away', design },
      ...{ startedAt: new Date(now - 2 * hour), finishedAt: new Date(now - 1.5 * hour) },
    },
  });
  ids.trial = trial.id;
  const record = makeRecord(
    Array.from({ length: 3 }, () => ({
      latencies: { 'GET /a/17?key=hunter2': new Array<number>(50).fill(20) },
    })),
    { title: 'Rate of shop' },
  );
  ids.load = await loadTest(record, stack.id, -1);
  ids.early = await loadTest(null, stack.id, -300);
  ids.running = await loadTest(record, stack.id, -1, 'running');
  ids.foreign = await loadTest(record, other.id, -1);
  await db.finding.createMany({
    data: [
      finding(stack.id, target.id, 'open', 'Found before', -3),
      finding(stack.id, target.id, 'resolved', 'Gone before', -3, -2.5),
      finding(stack.id, target.id, 'open', 'Found later', 0),
    ],
  });
  await ensurePartitions(test.store, [new Date(now - 1.25 * hour)]);
  await pool.query(
    `WITH s AS (INSERT INTO series.series (target_id, metric, label) VALUES ($1, 'redis.hit_ratio', '') RETURNING id)
     INSERT INTO series.sample (series_id, at, value)
     SELECT s.id, $2::timestamptz + i * interval '1 second', 0.8 + i * 0.1 FROM s, generate_series(0, 2) AS i`,
    [target.id, new Date(now - 1.25 * hour)],
  );
}, 120_000);
afterAll(() => test?.stop());

async function loadTest(
  record: LoadRecord | null,
  stackId: number,
  hours: number,
  state = 'done',
): Promise<number> {
  const { seconds = [], ...head } = record ?? {};
  const { id } = await test.store.db.loadTest.create({
    data: {
      ...{ stackId, target: 'api', title: record?.title ?? 'Nothing came', state, outcome: 'completed' },
      ...(record ? { head: json(head), plan: json(record.plan) } : {}),
      startedAt: new Date(now + hours * hour - 60_000),
      ...(state === 'running' ? {} : { finishedAt: new Date(now + hours * hour) }),
      seconds: { create: seconds.map((second) => ({ t: second.t, second: json(second), tick: {} })) },
    },
  });
  return id;
}

function finding(stackId: number, targetId: number, state: string, title: string, from: number, to?: number) {
  return {
    ...{ stackId, targetId, key: title, rule: 'redis/x', severity: 'high', subject: 's', title, state },
    ...{ detail: 'd', evidence: [], firstSeenAt: new Date(now + from * hour) },
    ...(to === undefined ? {} : { resolvedAt: new Date(now + to * hour) }),
  };
}

describe('a report of what is measured already', () => {
  it('holds the trials and load tests that were picked, has no score, and can be verified', async () => {
    const { reportId } = await createReport(test.store, actor, {
      ...{ about: 'picked', stack: 'shop', title: 'For the meeting' },
      trialIds: [ids.trial, ids.trial],
      loadTestIds: [ids.load],
    });
    const document = await reportDocument(test.store, reportId);
    expect(verifyReport(document)).toEqual({ ok: true, problems: [] });
    expect(document.title).toBe('For the meeting');
    expect(document.trials.map((t) => t.id)).toEqual([ids.trial]);
    expect(document.changes.map((c) => c.trial)).toEqual([ids.trial]);
    expect(document.loadTests?.map((t) => [t.id, t.figures?.total.count])).toEqual([[ids.load, 150]]);
    expect(document.score).toBeUndefined();
    expect(document.notMeasured.map((n) => n.what)).toEqual(
      expect.arrayContaining(['Score', 'Set maxmemory', 'Cache performance of PostgreSQL']),
    );
    expect(JSON.stringify(document)).not.toContain('hunter2');
    expect(document.findings.map((f) => f.title)).toEqual(['Found before']);
    const hits = document.watched?.figures.find((f) => f.metric === 'redis.hit_ratio');
    expect(hits).toMatchObject({ target: 'cache', least: 0.8, most: 1, last: 1, samples: 3 });
    expect(hits?.mean).toBeCloseTo(0.9, 9);
    const [newest] = await listReports(test.store, 'shop');
    expect(newest).toMatchObject({ id: reportId, trials: 1, improved: 0, loadTests: 1 });
    const audited = await test.store.db.auditEntry.findFirst({ where: { action: 'report.create' } });
    expect(audited?.subject).toContain('For the meeting');
  });

  it('comes without its rounds for reading: the same, and no longer verifiable', async () => {
    const [newest] = await listReports(test.store, 'shop');
    const whole = await reportDocument(test.store, newest?.id ?? 0);
    const short = await reportWithoutRounds(test.store, newest?.id ?? 0);
    expect(short).toEqual({
      ...whole,
      trials: whole.trials.map((t) => ({ ...t, record: null })),
      loadTests: whole.loadTests?.map((t) => ({ ...t, evidence: null })),
    });
    const withLoads = await reportWithoutRounds(test.store, newest?.id ?? 0, { keepLoads: true });
    expect(withLoads.loadTests).toEqual(whole.loadTests);
    for (const format of ['html', 'md', 'csv'] as const)
      expect(await renderReport(short, format), format).toEqual(await renderReport(whole, format));
    expect(leadView(short)).toEqual(leadView(whole));
    expect(whatIf(short)).toEqual(whatIf(whole));
    expect(verifyReport(short).ok).toBe(false);
    await expect(reportWithoutRounds(test.store, 999)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is of all trials of a change, or of a time with what ended in it and a score', async () => {
    const change = await createReport(test.store, actor, {
      ...{ about: 'change', stack: 'shop', changeId: ids.change },
    });
    const ofChange = await reportDocument(test.store, change.reportId);
    expect([ofChange.title, ofChange.trials.map((t) => t.id)]).toEqual(['Set maxmemory', [ids.trial]]);
    const period = await createReport(test.store, actor, {
      ...{ about: 'period', stack: 'shop', from: new Date(now - 400 * hour), to: new Date(now) },
    });
    const ofPeriod = await reportDocument(test.store, period.reportId);
    // A trial that failed measured nothing; a load test that ended before anything was measured says so.
    expect(ofPeriod.trials).toEqual([]);
    expect(ofPeriod.loadTests?.map((t) => [t.id, t.figures === null])).toEqual([
      [ids.load, false],
      [ids.early, true],
    ]);
    expect(ofPeriod.notMeasured.some((n) => n.what.includes('Nothing came'))).toBe(true);
    expect(ofPeriod.score).toBeDefined();
    expect(ofPeriod.watched?.alertRules.length).toBeGreaterThan(0);
    expect(verifyReport(ofPeriod).ok).toBe(true);
  });

  it.each([
    ['nothing', () => ({ about: 'picked' as const, trialIds: [], loadTestIds: [] }), 'bad-input'],
    ['what runs', () => ({ about: 'picked' as const, loadTestIds: [ids.running] }), 'conflict'],
    ['another stack', () => ({ about: 'picked' as const, loadTestIds: [ids.foreign] }), 'bad-input'],
    ['no trial', () => ({ about: 'picked' as const, trialIds: [999] }), 'not-found'],
    ['no change', () => ({ about: 'change' as const, changeId: 999 }), 'not-found'],
    [
      'a time to come',
      () => ({ about: 'period' as const, from: new Date(now), to: new Date(now + 9 * hour) }),
      'bad-input',
    ],
  ])('is not written of %s', async (_, input, code) => {
    await expect(createReport(test.store, actor, { stack: 'shop', ...input() })).rejects.toMatchObject({
      code,
    });
  });
});
