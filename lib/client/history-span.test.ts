import { expect, it } from 'vitest';
import { historySpan } from './history-span';

const day = 86_400_000;

it('opens on a span that the age of the stack fills, and keeps to what is asked for', () => {
  expect([0, 1, 2, 5, 7, 300].map((days) => historySpan('', days * day).value)).toEqual([
    '24h',
    '24h',
    '7d',
    '7d',
    '30d',
    '30d',
  ]);
  expect(historySpan('400d', 0)).toMatchObject({ ms: 400 * day, points: 400 });
  expect(historySpan('nonsense', 0).value).toBe('24h');
});
