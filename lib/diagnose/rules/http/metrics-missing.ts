import type { CannotCheck } from '@/lib/contracts/finding';
import type { HttpContext } from './types';

/** A rule that needs the routes of a service says why it has none; null when it has. */
export function metricsMissing(id: string, { target, snapshot }: HttpContext): CannotCheck | null {
  if (snapshot.metricsMissing === null) return null;
  return {
    id,
    target,
    reason: snapshot.metricsMissing,
    enable:
      'Serve a histogram of request durations with labels method, route and status in Prometheus text format, and give its path as metricsPath.',
  };
}
