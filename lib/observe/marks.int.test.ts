import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Store } from '@/lib/store/client';
import { startTestStore } from '@/test/store';
import { stackMarks } from './marks';

let store: Store;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ store, stop } = await startTestStore());
});
afterAll(() => stop());

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 10, minute));

it('marks trials, load tests and what was switched outside of them, of one stack and one span', async () => {
  const stack = await store.db.stack.create({
    data: {
      name: 'shop',
      targets: { create: { kind: 'postgres', name: 'db', address: 'x', sealedConnection: 'x' } },
    },
    include: { targets: true },
  });
  const change = await store.db.change.create({
    data: {
      targetId: stack.targets[0]!.id,
      key: 'k',
      optimization: 'postgres/create-index',
      title: 'Index tasks',
      subject: 'tasks',
      plan: {},
    },
  });
  await store.db.trial.create({
    data: {
      stackId: stack.id,
      kind: 'change',
      changeId: change.id,
      title: 'Index tasks',
      design: {},
      state: 'done',
      verdict: { verdict: 'improved' },
      decision: 'kept',
      startedAt: at(10),
      finishedAt: at(20),
    },
  });
  await store.db.trial.create({
    data: {
      stackId: stack.id,
      kind: 'overall',
      title: 'All',
      design: {},
      state: 'running',
      startedAt: at(50),
    },
  });
  const load = await store.db.loadTest.create({
    data: {
      stackId: stack.id,
      target: 'api',
      title: 'Ramp',
      state: 'done',
      outcome: 'limit-found',
      startedAt: at(22),
      finishedAt: at(24),
    },
  });
  const journal = (minute: number, direction: string, phase = 'after') =>
    store.db.journalEntry.create({
      data: { changeId: change.id, at: at(minute), direction, step: 0, phase, statement: 'x' },
    });
  await journal(5, 'apply', 'before');
  await journal(5, 'apply');
  await journal(15, 'apply');
  await journal(16, 'rollback');
  await journal(30, 'rollback');
  const marks = await stackMarks(store, { stack: 'shop', from: at(0), to: at(59) });
  expect(marks.map((m) => [m.kind, m.at, m.note])).toEqual([
    ['applied', at(5).toISOString(), 'applied'],
    ['trial', at(10).toISOString(), 'trial: improved, kept'],
    ['load-test', at(22).toISOString(), 'load test: limit found'],
    ['rolled-back', at(30).toISOString(), 'rolled back'],
    ['trial', at(50).toISOString(), 'trial running'],
  ]);
  const between = await stackMarks(store, { stack: 'shop', from: at(18), to: at(31) });
  expect(between.map((m) => m.kind)).toEqual(['trial', 'load-test', 'rolled-back']);
  expect(between[1]).toMatchObject({ title: 'Ramp', path: `/load/${load.id}`, to: at(24).toISOString() });
  expect(await stackMarks(store, { stack: 'other', from: at(0), to: at(59) })).toEqual([]);
});

it('marks an alert from when it fired to when it ended', async () => {
  const target = await store.db.target.findFirstOrThrow();
  const rule = await store.db.alertRule.findFirstOrThrow({ where: { metric: 'http.p95' } });
  const alert = await store.db.alert.create({
    data: { ruleId: rule.id, targetId: target.id, label: '/x', state: 'resolved', since: at(95) },
  });
  const event = (minute: number, from: string, to: string) =>
    store.db.alertEvent.create({ data: { alertId: alert.id, at: at(minute), from, to, value: 300 } });
  await event(90, 'pending', 'firing');
  await event(95, 'firing', 'resolved');
  await event(96, 'pending', 'firing');
  const marks = (from: number, to: number) =>
    stackMarks(store, { stack: 'shop', from: at(from), to: at(to) });
  const found = (await marks(92, 120)).filter((m) => m.kind === 'alert');
  expect(found.map((m) => [m.at, m.to, m.running, m.title])).toEqual([
    [at(90).toISOString(), at(95).toISOString(), false, 'Response time over 200 ms (db /x)'],
    [at(96).toISOString(), null, true, 'Response time over 200 ms (db /x)'],
  ]);
  expect((await marks(70, 80)).filter((m) => m.kind === 'alert')).toEqual([]);
});
