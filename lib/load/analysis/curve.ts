import type { CurvePoint, ThroughputCurve } from '../../contracts/load-analysis';
import type { LoadRecord } from '../../contracts/load-record';
import { averageMs, type DecodedSecond, quantileMs, tally, underLoad } from './merged';

/** Most groups of seconds; a curve needs no more. */
const mostPoints = 24;
/** A knee can only be seen when the load varied: at least so many groups, and the largest load so many times the least. */
const leastPoints = 5;
const leastSpan = 2;

/**
 * Throughput against latency: seconds of about the same planned load together, and the knee of the curve, where
 * Kleinrock's power (throughput ÷ mean response time) is largest: beyond it each further request a second costs more
 * latency than it brings. Source: Kleinrock, "Power and deterministic rules of thumb for probabilistic problems in computer
 * communications", ICC 1979. Seconds in which the generator was the limit are left out.
 */
export function throughputCurve(record: LoadRecord, seconds: readonly DecodedSecond[]): ThroughputCurve {
  const limit = record.generatorLimited?.from ?? Number.POSITIVE_INFINITY;
  const used = underLoad(seconds).filter((s) => s.t < limit && s.durationMs >= 500 && s.endpoints.size > 0);
  const points = groupsOf(used).flatMap((group) => pointOf(group) ?? []);
  const none = (why: string): ThroughputCurve => ({ points, knee: null, why });
  const least = points[0]?.level ?? 0;
  const most = points.at(-1)?.level ?? 0;
  if (points.length < leastPoints || most < leastSpan * Math.max(least, Number.MIN_VALUE)) {
    return none('The load hardly varied: a ramp or a stress test shows where latency turns up.');
  }
  const power = points.map((p) => p.throughput / p.average);
  const knee = power.indexOf(Math.max(...power));
  if (knee === points.length - 1)
    return none('Not reached: up to the highest load, throughput grew faster than latency.');
  if (knee === 0)
    return none('The lowest load was beyond it already: latency grew faster than throughput from the start.');
  return { points, knee, why: null };
}

/** Seconds in groups of equal width in planned load, ascending; a group of a single second is joined to the one before. */
function groupsOf(seconds: readonly DecodedSecond[]): DecodedSecond[][] {
  const levels = seconds.map((s) => s.level);
  const lo = Math.min(...levels);
  const width = (Math.max(...levels) - lo) / mostPoints;
  const groups = new Map<number, DecodedSecond[]>();
  for (const second of seconds) {
    const index = width > 0 ? Math.min(mostPoints - 1, Math.floor((second.level - lo) / width)) : 0;
    groups.set(index, [...(groups.get(index) ?? []), second]);
  }
  const out: DecodedSecond[][] = [];
  for (const [, group] of [...groups].sort((a, b) => a[0] - b[0])) {
    const last = out.at(-1);
    if (last && last.length < 2) last.push(...group);
    else out.push([...group]);
  }
  return out;
}

function pointOf(group: readonly DecodedSecond[]): CurvePoint | null {
  const sum = tally(group);
  const average = averageMs(sum);
  const p50 = quantileMs(sum, 0.5);
  const p95 = quantileMs(sum, 0.95);
  if (average === null || p50 === null || p95 === null) return null;
  const ms = group.reduce((total, s) => total + s.durationMs, 0);
  return {
    level: group.reduce((total, s) => total + s.level, 0) / group.length,
    throughput: (sum.count - sum.errors) / (ms / 1000),
    average,
    p50,
    p95,
    errors: sum.errors / sum.count,
    seconds: group.length,
  };
}
