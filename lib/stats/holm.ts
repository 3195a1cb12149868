/**
 * Holm's step-down adjustment of p-values (Holm 1979), with weights (ibid., section 5) where some hypotheses
 * matter more: in ascending order of p/weight, each p is multiplied by the weight still open and divided by
 * its own; never below the one before, at most 1. Equal weights give the usual Holm adjustment.
 * Reference (R `p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")`): 0.03, 0.06, 0.06, 0.02.
 * Reference, weights 3 and 1, p = 0.03 and 0.04: 0.04, 0.04.
 */
export function holm(pValues: readonly number[], weights?: readonly number[]): number[] {
  const weightAt = (i: number) => weights?.[i] ?? 1;
  const order = pValues.map((_, i) => i);
  const scaled = (i: number) => (pValues[i] ?? 1) / weightAt(i);
  order.sort((a, b) => scaled(a) - scaled(b) || a - b);
  let open = order.reduce((sum, i) => sum + weightAt(i), 0);
  let floor = 0;
  const adjusted = new Array<number>(pValues.length).fill(1);
  for (const i of order) {
    floor = Math.min(1, Math.max(floor, scaled(i) * open));
    adjusted[i] = floor;
    open -= weightAt(i);
  }
  return adjusted;
}
