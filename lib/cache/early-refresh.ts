/**
 * Whether to load a value again before it expires (XFetch). The chance grows as the expiry comes near, and
 * with the time a load takes, so that of many readers a few, not all, load it again.
 * Source: Vattani, Chierichetti, Lowenstein, Optimal Probabilistic Cache Stampede Prevention, VLDB 8(8), 2015,
 * with their beta of 1.
 * @param leftMs time until the expiry. @param loadMs time the last load took. @param random in (0, 1].
 */
export function refreshesEarly(leftMs: number, loadMs: number, random: number): boolean {
  return -loadMs * Math.log(random) >= leftMs;
}
