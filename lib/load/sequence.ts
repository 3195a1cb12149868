import { seededRandom } from '../stats/random';

/** What a client sends next: the index of the probe and how often that probe was taken before. */
export interface Turn {
  probe: number;
  turn: number;
}

/**
 * Endless deterministic order of probes in proportion to their weights: smooth weighted round robin, in
 * which each step adds its weight to every probe's credit, takes the probe with most credit and charges
 * it the total. At every point each probe has had its share to within about one turn, so a rare probe is
 * neither starved nor bunched. The seed sets the credits (and so the phase) at the start, and the first row of each probe.
 * Weights must be positive. Method: smooth weighted round robin, as in nginx's upstream balancer.
 */
export function weightedSequence(weights: readonly number[], seed: number): () => Turn {
  const total = weights.reduce((sum, w) => sum + w, 0);
  const random = seededRandom(seed);
  const credit = weights.map((w) => (random.next() - 0.5) * w);
  const turns = weights.map(() => random.below(10_000));
  return () => {
    let best = 0;
    for (let i = 0; i < weights.length; i++) {
      credit[i] = (credit[i] ?? 0) + (weights[i] ?? 0);
      if ((credit[i] ?? 0) > (credit[best] ?? 0)) best = i;
    }
    credit[best] = (credit[best] ?? 0) - total;
    const turn = turns[best] ?? 0;
    turns[best] = turn + 1;
    return { probe: best, turn };
  };
}
