/**
 * Benjamini & Hochberg's (1995) step-up adjustment: controls the false discovery rate, for exploration only.
 * Reference (R `p.adjust(c(0.01, 0.04, 0.03, 0.005), "BH")`): 0.02, 0.04, 0.04, 0.02.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const n = pValues.length;
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[b] ?? 1) - (pValues[a] ?? 1) || b - a);
  const adjusted = new Array<number>(n).fill(1);
  let ceiling = 1;
  for (const [k, i] of order.entries()) {
    ceiling = Math.min(ceiling, ((pValues[i] ?? 1) * n) / (n - k));
    adjusted[i] = ceiling;
  }
  return adjusted;
}
