import { expect, it } from 'vitest';
import type { Probe, SqlProbe, Workload } from '@/lib/contracts/workload';
import { insteadOf } from './instead';

const sql = (queryId: string, text: string): SqlProbe => ({
  kind: 'sql',
  name: queryId,
  weight: 1,
  target: 'db',
  sql: text,
  rows: [[]],
  mode: 'read',
  queryId,
});
const workload = (...probes: Probe[]): Workload => ({ clients: 1, seed: 1, probes });
const relation = { schema: 'public', name: 'totals' };
const change = { instead: [{ statement: '7', sql: 'select * from public.totals', relation }] };
const dear = sql('7', 'select count(*) from t');
const other = sql('8', 'select 1 from t');

it('has the statement sent that the application sends once the change is there', () => {
  expect(insteadOf(workload(dear, other), [{}, change]).probes).toEqual([
    { ...dear, instead: 'select * from public.totals' },
    other,
  ]);
});

it('leaves out what cannot be sent without the change, and refuses when nothing is left', () => {
  const reads = sql('9', 'select n from totals');
  expect(insteadOf(workload(reads, other), [change]).probes).toEqual([other]);
  expect(insteadOf(workload(reads, other), []).probes).toEqual([reads, other]);
  expect(() => insteadOf(workload(reads), [change])).toThrow('reads what the changes make');
});

it('sends the same in both arms of an A/A trial, also of a workload made for a change', () => {
  expect(insteadOf(insteadOf(workload(dear), [change]), []).probes).toEqual([dear]);
});
