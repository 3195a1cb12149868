import { expect, it } from 'vitest';
import type { FindingView } from '@/lib/contracts/finding';
import { filterFindings } from './filter-findings';

const finding = (number: number, o: Partial<FindingView>): FindingView => ({
  number,
  key: `k${number}`,
  id: 'postgres/missing-index',
  severity: 'low',
  target: 'db',
  targetKind: 'postgres',
  subject: 'public.tasks',
  title: 'Scan',
  detail: '',
  evidence: [],
  thresholds: [],
  weight: 0,
  optimizations: [],
  state: 'open',
  firstSeenAt: '2026-01-01T00:00:00.000Z',
  lastSeenAt: '2026-01-01T00:00:00.000Z',
  mutedBy: null,
  mutedWhy: null,
  mutedUntil: null,
  changes: [],
  related: [],
  ...o,
});
const all = [
  finding(1, { weight: 0.1 }),
  finding(2, { weight: 0.4 }),
  finding(3, { severity: 'critical', target: 'cache' }),
  finding(4, { state: 'muted', severity: 'high', subject: 'public.users' }),
];
const any = { state: 'any', severity: 'any', target: 'any', text: '' };
const numbers = (f: Partial<typeof any>) => filterFindings(all, { ...any, ...f }).map((x) => x.number);

it('orders by severity, then by share', () => expect(numbers({})).toEqual([3, 4, 2, 1]));
it('narrows by state, severity, target and words', () => {
  expect(numbers({ state: 'open' })).toEqual([3, 2, 1]);
  expect(numbers({ severity: 'high' })).toEqual([4]);
  expect(numbers({ target: 'cache' })).toEqual([3]);
  expect(numbers({ text: 'USERS missing' })).toEqual([4]);
});
