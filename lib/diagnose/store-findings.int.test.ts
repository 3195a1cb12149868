import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Finding } from '@/lib/contracts/finding';
import type { Store } from '@/lib/store/client';
import { jsonBatches } from '@/lib/store/json-rows';
import { startTestStore } from '@/test/store';
import { storeFindings } from './store-findings';

let store: Store;
let stop: () => Promise<void>;
let stackId = 0;
let targetId = 0;

beforeAll(async () => {
  ({ store, stop } = await startTestStore());
  ({ id: stackId } = await store.db.stack.create({ data: { name: 's' } }));
  const target = { stackId, name: 'db', kind: 'postgres', sealedConnection: '', address: 'db:5432' };
  ({ id: targetId } = await store.db.target.create({ data: target }));
});
afterAll(() => stop?.());

const rule = 'postgres/no-primary-key';
const finding = (n: number, over: Partial<Finding> = {}): Finding => ({
  ...{ key: `${rule}:db:public.t${n}`, id: rule, severity: 'low', target: 'db', subject: `public.t${n}` },
  ...{
    title: `t${n} has no primary key`,
    detail: 'd',
    evidence: [],
    weight: 0,
    optimizations: [],
    facts: {},
  },
  ...over,
});
const keep = (findings: Finding[], at: string, cannotCheck: Parameters<typeof storeFindings>[4] = []) =>
  store.db.$transaction((tx) =>
    storeFindings(tx, stackId, new Map([['db', targetId]]), findings, cannotCheck, new Date(at)),
  );
const rows = async () => {
  const found = await store.db.finding.findMany({ orderBy: { id: 'asc' } });
  return new Map(found.map((f) => [f.subject.replace('public.', ''), f]));
};

it('keeps the findings of thousands of tables, some hundred a statement', async () => {
  const all = Array.from({ length: 1_200 }, (_, n) => finding(n));
  expect(jsonBatches(all).map((b) => JSON.parse(b).length)).toEqual([500, 500, 200]);
  await keep([...all, finding(0, { title: 'again' })], '2026-11-24T10:00:00Z');
  const first = await rows();
  expect(first.size).toBe(1_200);
  expect(first.get('t0')).toMatchObject({ title: 'again', state: 'open', targetId, severity: 'low' });

  const mute = { state: 'muted', mutedBy: 'ada', mutedWhy: 'known' };
  const until = (mutedUntil: string) => ({ ...mute, mutedUntil: new Date(mutedUntil) });
  const set = (n: number, data: object) =>
    store.db.finding.updateMany({ where: { subject: `public.t${n}` }, data });
  await set(1, mute);
  await set(2, until('2026-11-24T10:30:00Z'));
  await set(3, until('2026-11-25T10:00:00Z'));
  // Half of a pair, as cutting a text leaves it, stands in the way of no other finding.
  const seen = all.filter((_, n) => n < 4 || n > 6);
  seen[0] = finding(0, { evidence: [{ label: 'statement', value: 'x\ud83d', unit: '' }], weight: 0.5 });
  await keep(seen, '2026-11-24T11:00:00Z', [
    { id: rule, target: 'db', subjects: ['public.t6'], reason: 'r', enable: 'e' },
  ]);
  const then = await rows();
  const state = (n: number) => {
    const { state, mutedBy, mutedWhy } = then.get(`t${n}`) ?? {};
    return [state, mutedBy, mutedWhy];
  };
  expect(then.get('t0')).toMatchObject({ id: first.get('t0')?.id, weight: 0.5, state: 'open' });
  expect(then.get('t0')?.evidence).toEqual([{ label: 'statement', value: 'x\ufffd', unit: '' }]);
  expect([state(1), state(2), state(3)]).toEqual([
    ['muted', 'ada', 'known'],
    ['open', null, null],
    ['muted', 'ada', 'known'],
  ]);
  expect([state(5)[0], state(6)[0], state(7)[0]]).toEqual(['resolved', 'open', 'open']);
  expect(then.get('t5')?.resolvedAt).toEqual(new Date('2026-11-24T11:00:00Z'));

  await keep(all, '2026-11-24T12:00:00Z');
  expect((await rows()).get('t5')).toMatchObject({ state: 'open', resolvedAt: null, mutedBy: null });
});
