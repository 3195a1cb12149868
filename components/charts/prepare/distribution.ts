import type { Distribution } from '@/lib/contracts/trial';
import { logDomain, logTicks } from './ticks';

/**
 * The share axis is stretched towards its upper end by the share that is left, −log10(1 − share): each nine of
 * reliability takes the same height. p50, p95 and p99 then lie far apart, as on the percentile plots of HdrHistogram.
 */
const topShare = 0.999;
export const stretch = (share: number): number => -Math.log10(1 - Math.min(share, topShare));
export const unstretch = (y: number): number => 1 - 10 ** -y;

export const shareTicks = [0, 0.5, 0.9, 0.95, 0.99, topShare].map((share) => ({
  share,
  y: stretch(share),
  label: share === 0 ? '0' : `p${Number((share * 100).toFixed(1))}`,
}));

export interface DistributionRow {
  ms: number;
  before: number | null;
  after: number | null;
}
export interface Percentile {
  share: number;
  label: string;
  before: number | null;
  after: number | null;
}
export interface PreparedDistribution {
  rows: DistributionRow[];
  percentiles: Percentile[];
  domain: [number, number];
  ticks: number[];
}

type Curve = { ms: number; share: number }[];

/** Both arms of one endpoint on one logarithmic time axis; null where neither was measured. */
export function prepareDistribution(
  all: Distribution[],
  endpoint: string,
  steps = 160,
): PreparedDistribution | null {
  const curve = (arm: string): Curve =>
    [...(all.find((d) => d.endpoint === endpoint && d.arm === arm)?.points ?? [])]
      .filter((p) => p.ms > 0)
      .sort((a, b) => a.ms - b.ms);
  const before = curve('before');
  const after = curve('after');
  const domain = logDomain(
    [...before, ...after].filter((p) => p.share <= topShare + 1e-9).map((p) => p.ms),
    1.1,
  );
  if (!domain) return null;
  const [lo, hi] = domain;
  const rows: DistributionRow[] = [];
  for (let i = 0; i <= steps; i++) {
    const ms = lo * (hi / lo) ** (i / steps);
    rows.push({ ms, before: at(before, ms), after: at(after, ms) });
  }
  return {
    rows,
    percentiles: [0.5, 0.95, 0.99].map((share) => ({
      share,
      label: `p${share * 100}`,
      before: quantile(before, share),
      after: quantile(after, share),
    })),
    domain,
    ticks: logTicks(lo, hi, 6),
  };
}

/** Stretched share answered within `ms`; null before the first and after the last request of an arm. */
function at(curve: Curve, ms: number): number | null {
  const first = curve[0];
  const last = curve.at(-1);
  if (!first || !last || ms < first.ms) return null;
  if (ms >= last.ms) return null;
  for (let i = 1; i < curve.length; i++) {
    const [a, b] = [curve[i - 1], curve[i]];
    if (!a || !b || b.ms < ms) continue;
    const way = b.ms === a.ms ? 1 : Math.log(ms / a.ms) / Math.log(b.ms / a.ms);
    const share = a.share + (b.share - a.share) * way;
    return share > topShare ? null : stretch(share);
  }
  return null;
}

/** The time within which `share` of the requests were answered, ms. */
function quantile(curve: Curve, share: number): number | null {
  const found = curve.find((p) => p.share >= share - 1e-9);
  return found?.ms ?? null;
}
