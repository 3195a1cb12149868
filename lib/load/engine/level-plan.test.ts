import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LoadStage } from '../../contracts/load';
import { LevelPlan } from './level-plan';

const due = (plan: LevelPlan) => {
  const times: number[] = [];
  for (let at = plan.peek(); at < Number.POSITIVE_INFINITY; at = plan.peek()) {
    times.push(at);
    plan.take();
  }
  return times;
};

it('spaces a constant rate evenly', () => {
  const plan = new LevelPlan(0, [
    { durationMs: 0, level: 4 },
    { durationMs: 1_000, level: 4 },
  ]);
  expect(due(plan)).toEqual([125, 375, 625, 875]);
});

it('offers as many requests as the area under the level, in order, within every stage', () => {
  const stages = fc.array(
    fc.record({ durationMs: fc.integer({ min: 0, max: 3_000 }), level: fc.integer({ min: 0, max: 400 }) }),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 }), stages, (start, list: LoadStage[]) => {
      const times = due(new LevelPlan(start, list));
      let level = start;
      let area = 0;
      let end = 0;
      for (const s of list) {
        area += ((level + s.level) / 2) * (s.durationMs / 1_000);
        end += s.durationMs;
        level = s.level;
        const before = times.filter((t) => t <= end).length;
        expect(Math.abs(before - area)).toBeLessThanOrEqual(0.5001);
      }
      expect(times.every((t, i) => t >= (times[i - 1] ?? 0))).toBe(true);
    }),
  );
});

it('goes on where it ended when a stage is added', () => {
  const plan = new LevelPlan(10, [{ durationMs: 1_000, level: 10 }]);
  expect(due(plan)).toHaveLength(10);
  plan.append({ durationMs: 0, level: 20 });
  plan.append({ durationMs: 1_000, level: 20 });
  const more = due(plan);
  expect(more).toHaveLength(20);
  expect(more[0]).toBeCloseTo(1_025);
  expect(plan.levelAt(500)).toBe(10);
  expect(plan.levelAt(1_500)).toBe(20);
  expect(plan.levelAt(9_000)).toBe(20);
});
