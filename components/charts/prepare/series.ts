import type { SeriesData, SeriesPoint } from '@/lib/contracts/metrics';
import { linearTicks } from './ticks';
import { type AxisUnit, axisUnit } from './unit';

export interface ChartLine {
  key: string;
  label: string;
  color: string;
  /** From the fourth line on also a pattern, so that colour alone does not tell them apart. */
  dash: string | null;
  /** Newest value that is not a gap. */
  last: number | null;
  min: number | null;
  max: number | null;
  mean: number | null;
  /** Name of the row's value that holds least and largest sample, where the points of this line have them. */
  band: string | null;
  /** The same series in the period before, drawn quietly at the same place; null where it is not asked for or unknown. */
  before: { key: string; last: number | null; mean: number | null } | null;
}

export interface ChartRow {
  t: number;
  [key: string]: number | null | [number, number];
}

export interface PreparedSeries {
  rows: ChartRow[];
  lines: ChartLine[];
  /** Series left out because a chart shows at most so many; the panel says so. */
  dropped: number;
  unit: AxisUnit;
  /** The contracts' unit, for tooltips. */
  rawUnit: string;
  yTicks: number[];
  /** True when no series holds a single value. */
  empty: boolean;
}

/** What is drawn of a series. */
export type Drawn = Pick<SeriesData, 'unit' | 'step' | 'points'>;

export interface SeriesInput<D extends Drawn = SeriesData> {
  data: D;
  label: string;
  color?: string;
  /** The same series in the period before, in its own time. */
  before?: D;
}

const dashes = [null, null, null, '5 3', '2 3', '8 3 2 3'];
/** A band behind more lines than this hides more than it shows. */
const mostBands = 3;
const colors = [1, 2, 3, 4, 5, 6].map((n) => `var(--series-${n})`);

interface Options {
  /** Most lines drawn. Those with the largest mean stay. */
  most?: number;
  /** Fixed top of the axis, in the series' unit (1 for a ratio). */
  top?: number;
  /** Keep the given order instead of largest first. */
  keepOrder?: boolean;
  /** How far the period before lies back, ms. */
  beforeBy?: number;
}

/**
 * Lines over one time axis. A gap stays a gap: a point that is null, or missing where the series' own step says one
 * should be, breaks the line and is never a zero.
 */
export function prepareSeries<D extends Drawn>(input: SeriesInput<D>[], o: Options = {}): PreparedSeries {
  const most = o.most ?? 6;
  const measured = input
    .map((s) => ({ ...s, stats: statistics(s.data) }))
    .filter((s) => s.stats.last !== null || s.data.points.length > 0);
  const ordered = o.keepOrder
    ? measured
    : [...measured].sort((a, b) => (b.stats.mean ?? -1) - (a.stats.mean ?? -1));
  const shown = ordered.slice(0, most);

  const rows = new Map<number, ChartRow>();
  const beforeStats = shown.map((s) => (s.before ? statistics(s.before) : null));
  const lines = shown.map(({ data, label, color, stats, before }, i): ChartLine => {
    const key = `s${i}`;
    const band = shown.length <= mostBands && data.points.some((p) => p.hi !== undefined) ? `b${i}` : null;
    for (const { t, v, lo, hi } of withGaps(data)) {
      const row = rows.get(t) ?? { t };
      row[key] = v;
      // One sample in a step: the band is as thin as the line there, and not broken.
      if (band !== null && v !== null) row[band] = [lo ?? v, hi ?? v];
      rows.set(t, row);
    }
    const earlier = beforeStats[i];
    for (const { t, v } of before ? shifted(before, o.beforeBy ?? 0) : []) {
      const row = rows.get(t) ?? { t };
      row[`p${i}`] = v;
      rows.set(t, row);
    }
    return {
      key,
      label,
      color: color ?? colors[i % colors.length] ?? 'var(--ink2)',
      dash: dashes[i] ?? null,
      band,
      before:
        earlier && earlier.last !== null ? { key: `p${i}`, last: earlier.last, mean: earlier.mean } : null,
      last: stats.last,
      min: stats.min,
      max: stats.max,
      mean: stats.mean,
    };
  });
  const rawUnit = shown[0]?.data.unit ?? input[0]?.data.unit ?? '';
  const max =
    o.top ?? Math.max(0, ...lines.map((l) => l.max ?? 0), ...beforeStats.map((s) => s?.highest ?? 0));
  const unit = axisUnit(rawUnit, max);
  return {
    rows: bridge(
      [...rows.values()].sort((a, b) => a.t - b.t),
      shown.flatMap((s, i) => [`s${i}`, ...(s.before ? [`p${i}`] : [])]),
    ),
    lines,
    dropped: ordered.length - shown.length,
    unit,
    rawUnit,
    yTicks: linearTicks(max / unit.by).map((v) => v * unit.by),
    empty: lines.every((l) => l.last === null),
  };
}

/** The series' points with a null put in wherever the time between two is over one and a half steps. */
function withGaps(data: Drawn): SeriesPoint[] {
  const out: SeriesPoint[] = [];
  const step = data.step * 1000;
  let last: number | null = null;
  for (const point of data.points) {
    if (last !== null && step > 0 && point.t - last > step * 1.5) out.push({ t: last + step, v: null });
    out.push(point);
    last = point.t;
  }
  return out;
}

/**
 * Series of different steps share rows: where a row belongs to another series only, the line is drawn through, so
 * the value there is left undefined for the renderer (which connects), while a gap stays null. The renderer cannot
 * tell the two apart, so the value is interpolated between its own neighbours.
 */
function bridge(rows: ChartRow[], keys: readonly string[]): ChartRow[] {
  for (const key of keys) {
    let previous = -1;
    rows.forEach((row, at) => {
      if (!(key in row)) return;
      const value = numberIn(row, key);
      const before = previous >= 0 ? rows[previous] : undefined;
      const from = before ? numberIn(before, key) : null;
      if (before && value !== null && from !== null) {
        for (let k = previous + 1; k < at; k++) {
          const between = rows[k];
          if (between) between[key] = from + ((value - from) * (between.t - before.t)) / (row.t - before.t);
        }
      }
      previous = at;
    });
  }
  for (const row of rows) for (const key of keys) row[key] ??= null;
  return rows;
}

/** The points of the period before at the place of this one; by whole steps, so that both share rows. */
function shifted(data: Drawn, byMs: number): SeriesPoint[] {
  const step = data.step * 1000;
  const by = step > 0 ? Math.round(byMs / step) * step : byMs;
  return withGaps(data).map((p) => ({ ...p, t: p.t + by }));
}

/** The value of a line in a row; null for a gap and for what is no value of a line. */
export function numberIn(row: ChartRow, key: string): number | null {
  const value = row[key];
  return typeof value === 'number' ? value : null;
}

/** Newest and mean value of the points; least and largest of the samples they stand for. */
function statistics(
  data: Drawn,
): Pick<ChartLine, 'last' | 'min' | 'max' | 'mean'> & { highest: number | null } {
  const measured = data.points.flatMap((p) => (p.v === null ? [] : [{ ...p, v: p.v }]));
  if (measured.length === 0) return { last: null, min: null, max: null, mean: null, highest: null };
  const values = measured.map((p) => p.v);
  return {
    last: values.at(-1) ?? null,
    min: measured.reduce((least, p) => Math.min(least, p.lo ?? p.v), Number.POSITIVE_INFINITY),
    max: measured.reduce((most, p) => Math.max(most, p.hi ?? p.v), Number.NEGATIVE_INFINITY),
    mean: values.reduce((sum, v) => sum + v, 0) / values.length,
    // Of the points themselves: the period before is drawn without the spread of its samples.
    highest: Math.max(...values),
  };
}
