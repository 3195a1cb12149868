import type { LatencyHistogram } from './histogram';
import { quantileOfHistogram } from './histogram-quantile';

/**
 * Quantile of samples sorted ascending: linear interpolation between order statistics at rank q·(n − 1)
 * (Hyndman & Fan 1996, type 7; the default of R and NumPy).
 * Reference: 1, 2, 3, 4 at q = 0.5 → 2.5; 15, 20, 35, 40, 50 at q = 0.4 → 29.
 * For a histogram the same definition, see `quantileOfHistogram`; the result is in the histogram's unit.
 * NaN for no samples; RangeError when q is outside [0, 1].
 */
export function quantile(samples: ArrayLike<number> | LatencyHistogram, q: number): number {
  if (!(q >= 0 && q <= 1)) throw new RangeError(`quantile ${q} is outside 0 to 1`);
  if (!('length' in samples)) return quantileOfHistogram(samples, q);
  const n = samples.length;
  if (n === 0) return Number.NaN;
  const rank = q * (n - 1);
  const below = Math.floor(rank);
  const low = samples[below] ?? Number.NaN;
  const high = samples[Math.min(below + 1, n - 1)] ?? Number.NaN;
  return low + (high - low) * (rank - below);
}
