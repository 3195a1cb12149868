import type { Metric } from '@/lib/contracts/trial-record';
import { bootstrapDifference } from '@/lib/stats/bootstrap-difference';
import { bootstrapInterval } from '@/lib/stats/bootstrap-interval';
import { mean } from '@/lib/stats/mean';
import { seedOf } from '@/lib/stats/random';
import { signFlipTest } from '@/lib/stats/sign-flip-test';
import { standardDeviation } from '@/lib/stats/standard-deviation';
import { tInterval } from '@/lib/stats/t-interval';
import { twoSampleTest } from '@/lib/stats/two-sample-test';
import { welchInterval } from '@/lib/stats/welch-interval';
import { present, type RoundValues } from './round-values';

/** One metric of one subject compared over rounds. `centre`, `low`, `high` are of d: ln(after/before), or a rate difference. */
export interface Comparison {
  metric: Metric;
  /** Means of the round values: logarithms, or rates. */
  before: number;
  after: number;
  centre: number;
  low: number;
  high: number;
  bootstrapLow: number;
  bootstrapHigh: number;
  p: number;
  /** Rounds it rests on (separated: of the smaller side). */
  rounds: number;
  /** Rounds with a difference other than 0; the smallest p that can come out depends on them. */
  informative: number;
  /** Standard deviation of d between rounds. */
  spread: number;
}

/** Interleaved: the rounds' differences d, sign-flip test and t interval. Null when no round has both arms. */
export function comparePaired(
  values: RoundValues,
  metric: Metric,
  seed: number,
  name: string,
): Comparison | null {
  const before: number[] = [];
  const after: number[] = [];
  values.before.forEach((value, r) => {
    const other = values.after[r] ?? null;
    if (value === null || other === null) return;
    before.push(value);
    after.push(other);
  });
  if (before.length === 0) return null;
  const d = after.map((value, i) => value - (before[i] ?? 0));
  const own = seed ^ seedOf(`${metric} ${name}`);
  const interval = d.length > 1 ? tInterval(d) : unbounded;
  const bootstrap = d.length > 1 ? bootstrapInterval(d, own) : unbounded;
  return {
    metric,
    before: mean(before),
    after: mean(after),
    centre: mean(d),
    low: interval.low,
    high: interval.high,
    bootstrapLow: bootstrap.low,
    bootstrapHigh: bootstrap.high,
    p: signFlipTest(d, own),
    rounds: d.length,
    informative: d.filter((x) => x !== 0).length,
    spread: d.length > 1 ? standardDeviation(d) : 0,
  };
}

/** Separated: two groups of rounds, permutation test and Welch interval. Null when a side is empty. */
export function compareSeparated(
  values: RoundValues,
  metric: Metric,
  seed: number,
  name: string,
): Comparison | null {
  const before = present(values.before);
  const after = present(values.after);
  if (before.length === 0 || after.length === 0) return null;
  const own = seed ^ seedOf(`${metric} ${name}`);
  const enough = before.length > 1 && after.length > 1;
  const interval = enough ? welchInterval(before, after) : unbounded;
  const bootstrap = enough ? bootstrapDifference(before, after, own) : unbounded;
  const rounds = Math.min(before.length, after.length);
  const varied = new Set([...before, ...after]).size > 1;
  return {
    metric,
    before: mean(before),
    after: mean(after),
    centre: mean(after) - mean(before),
    low: interval.low,
    high: interval.high,
    bootstrapLow: bootstrap.low,
    bootstrapHigh: bootstrap.high,
    p: twoSampleTest(before, after, own),
    rounds,
    informative: varied ? rounds : 0,
    spread: enough ? Math.hypot(standardDeviation(before), standardDeviation(after)) : 0,
  };
}

/** One round alone says nothing about how rounds differ. */
const unbounded = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** No round has both arms: no figure, and an interval without bounds. */
export function nothingCompared(metric: Metric): Comparison {
  return {
    metric,
    before: 0,
    after: 0,
    centre: 0,
    ...unbounded,
    bootstrapLow: unbounded.low,
    bootstrapHigh: unbounded.high,
    p: 1,
    rounds: 0,
    informative: 0,
    spread: 0,
  };
}
