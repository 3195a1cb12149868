import { describe, expect, it } from 'vitest';
import type { HttpProbe } from '../contracts/workload';
import { emphasise, shareEqually, uniqueNames } from './emphasise';

const probe = (name: string, weight: number, target = 'api'): HttpProbe => ({
  kind: 'http',
  target,
  name,
  weight,
  method: 'GET',
  path: '/',
  headers: {},
  rows: [],
});
const weights = (list: HttpProbe[]) => list.map((p) => p.weight);

describe('emphasise', () => {
  it('gives the named probes half of all weight and keeps proportions', () => {
    expect(weights(emphasise([probe('a', 1), probe('b', 3), probe('c', 12)], ['a', 'b']))).toEqual([
      3, 9, 12,
    ]);
  });
  it('leaves what has half already, and a workload without the names', () => {
    expect(weights(emphasise([probe('a', 9), probe('b', 1)], ['a']))).toEqual([9, 1]);
    expect(weights(emphasise([probe('a', 9), probe('b', 1)], ['z']))).toEqual([9, 1]);
  });
});

it('shareEqually sums to 1', () => {
  expect(weights(shareEqually([probe('a', 1), probe('b', 3)]))).toEqual([0.25, 0.75]);
});

it('uniqueNames keeps the first and tells the others apart', () => {
  const names = uniqueNames([probe('a', 1), probe('a', 1, 'b'), probe('a', 1, 'b'), probe('c', 1)]).map(
    (p) => p.name,
  );
  expect(names).toEqual(['a', 'b: a', 'b: a (2)', 'c']);
});
