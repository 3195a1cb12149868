import { expect, it } from 'vitest';
import { byPrefix, evenly } from './memory-sample';

it('takes items from the whole of a list', () => {
  expect(evenly([1, 2, 3], 5)).toEqual([1, 2, 3]);
  expect(
    evenly(
      Array.from({ length: 100 }, (_, i) => i),
      4,
    ),
  ).toEqual([0, 25, 50, 75]);
});

it('estimates what a prefix takes from its mean and its share, and nothing where nothing was measured', () => {
  const keys = ['user:1', 'user:2', 'user:3', 'list:1'];
  const bytes = new Map([
    ['user:1', 100],
    ['user:3', 300],
  ]);
  expect(byPrefix(keys, bytes, 4000)).toEqual([
    {
      prefix: 'user:',
      keys: 3,
      measured: 2,
      meanBytes: 200,
      estimatedBytes: 600_000,
      largest: { key: 'user:3', bytes: 300 },
    },
    { prefix: 'list:', keys: 1, measured: 0, meanBytes: null, estimatedBytes: null, largest: null },
  ]);
});
