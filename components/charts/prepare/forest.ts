import { ratioText } from '@/lib/client/format';
import type { ForestEntry } from '@/lib/contracts/trial';
import { intervalDomain, outcomeColor } from './interval';
import { logTicks } from './ticks';

export interface PreparedForestRow extends ForestEntry {
  color: string;
  /** Read out in place of the drawing: "0.085×, 95% interval 0.079× to 0.092×". */
  said: string;
  y: number;
  /** Throughput: more is better, so its ratio is turned round and all rows point one way. */
  x: number;
  xLow: number;
  xHigh: number;
}

export interface PreparedForest {
  rows: PreparedForestRow[];
  domain: [number, number];
  ticks: number[];
  /** Older trials left out; the panel says so. */
  dropped: number;
}

/** Rows of the forest plot, newest first, on one logarithmic axis where left is better. */
export function prepareForest(rows: readonly ForestEntry[], most = 12): PreparedForest {
  const shown = [...rows].sort((a, b) => b.at.localeCompare(a.at)).slice(0, most);
  const prepared = shown.map((row, y): PreparedForestRow => {
    const turn = row.metric === 'throughput';
    return {
      ...row,
      y,
      color: outcomeColor(row.outcome),
      said: `${ratioText(row.ratio)}, 95% interval ${ratioText(row.low)} to ${ratioText(row.high)}`,
      x: turn ? 1 / row.ratio : row.ratio,
      xLow: turn ? 1 / row.high : row.low,
      xHigh: turn ? 1 / row.low : row.high,
    };
  });
  const domain = intervalDomain(prepared.map((r) => ({ ratio: r.x, low: r.xLow, high: r.xHigh })));
  const ticks = logTicks(domain[0], domain[1], 6);
  return {
    rows: prepared,
    domain,
    ticks: ticks.some((t) => Math.abs(t - 1) < 1e-9)
      ? ticks
      : [...ticks.filter((t) => t < 0.9 || t > 1.15), 1].sort((a, b) => a - b),
    dropped: rows.length - shown.length,
  };
}
