import { describe, expect, it } from 'vitest';
import type { Verdict } from '@/lib/contracts/verdict';
import { decide } from './policy';

const verdict = (v: Partial<Verdict>): Verdict => ({
  verdict: 'improved',
  metric: 'p50',
  goal: 'x',
  ratio: 0.5,
  low: 0.4,
  high: 0.6,
  p: 0.001,
  rounds: 12,
  voidRounds: 0,
  margin: 0.05,
  interleaved: true,
  sentence: '',
  roundsNeeded: null,
  harmed: [],
  endpoints: [],
  ...v,
});

describe('decide', () => {
  it.each<[Partial<Verdict>, string, string]>([
    [{ verdict: 'improved' }, 'kept', 'improvement'],
    [{ verdict: 'no-difference' }, 'rolled-back', 'no difference'],
    [{ verdict: 'regressed' }, 'rolled-back', 'goal worse'],
    [{ verdict: 'regressed', harmed: ['a', 'b'] }, 'rolled-back', 'a, b'],
    [{ verdict: 'inconclusive', roundsNeeded: 40 }, 'rolled-back', 'About 40 rounds'],
    [{ verdict: 'inconclusive' }, 'rolled-back', 'could not show'],
  ])('%o', (given, decision, words) => {
    const decided = decide(verdict(given));
    expect(decided.decision).toBe(decision);
    expect(decided.why).toContain(words);
  });

  it.each<[Verdict['verdict'], string]>([
    ['improved', 'kept'],
    ['no-difference', 'kept'],
    ['regressed', 'rolled-back'],
  ])('what has another purpose and is %s in time is %s', (outcome, decision) => {
    const decided = decide(verdict({ verdict: outcome }), 'to reserve less memory');
    expect(decided.decision).toBe(decision);
    if (outcome === 'no-difference') expect(decided.why).toContain('to reserve less memory');
  });

  // Bounds by hand from the definition: high ≤ 1 + margin.
  it.each<[string, Partial<Verdict>, string]>([
    ['within the margin above', { low: 0.8, high: 1.05 }, 'kept'],
    ['beyond the margin', { low: 0.8, high: 1.0501 }, 'rolled-back'],
    ['not interleaved', { low: 0.8, high: 1, interleaved: false }, 'rolled-back'],
    ['too few rounds', { low: 0.8, high: 1, rounds: 5 }, 'rolled-back'],
    ['on throughput, where less is worse', { low: 0.8, high: 1, metric: 'throughput' }, 'rolled-back'],
    ['better, but a guard was lost', { low: 0.5, high: 0.9, adjustedP: 0.001 }, 'rolled-back'],
    ['better, but not surely', { low: 0.8, high: 0.99, adjustedP: 0.06 }, 'kept'],
  ])('an inconclusive trial of what has another purpose: %s', (_, given, decision) => {
    const inconclusive = verdict({ verdict: 'inconclusive', ...given });
    expect(decide(inconclusive, 'to reserve less memory').decision).toBe(decision);
    expect(decide(inconclusive).decision).toBe('rolled-back');
  });
});
