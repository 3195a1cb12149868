/** Where an axis is marked. All pure; the renderer decides nothing. */

/** Round steps from zero to just above `max`, about `wanted` of them. The last one is the axis's end. */
export function linearTicks(max: number, wanted = 4): number[] {
  if (!(max > 0) || !Number.isFinite(max)) return [0, 1];
  const raw = max / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((m) => m * power >= raw * 0.999) ?? 10) * power;
  const n = Math.ceil(max / step - 1e-9);
  return Array.from({ length: n + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** Candidate marks of a decade, dense first. */
const decades = [[1, 1.5, 2, 3, 4, 5, 7], [1, 2, 5], [1, 3], [1]];

/** Marks on a logarithmic axis inside [lo, hi], at most `most`: 1-2-5 inside few decades, powers of ten over many. */
export function logTicks(lo: number, hi: number, most = 6): number[] {
  if (!(lo > 0) || !(hi > lo)) return [];
  const from = Math.floor(Math.log10(lo));
  const to = Math.ceil(Math.log10(hi));
  const inside = (v: number) => v >= lo * 0.9999 && v <= hi * 1.0001;
  for (const set of decades) {
    const ticks: number[] = [];
    for (let e = from; e <= to; e++) for (const m of set) ticks.push(Number((m * 10 ** e).toPrecision(6)));
    const kept = ticks.filter(inside);
    if (kept.length <= most && kept.length >= 2) return kept;
  }
  // Either under one mark a decade (very wide) or less than a decade without two round marks (very narrow).
  if (to - from > most) {
    const every = Math.ceil((to - from) / most);
    const ticks: number[] = [];
    for (let e = from; e <= to; e += every) ticks.push(Number((10 ** e).toPrecision(6)));
    return ticks.filter(inside);
  }
  const step = 10 ** Math.floor(Math.log10(hi - lo));
  const fine = [step / 5, step / 2, step, step * 2, step * 5].find((s) => (hi - lo) / s <= most) ?? step * 5;
  const ticks: number[] = [];
  for (let v = Math.ceil(lo / fine) * fine; v <= hi * 1.0001; v += fine) ticks.push(Number(v.toPrecision(6)));
  return ticks;
}

/** The range of values on a logarithmic axis with a little room on both sides; null without positive values. */
export function logDomain(values: Iterable<number>, room = 1.15): [number, number] | null {
  let lo = Number.POSITIVE_INFINITY;
  let hi = 0;
  for (const v of values) {
    if (!(v > 0) || !Number.isFinite(v)) continue;
    lo = Math.min(lo, v);
    hi = Math.max(hi, v);
  }
  if (hi === 0) return null;
  // One value, or nearly: a range around it, or every difference would fill the axis.
  if (hi / lo < 1.5) {
    const middle = Math.sqrt(hi * lo);
    return [middle / 1.5, middle * 1.5];
  }
  return [lo / room, hi * room];
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  second,
  2 * second,
  5 * second,
  10 * second,
  15 * second,
  30 * second,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
];

/**
 * Round clock times in [from, to], ms, at most `most`. `offsetMs` is what the local clock is ahead of UTC, so that
 * midnight is the reader's.
 */
export function timeTicks(
  from: number,
  to: number,
  most: number,
  offsetMs = 0,
): { ticks: number[]; step: number } {
  const span = to - from;
  if (!(span > 0) || most < 1) return { ticks: [], step: 0 };
  const step = steps.find((s) => span / s <= most) ?? 7 * day * Math.ceil(span / (7 * day) / most);
  const ticks: number[] = [];
  for (let t = Math.ceil((from + offsetMs) / step) * step - offsetMs; t <= to; t += step) ticks.push(t);
  return { ticks, step };
}
