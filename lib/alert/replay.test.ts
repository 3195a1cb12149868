import { expect, it } from 'vitest';
import { AlertCondition } from '@/lib/contracts/alert';
import { replay } from './replay';

const condition = AlertCondition.parse({
  metric: 'http.p95',
  comparison: 'above',
  threshold: 200,
  recover: 150,
  holdSeconds: 60,
});
const at = (s: number) => new Date(s * 1000).toISOString();
const points = (values: (number | null)[]) => values.map((v, i) => ({ t: i * 30_000, v }));

it('says when it would have fired, until when, and how bad it was', () => {
  expect(replay(condition, points([100, 300, 300, 300, 500, 160, 150, 300, 100, 300, 300, 300]))).toEqual([
    { at: at(90), until: at(180), worst: 500 },
    { at: at(330), until: null, worst: 300 },
  ]);
});

it('finds nothing in a calm or empty history', () => {
  expect(replay(condition, points([100, 200, 150]))).toEqual([]);
  expect(replay(condition, points([null, null]))).toEqual([]);
  expect(replay(condition, [])).toEqual([]);
});
