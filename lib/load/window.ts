/** How long a segment is measured. */
export interface WindowPlan {
  /** Length of the measured window, ms. */
  ms: number;
  /** The window is prolonged to at most this while requests are lacking, ms. */
  maxMs: number;
  /** Index of the probe that needs `minRequests`, or null. */
  minRequestsOf: number | null;
  minRequests: number;
}

/**
 * True when the window's time is over: after `ms`, once the goal has its requests and every probe at
 * least one response; at `maxMs` in any case. Only responses inside the window are in `counts`.
 */
export function timeIsOver(plan: WindowPlan, elapsedMs: number, counts: readonly number[]): boolean {
  if (elapsedMs < plan.ms) return false;
  if (elapsedMs >= Math.max(plan.ms, plan.maxMs)) return true;
  if (plan.minRequestsOf !== null && (counts[plan.minRequestsOf] ?? 0) < plan.minRequests) return false;
  return counts.every((n) => n > 0);
}
