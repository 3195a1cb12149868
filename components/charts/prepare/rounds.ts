import type { SegmentFigures } from '@/lib/contracts/trial';
import { logDomain, logTicks } from './ticks';

export type RoundMetric = 'p50' | 'p95' | 'p99' | 'throughput';

export interface RoundPoint {
  order: number;
  round: number;
  arm: 'before' | 'after';
  value: number;
  requests: number;
  errors: number;
  void: string | null;
}
export interface PreparedRounds {
  before: RoundPoint[];
  after: RoundPoint[];
  /** Middle of each round on the order axis, and whether it does not count. */
  rounds: { round: number; middle: number; from: number; to: number; void: string | null }[];
  /** Rounds that get a number on the axis, so that the numbers do not run into each other. */
  labelled: Map<number, number>;
  domain: [number, number];
  ticks: number[];
  xDomain: [number, number];
}

/** Segments of one endpoint in the order they ran, for a logarithmic axis; null when none was measured. */
export function prepareRounds(
  segments: SegmentFigures[],
  endpoint: string,
  metric: RoundMetric,
  mostLabels = 14,
): PreparedRounds | null {
  const points = segments.flatMap((s): RoundPoint[] => {
    const e = s.endpoints[endpoint];
    const value = e?.[metric];
    if (!e || value === undefined || !(value > 0) || (s.arm !== 'before' && s.arm !== 'after')) return [];
    return [
      {
        order: s.order,
        round: s.round,
        arm: s.arm,
        value,
        requests: e.requests,
        errors: e.errors,
        void: s.void,
      },
    ];
  });
  const domain = logDomain(points.map((p) => p.value));
  if (!domain) return null;

  const byRound = new Map<number, { from: number; to: number; void: string | null }>();
  for (const s of segments) {
    const r = byRound.get(s.round);
    byRound.set(s.round, {
      from: Math.min(r?.from ?? s.order, s.order),
      to: Math.max(r?.to ?? s.order, s.order),
      void: r?.void ?? s.void,
    });
  }
  const rounds = [...byRound]
    .sort(([a], [b]) => a - b)
    .map(([round, r]) => ({ round, ...r, middle: (r.from + r.to) / 2 }));
  const every = Math.max(1, Math.ceil(rounds.length / mostLabels));
  const orders = segments.map((s) => s.order);
  return {
    before: points.filter((p) => p.arm === 'before'),
    after: points.filter((p) => p.arm === 'after'),
    rounds,
    labelled: new Map(rounds.filter((_, i) => i % every === 0).map((r) => [r.middle, r.round + 1])),
    domain,
    ticks: logTicks(domain[0], domain[1], 6),
    xDomain: [Math.min(...orders) - 0.7, Math.max(...orders) + 0.7],
  };
}
