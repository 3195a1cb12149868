const day = 24 * 3_600_000;
const week = 7 * day;

/** The newest moment, at or before `now` (ms), at which a week ends: this weekday (Monday is 1) and hour, UTC. Pure. */
export function weekEnd(now: number, weekday: number, hour: number): number {
  // 5 January 1970 was a Monday.
  const first = 4 * day + (weekday - 1) * day + hour * 3_600_000;
  return first + Math.floor((now - first) / week) * week;
}

/** The end of the week that now is in. */
export const nextWeekEnd = (now: number, weekday: number, hour: number): number =>
  weekEnd(now, weekday, hour) + week;

/** When a week that ends so began. */
export const weekStart = (end: number): number => end - week;
