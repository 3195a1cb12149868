import { incompleteBeta } from './incomplete-beta';

/** P(T ≤ t) for Student's t with `df` > 0 degrees of freedom (Abramowitz & Stegun 26.7.1). */
export function tCdf(t: number, df: number): number {
  const tail = 0.5 * incompleteBeta(df / (df + t * t), df / 2, 0.5);
  return t > 0 ? 1 - tail : tail;
}

/**
 * Quantile of Student's t by bisection on its distribution function, to 1e-12 relative.
 * Reference (R `qt`): p = 0.975, df = 11 → 2.200985160; df = 19 → 2.093024054; df = 1 → 12.70620474.
 * RangeError unless 0 < p < 1 and df > 0.
 */
export function tQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1 && df > 0))
    throw new RangeError(`tQuantile needs 0 < p < 1 and df > 0, got ${p}, ${df}`);
  if (p === 0.5) return 0;
  if (p < 0.5) return -tQuantile(1 - p, df);
  let low = 0;
  let high = 1;
  while (tCdf(high, df) < p) {
    low = high;
    high *= 2;
  }
  for (let i = 0; i < 200 && high - low > 1e-12 * high; i++) {
    const middle = (low + high) / 2;
    if (tCdf(middle, df) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
