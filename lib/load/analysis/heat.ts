import type { HeatMap, LatencyBars } from '../../contracts/load-analysis';
import type { Bucket } from '../../stats/histogram-buckets';
import { type DecodedSecond, tally } from './merged';

/** Rows of a heat map in one power of ten of latency, and bars of a histogram. */
const rowsPerDecade = 6;
const barsPerDecade = 12;
/** Most columns: a second each up to two minutes. */
const mostColumns = 120;

/** Bounds of equal width on a logarithmic scale that hold all of the buckets. */
function logEdges(buckets: readonly Bucket[], perDecade: number): number[] {
  const [first] = buckets;
  const last = buckets.at(-1);
  if (!first || !last) return [];
  const middle = (b: Bucket) => Math.max((b.low + b.high) / 2, 1e-3);
  const from = Math.floor(Math.log10(middle(first)) * perDecade);
  const to = Math.floor(Math.log10(middle(last)) * perDecade) + 1;
  return Array.from({ length: to - from + 1 }, (_, i) => 10 ** ((from + i) / perDecade));
}

/** Counts by the bounds; each bucket goes whole where its middle lies, so that no request is counted twice or lost. */
function countBy(buckets: readonly Bucket[], edges: readonly number[], perDecade: number): number[] {
  const counts = new Array<number>(Math.max(0, edges.length - 1)).fill(0);
  const from = Math.round(Math.log10(edges[0] ?? 1) * perDecade);
  for (const { low, high, count } of buckets) {
    const at = Math.floor(Math.log10(Math.max((low + high) / 2, 1e-3)) * perDecade) - from;
    const row = Math.min(Math.max(at, 0), counts.length - 1);
    counts[row] = (counts[row] ?? 0) + count;
  }
  return counts;
}

/** Requests by second and latency; null without a request. */
export function heatMap(seconds: readonly DecodedSecond[]): HeatMap | null {
  const all = tally(seconds);
  const edges = logEdges(all.buckets, rowsPerDecade);
  if (edges.length < 2) return null;
  const length = (seconds.at(-1)?.t ?? 0) + 1;
  const columnSeconds = Math.max(1, Math.ceil(length / mostColumns));
  const columns: DecodedSecond[][] = Array.from({ length: Math.ceil(length / columnSeconds) }, () => []);
  for (const second of seconds) columns[Math.floor(second.t / columnSeconds)]?.push(second);
  const counts = columns.map((column) => countBy(tally(column).buckets, edges, rowsPerDecade));
  return { columnSeconds, edges, counts, most: Math.max(...counts.flat()) };
}

/** Requests by latency over the whole run. */
export function latencyBars(seconds: readonly DecodedSecond[], endpoint = ''): LatencyBars {
  const { buckets } = tally(seconds, endpoint);
  const edges = logEdges(buckets, barsPerDecade);
  return { edges, counts: countBy(buckets, edges, barsPerDecade) };
}
