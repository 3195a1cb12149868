import { type GradeLetter, gradeLetters, type LoadGrade } from '../../contracts/load-analysis';
import type { LoadRecord } from '../../contracts/load-record';
import { bucketsInMs, countWithin, type DecodedSecond, tally } from './merged';

/** Least share of requests within the objective for each letter; below the last it is an F. */
export const attainmentScale: readonly (readonly [GradeLetter, number])[] = [
  ['A+', 0.999],
  ['A', 0.99],
  ['B', 0.97],
  ['C', 0.93],
  ['D', 0.85],
];
/** Largest error rate for each letter; above the last it is an F. */
export const errorScale: readonly (readonly [GradeLetter, number])[] = [
  ['A+', 0.0001],
  ['A', 0.001],
  ['B', 0.005],
  ['C', 0.01],
  ['D', 0.05],
];
/** Fewer requests than this cannot tell 99.9 % from 99 %. */
export const leastRequests = 100;

/**
 * The grade of a load test: the worse of two letters.
 *
 * *Attainment* is good ÷ due. Due are all requests that ended, and those dropped because too many were in flight; good
 * are those answered without error within the objective (`profile.slo.latencyMs`). Errors other than timeouts are taken
 * to have been quick, so each takes one off the requests within the objective: the grade errs downwards.
 * *Errors* is the share of failed requests among those that ended. The scales are above; the service levels they
 * imitate are those of error budgets (Beyer et al., Site Reliability Engineering, 2016, chapter 4), the cuts are ours.
 *
 * A stress test is graded on its planned stages, or without any on the steps that kept everything: the search for the
 * limit is meant to fail, and what the target carries is the limit it found. Where stalls were
 * seen in the closed model, latencies are those corrected for coordinated omission. No grade is given where the
 * generator was the limit, below 100 requests, and for results without single requests.
 */
export function gradeOf(record: LoadRecord, seconds: readonly DecodedSecond[]): LoadGrade {
  const objectiveMs = record.plan?.profile.slo.latencyMs ?? null;
  const { graded, part } = gradedPart(record, seconds);
  const sum = tally(graded);
  const correction = graded.length === seconds.length ? record.coordinatedOmission : null;
  const none = (why: string): LoadGrade => ({
    letter: null,
    why,
    objectiveMs,
    attainment: null,
    byAttainment: null,
    errorRate: sum.count > 0 ? sum.errors / sum.count : null,
    byErrors: null,
    requests: sum.count,
    part,
    corrected: correction !== null,
  });
  if (record.given) return none('only summary figures were imported, not single requests');
  if (objectiveMs === null) return none('the run has no service level objective');
  if (record.generatorLimited) return none('the generator, not the target, was the limit');
  if (sum.count < leastRequests) return none(`there are fewer than ${leastRequests} requests to grade`);
  const buckets = correction ? correctedBuckets(correction.endpoints) : sum.buckets;
  const ended = buckets.reduce((n, b) => n + b.count, 0);
  const dropped = graded.reduce((n, s) => n + s.dropped, 0);
  const good = Math.max(0, countWithin(buckets, objectiveMs) - (sum.errors - sum.timeouts));
  const attainment = good / (ended + dropped);
  const errorRate = sum.errors / sum.count;
  const byAttainment = attainmentScale.find(([, least]) => attainment >= least)?.[0] ?? 'F';
  const byErrors = errorScale.find(([, most]) => errorRate <= most)?.[0] ?? 'F';
  return {
    ...none(''),
    why: null,
    letter: worse(byAttainment, byErrors),
    attainment,
    byAttainment,
    errorRate,
    byErrors,
  };
}

/** The seconds that are graded, and which they are in words. */
function gradedPart({ plan, limit }: LoadRecord, seconds: readonly DecodedSecond[]) {
  const whole = { graded: seconds, part: 'the whole run' };
  if (plan?.profile.kind !== 'stress' || !plan.profile.stress) return whole;
  const planned = plan.profile.stages.reduce((sum, stage) => sum + stage.durationMs, 0) / 1000;
  if (planned > 0) return { graded: seconds.filter((s) => s.t < planned), part: 'its planned stages' };
  const good = limit?.lastGoodLevel ?? null;
  if (good === null) return whole;
  return { graded: seconds.filter((s) => s.level <= good), part: 'the steps that kept everything' };
}

function correctedBuckets(endpoints: Record<string, { histogram: { base64: string; msPerUnit: number } }>) {
  return Object.values(endpoints).flatMap((e) => bucketsInMs(e.histogram));
}

const worse = (a: GradeLetter, b: GradeLetter): GradeLetter =>
  gradeLetters.indexOf(a) >= gradeLetters.indexOf(b) ? a : b;
