import type { ComparedFigure, ComparedMetric, LoadComparison } from '../../contracts/load-analysis';
import type { LoadFigures, LoadRecord } from '../../contracts/load-record';
import { bootstrapInterval } from '../../stats/bootstrap-interval';
import { mean } from '../../stats/mean';
import { roundSignificant } from '../../stats/round-significant';
import { type Interval, tInterval } from '../../stats/t-interval';
import { summaryOf } from '../summary';
import { averageMs, type DecodedSecond, decodeSeconds, quantileMs, tally, underLoad } from './merged';

/** Seconds of a block. One-second blocks are correlated (0.26 on a real database, see docs/method.md). */
export const blockSeconds = 5;
/** Below this a sign-flip test cannot reject at 5 %, and an interval on so few values says nothing. */
export const leastBlocks = 6;
/** Requests a block needs for a quantile of it to mean anything: ten beyond the quantile would be better, one is the least. */
const leastRequests: Record<ComparedMetric, number> = {
  p50: 10,
  average: 10,
  p95: 20,
  p99: 100,
  throughput: 1,
  errors: 1,
};

export const comparedMetrics = [
  'p50',
  'p95',
  'p99',
  'average',
  'throughput',
  'errors',
] as const satisfies ComparedMetric[];

export const comparisonMethod =
  `Both runs are cut into blocks of ${blockSeconds} seconds. Blocks at the same time of the profile are paired, so that the profile’s own ups and downs cancel; ` +
  'the ratio is the geometric mean of the paired ratios, with a 95% t interval on their logarithms and a bootstrap interval over the blocks beside it. ' +
  'The interval covers the noise inside the runs, not what changed between them by itself: a verdict on a change needs a trial, which interleaves.';

interface Run {
  id: number;
  title: string;
  record: LoadRecord;
}

/** What forbids comparing `other` with `first`; empty when nothing does. */
export function notComparable(first: LoadRecord, other: LoadRecord): string[] {
  const why: string[] = [];
  for (const [name, run] of [
    ['the first run', first],
    ['this run', other],
  ] as const) {
    if (run.generatorLimited)
      why.push(`in ${name} the generator, not the target, was the limit (${run.generatorLimited.why})`);
    if (run.given) why.push(`${name} has only summary figures, no single requests`);
    else if (underLoad(run.seconds).length < leastBlocks * blockSeconds)
      why.push(`${name} is shorter than ${leastBlocks * blockSeconds} s`);
  }
  if (first.workloadHash === null || other.workloadHash === null) {
    why.push('it is not known whether both sent the same workload (an imported run does not say)');
  } else if (first.workloadHash !== other.workloadHash)
    why.push('another workload: endpoints, weights, bodies or parameters differ');
  if (shape(first) !== shape(other)) why.push('another profile: model, stages or think time differ');
  if (first.machine && other.machine) {
    const a = first.machine;
    const b = other.machine;
    if (a.cores !== b.cores || a.cpuModel !== b.cpuModel) {
      why.push(`another machine: ${a.cores} × ${a.cpuModel} and ${b.cores} × ${b.cpuModel}`);
    }
  } else why.push('the machine of one of them is not known');
  return why;
}

/** The part of a profile that shapes the load; limits and thresholds only say when it ends. */
function shape({ plan, model }: LoadRecord): string {
  if (!plan) return `unknown ${model}`;
  const { kind, startLevel, stages, thinkTime, keepAlive, http, stress } = plan.profile;
  return JSON.stringify([
    kind,
    plan.profile.model,
    startLevel,
    stages,
    thinkTime,
    keepAlive,
    http,
    stress ?? null,
  ]);
}

/**
 * One run against the first. Figures over the whole run always; intervals only where the two are comparable.
 * `seed` seeds the bootstrap: the same records give the same intervals.
 */
export function compareLoads(first: Run, other: Run, seed = 1): LoadComparison {
  const why = notComparable(first.record, other.record);
  const a = underLoad(decodeSeconds(first.record));
  const b = underLoad(decodeSeconds(other.record));
  const whole = [summaryOf(first.record), summaryOf(other.record)] as const;
  const endpoints = [...new Set(whole.flatMap((s) => Object.keys(s.endpoints)))].sort();
  const notes: string[] = [];
  if (first.record.target.origin !== other.record.target.origin) {
    notes.push(`Different addresses: ${first.record.target.origin} and ${other.record.target.origin}.`);
  }
  if (Math.abs(a.length - b.length) >= blockSeconds && why.length === 0) {
    const shared = Math.min(a.length, b.length);
    notes.push(`One ended earlier: the intervals are on the first ${shared} s of both.`);
  }
  const figures = ['', ...endpoints].flatMap((endpoint) => {
    const [x, y] = whole.map((s) => (endpoint === '' ? s.total : s.endpoints[endpoint]));
    return comparedMetrics.map((metric): ComparedFigure => {
      const d = why.length > 0 || metric === 'errors' ? [] : logRatios(a, b, endpoint, metric);
      return { endpoint, metric, first: shown(x, metric), other: shown(y, metric), ...intervalOf(d, seed) };
    });
  });
  return { id: other.id, title: other.title, notComparable: why, notes, figures };
}

function shown(figures: LoadFigures | undefined, metric: ComparedMetric): number | null {
  if (!figures) return null;
  if (metric === 'throughput') return figures.rps;
  return metric === 'errors' ? figures.errorRate : figures[metric];
}

function intervalOf(d: readonly number[], seed: number) {
  const none = { ratio: null, low: null, high: null, bootLow: null, bootHigh: null, blocks: d.length };
  if (d.length < leastBlocks) return none;
  const t = exponent(tInterval(d));
  const boot = exponent(bootstrapInterval(d, seed));
  return {
    ...none,
    ratio: roundSignificant(Math.exp(mean(d))),
    low: t.low,
    high: t.high,
    bootLow: boot.low,
    bootHigh: boot.high,
  };
}

const exponent = ({ low, high }: Interval): Interval => ({
  low: roundSignificant(Math.exp(low)),
  high: roundSignificant(Math.exp(high)),
});

/** ln(other ÷ first) of each pair of blocks that has requests enough on both sides. */
export function logRatios(
  a: readonly DecodedSecond[],
  b: readonly DecodedSecond[],
  endpoint: string,
  metric: ComparedMetric,
): number[] {
  const blocks = Math.floor(Math.min(a.length, b.length) / blockSeconds);
  return Array.from({ length: blocks }, (_, i) => {
    const part = (run: readonly DecodedSecond[]) => run.slice(i * blockSeconds, (i + 1) * blockSeconds);
    const [x, y] = [part(a), part(b)];
    const enough = [x, y].every((run) => tally(run, endpoint).count >= leastRequests[metric]);
    const first = metricOf(x, endpoint, metric);
    const other = metricOf(y, endpoint, metric);
    return enough && first !== null && other !== null && first > 0 && other > 0
      ? Math.log(other / first)
      : Number.NaN;
  }).filter((d) => Number.isFinite(d));
}

/** A metric over some seconds, as the summary has it over the whole run. */
function metricOf(
  seconds: readonly DecodedSecond[],
  endpoint: string,
  metric: ComparedMetric,
): number | null {
  const sum = tally(seconds, endpoint);
  if (metric === 'throughput') {
    const ms = seconds.reduce((total, s) => total + s.durationMs, 0);
    return ms > 0 ? sum.count / (ms / 1000) : null;
  }
  if (metric === 'average') return averageMs(sum);
  return quantileMs(sum, metric === 'p50' ? 0.5 : metric === 'p95' ? 0.95 : 0.99);
}
