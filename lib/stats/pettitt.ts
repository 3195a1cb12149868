/** Where a series most likely changed its level, and how sure that is. */
export interface ChangePoint {
  /** Index of the first value after the change. */
  at: number;
  /** Two-sided p-value of "there is no change". */
  p: number;
  /** Lag-1 autocorrelation of what is left when both levels are taken away, as used; 0 where it is negative. */
  correlation: number;
}

/**
 * Pettitt's test for one change of level at an unknown time (Pettitt 1979, Applied Statistics 28(2), 126–135): ranks
 * only, so it needs no distribution and outliers do not mislead it. K = max |U_t| with U_t = Σ sgn(x_i − x_j)
 * over i ≤ t < j, and p ≈ 2·exp(−6K²/(n³ + n²)), which is on the safe side.
 *
 * It supposes independent values; figures of neighbouring hours are not. The variance of a sum of AR(1) values is
 * greater by (1 + ρ)/(1 − ρ) (Yue & Wang 2004, Water Resources Management 18, 201–218), so K is divided by its root. ρ is
 * estimated on the values less the median of their side, corrected for its bias in short series (Marriott & Pope 1954).
 * Fewer than 8 values → null: no p below 0.05 could be had.
 *
 * Reference: 1, 2, …, 6 has K = 9 at t = 3; 1, …, 10 changes at index 5.
 */
export function pettittTest(values: readonly number[]): ChangePoint | null {
  const n = values.length;
  if (n < 8) return null;
  let u = 0;
  let k = 0;
  let at = 0;
  for (let t = 0; t < n - 1; t++) {
    // Moving one value to the left side adds its sign against all others: the pairs within cancel.
    for (let j = 0; j < n; j++) u += Math.sign((values[t] ?? 0) - (values[j] ?? 0));
    if (Math.abs(u) > k) {
      k = Math.abs(u);
      at = t + 1;
    }
  }
  if (k === 0) return { at: 0, p: 1, correlation: 0 };
  const correlation = lagOne([...less(values.slice(0, at)), ...less(values.slice(at))]);
  const shrunk = (k * k * (1 - correlation)) / (1 + correlation);
  return { at, p: Math.min(1, 2 * Math.exp((-6 * shrunk) / (n ** 3 + n ** 2))), correlation };
}

function less(values: readonly number[]): number[] {
  const middle = medianOf(values);
  return values.map((v) => v - middle);
}

/** Median; NaN of nothing. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

/** Lag-1 autocorrelation around zero, its bias in short series corrected, within 0 to 0.99. */
function lagOne(values: readonly number[]): number {
  let products = 0;
  let squares = 0;
  for (const [i, v] of values.entries()) {
    squares += v * v;
    products += v * (values[i - 1] ?? 0);
  }
  if (squares === 0) return 0;
  const r = products / squares;
  return Math.min(0.99, Math.max(0, r + (2 + 8 * Math.max(0, r)) / values.length));
}
