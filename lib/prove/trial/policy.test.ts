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
    ['inconclusive', 'rolled-back'],
  ])('what has another purpose and is %s in time is %s', (outcome, decision) => {
    const decided = decide(verdict({ verdict: outcome }), 'to reserve less memory');
    expect(decided.decision).toBe(decision);
    if (outcome === 'no-difference') expect(decided.why).toContain('to reserve less memory');
  });
});
