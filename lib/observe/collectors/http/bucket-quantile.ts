/** One bucket of a classic Prometheus histogram: how many observations were at most `le`. */
export interface CumulativeBucket {
  le: number;
  count: number;
}

/**
 * Quantile of a classic histogram as `histogram_quantile` computes it: linear within a bucket; the first bucket
 * begins at 0 when its bound is positive; in the `+Inf` bucket the answer is the highest finite bound (the true
 * value is at least that). Null without observations or without a `+Inf` bucket.
 * Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 * (promql/quantile.go, bucketQuantile)
 */
export function bucketQuantile(q: number, buckets: readonly CumulativeBucket[]): number | null {
  const sorted = monotonic(buckets);
  const last = sorted.at(-1);
  if (!last || last.le !== Number.POSITIVE_INFINITY || sorted.length < 2 || !(last.count > 0)) return null;
  const rank = q * last.count;
  const index = sorted.findIndex((b) => b.count >= rank);
  if (index === sorted.length - 1) return sorted[sorted.length - 2]?.le ?? null;
  const bucket = sorted[index];
  if (!bucket) return null;
  if (index === 0 && bucket.le <= 0) return bucket.le;
  const below = sorted[index - 1];
  const start = below?.le ?? 0;
  const inside = bucket.count - (below?.count ?? 0);
  if (inside === 0) return start;
  return start + ((bucket.le - start) * (rank - (below?.count ?? 0))) / inside;
}

/** In order of bound, one a bound, and never falling: buckets of one page may be a moment apart. */
function monotonic(buckets: readonly CumulativeBucket[]): CumulativeBucket[] {
  const byBound = new Map<number, number>();
  for (const { le, count } of buckets) byBound.set(le, (byBound.get(le) ?? 0) + count);
  let highest = 0;
  return [...byBound]
    .sort(([a], [b]) => a - b)
    .map(([le, count]) => {
      highest = Math.max(highest, count);
      return { le, count: highest };
    });
}
