import { describe, expect, it } from 'vitest';
import { endpointName, simulateRecord } from '@/test/simulate';
import { judgeRecord } from './judge';

/** Fixed seeds: what is counted here is the same on every machine. `npm run bench -- verdict` measures the same with more. */
function count(trials: number, make: (seed: number) => Parameters<typeof simulateRecord>[0]) {
  const outcomes = { improved: 0, regressed: 0, 'no-difference': 0, inconclusive: 0 };
  for (let seed = 1; seed <= trials; seed++) outcomes[judgeRecord(simulateRecord(make(seed))).verdict]++;
  return outcomes;
}

const goal = { endpoint: endpointName(0), metric: 'p50' } as const;

describe('false positives on A/A records (at most 5 %)', () => {
  const cases = [
    { name: 'one endpoint, 20 rounds', options: { rounds: 20 } },
    { name: 'one endpoint, goal p95', options: { rounds: 12, goal: { ...goal, metric: 'p95' as const } } },
    {
      name: 'three endpoints with a goal',
      options: { rounds: 12, endpoints: 3, goal, errorRate: 0.02, requestsPerSegment: 20 },
    },
    { name: 'three endpoints, no goal', options: { rounds: 12, endpoints: 3, requestsPerSegment: 20 } },
  ];
  it.each(cases)(
    '$name',
    ({ options }) => {
      const seen = count(200, (seed) => ({ seed, ...options }));
      expect(seen.improved + seen.regressed).toBeLessThanOrEqual(10);
    },
    120_000,
  );
});

describe('power at a true −10 % with 20 rounds (at least 95 %)', () => {
  it('one endpoint', () => {
    const seen = count(200, (seed) => ({ seed, rounds: 20, effect: 0.9 }));
    expect(seen.improved).toBeGreaterThanOrEqual(190);
  }, 120_000);

  it('three endpoints, no goal', () => {
    const seen = count(40, (seed) => ({ seed, rounds: 20, effect: 0.9, endpoints: 3 }));
    expect(seen.improved).toBeGreaterThanOrEqual(38);
  }, 120_000);
});
