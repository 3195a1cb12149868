export interface SparkPath {
  /** SVG path, one piece per unbroken run of values. */
  d: string;
  /** Runs of a single point, drawn as dots. */
  dots: { x: number; y: number }[];
}

/** A small line without axes, in a box of `width` by `height`. Gaps break it. Null without any value. */
export function sparkPath(
  points: readonly { t: number; v: number | null }[],
  width: number,
  height: number,
  pad = 2,
): SparkPath | null {
  const values = points.flatMap((p) => (p.v === null ? [] : [p.v]));
  const [first, last] = [points[0], points.at(-1)];
  if (values.length === 0 || !first || !last) return null;
  const [lo, hi] = [Math.min(...values), Math.max(...values)];
  const span = last.t - first.t;
  const x = (t: number) => (span === 0 ? width : ((t - first.t) / span) * width);
  // A flat line lies in the middle; one at zero lies at the bottom.
  const y = (v: number) =>
    hi === lo
      ? hi === 0
        ? height - pad
        : height / 2
      : height - pad - ((v - lo) / (hi - lo)) * (height - 2 * pad);

  const runs: { x: number; y: number }[][] = [];
  let run: { x: number; y: number }[] = [];
  for (const p of points) {
    if (p.v === null) {
      if (run.length > 0) runs.push(run);
      run = [];
    } else run.push({ x: x(p.t), y: y(p.v) });
  }
  if (run.length > 0) runs.push(run);
  return {
    d: runs
      .filter((r) => r.length > 1)
      .map((r) => r.map((p, i) => `${i === 0 ? 'M' : 'L'}${p.x.toFixed(1)},${p.y.toFixed(1)}`).join(''))
      .join(''),
    dots: runs.flatMap((r) => (r.length === 1 && r[0] ? [r[0]] : [])),
  };
}
