import { describe, expect, it } from 'vitest';
import { TrialSettings } from '@/lib/contracts/trial';
import type { Effect, EndpointVerdict, Outcome, Verdict } from '@/lib/contracts/verdict';
import { fits, noiseOf } from './noise';
import { emptyDesign } from './rows';

const settings = TrialSettings.parse({});
const named = (...names: string[]) => ({ workload: { probes: names.map((name) => ({ name })) } });
const aa = (names: string[], s = settings) => {
  const design = emptyDesign(s, []);
  design.workload.probes = names.map((name) => ({
    kind: 'http',
    target: 't',
    name,
    weight: 1,
    method: 'GET',
    path: '/',
    headers: {},
    rows: [],
  }));
  return design;
};

describe('fits', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  it('takes the same workload, more rounds, and one probe more', () => {
    expect(fits(aa(names), settings, named(...names), { endpoint: 'a', metric: 'p50' })).toBe(true);
    expect(fits(aa(names, { ...settings, rounds: 20 }), settings, named(...names), null)).toBe(true);
    expect(fits(aa(names), settings, named(...names, 'f'), null)).toBe(true);
  });
  it.each([
    ['fewer rounds', aa(names, { ...settings, rounds: 6 }), names, null],
    ['other segments', aa(names, { ...settings, segmentSeconds: 1 }), names, null],
    ['other clients', aa(names, { ...settings, clients: 8 }), names, null],
    ['another workload', aa(names), ['a', 'b', 'x', 'y', 'z'], null],
    ['a goal it did not measure', aa(names), [...names, 'f'], { endpoint: 'f', metric: 'p50' as const }],
  ])('refuses %s', (_, design, probes, goal) => {
    expect(fits(design, settings, named(...probes), goal)).toBe(false);
  });
});

describe('noiseOf', () => {
  const effect = (low: number, high: number, verdict: Outcome = 'inconclusive'): Effect => ({
    before: 1,
    after: 1,
    ratio: 1,
    low,
    high,
    bootstrapLow: low,
    bootstrapHigh: high,
    intervalsDisagree: false,
    p: 0.5,
    adjustedP: 1,
    verdict,
  });
  const verdictOf = (low: number, high: number, verdict: Outcome, own = effect(0.9, 1.1)): Verdict => ({
    verdict,
    metric: 'p50',
    goal: null,
    ratio: 1,
    low,
    high,
    p: 0.5,
    rounds: 12,
    voidRounds: 0,
    margin: 0.05,
    interleaved: true,
    sentence: '',
    roundsNeeded: null,
    harmed: [],
    endpoints: [
      {
        endpoint: 'x',
        role: 'guard',
        metric: 'p50',
        verdict: own.verdict,
        requestsBefore: 1,
        requestsAfter: 1,
        errorsBefore: 0,
        errorsAfter: 0,
        p50: own,
        p95: effect(0.5, 1.5),
        p99Before: 1,
        p99After: 1,
        throughput: effect(1, 1),
        errors: effect(0, 0),
      } satisfies EndpointVerdict,
    ],
  });
  const goal = { endpoint: 'x', metric: 'p50' as const };

  it('is half the width on the goal, and calm below the margin', () => {
    const noise = noiseOf(3, verdictOf(0.99, 1.01, 'no-difference', effect(0.97, 1.03)), goal, settings);
    expect(noise).toMatchObject({ trialId: 3, rejected: false, advice: null });
    expect(noise.halfWidth).toBeCloseTo(0.03);
  });
  it('advises more rounds when it is wider than the margin', () => {
    const noise = noiseOf(3, verdictOf(0.99, 1.01, 'no-difference'), goal, settings);
    expect(noise.halfWidth).toBeCloseTo(0.1);
    expect(noise.advice).toContain('about 49 rounds');
  });
  it('speaks of the whole workload without a goal', () => {
    expect(noiseOf(3, verdictOf(0.98, 1.02, 'no-difference'), null, settings).halfWidth).toBeCloseTo(0.02);
  });
  it('says so when the A/A itself found a difference, overall or on the goal', () => {
    expect(noiseOf(3, verdictOf(0.8, 0.9, 'improved'), null, settings)).toMatchObject({ rejected: true });
    const own = effect(1.1, 1.2, 'regressed');
    const noise = noiseOf(3, verdictOf(0.99, 1.01, 'no-difference', own), goal, settings);
    expect(noise.rejected).toBe(true);
    expect(noise.advice).toContain('nothing was changed');
  });
});
