/**
 * Where in an interval the ticks of a target lie, ms: spread evenly by a hash of its id (Knuth's multiplicative
 * hash), so that many targets are not read at one moment, and a target keeps its place over restarts.
 */
export function phaseOf(targetId: number, intervalMs: number): number {
  const hash = Math.imul(targetId, 0x9e3779b1) >>> 0;
  return Math.floor((hash / 2 ** 32) * intervalMs);
}

/**
 * The next tick after `now` on the grid of `intervalMs`. Ticks that passed while a reading was under way are
 * skipped, never caught up with; so is one that would follow the last reading within half an interval.
 */
export function nextTick(now: number, lastStart: number, intervalMs: number, phase: number): number {
  const earliest = Math.max(now, lastStart + intervalMs / 2);
  return Math.ceil((earliest - phase) / intervalMs) * intervalMs + phase;
}

/** Wait before the n-th attempt to reconnect (from 1): 1, 2, 4 … 30 s, in proportion when intervals are shorter. */
export function backoffMs(attempt: number, intervalMs: number): number {
  return Math.min(6 * intervalMs, (intervalMs / 5) * 2 ** Math.min(attempt - 1, 10));
}
