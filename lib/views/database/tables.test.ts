import { expect, it } from 'vitest';
import { growthPerDay } from './tables';

it('takes growth from the newest and the oldest size known, and none from too short a time', () => {
  const points = (minutes: number) => [
    { t: 0, v: 100 },
    { t: 60_000, v: null },
    { t: minutes * 60_000, v: 160 },
  ];
  expect(growthPerDay(points(60))).toBe(1440);
  expect(growthPerDay(points(9))).toBeNull();
  expect(growthPerDay([])).toBeNull();
});
