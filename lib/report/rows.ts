import type { ReportRow, ReportTrial } from '@/lib/contracts/report';
import type { Metric } from '@/lib/contracts/trial-record';
import type { EndpointVerdict } from '@/lib/contracts/verdict';

const unitOf: Record<Metric, string> = { p50: 'ms', p95: 'ms', throughput: 'requests/s', errors: 'share' };

/**
 * The before/after table, from the verdicts alone: the trial of all kept changes first, then each change's.
 * Every endpoint has its median; the goal, and every endpoint of the trial of all changes, p95 and throughput too;
 * error rates where there was an error.
 */
export function reportRows(trials: readonly ReportTrial[]): ReportRow[] {
  const rank = (trial: ReportTrial) => (trial.kind === 'overall' ? 0 : 1);
  const shown = trials.filter((t) => t.kind !== 'aa' && t.verdict !== null);
  return shown
    .toSorted((a, b) => rank(a) - rank(b) || a.id - b.id)
    .flatMap((trial) => (trial.verdict?.endpoints ?? []).flatMap((endpoint) => rowsOf(trial, endpoint)));
}

function rowsOf(trial: ReportTrial, endpoint: EndpointVerdict): ReportRow[] {
  if (endpoint.role === 'control') return [];
  const whole = endpoint.role === 'goal' || trial.kind === 'overall';
  const metrics: Metric[] = whole ? ['p50', 'p95', 'throughput'] : ['p50'];
  if (endpoint.errorsBefore + endpoint.errorsAfter > 0) metrics.push('errors');
  return metrics.map((metric) => {
    const { before, after, ratio, low, high, verdict } = endpoint[metric];
    return {
      trial: trial.id,
      endpoint: endpoint.endpoint,
      metric,
      unit: unitOf[metric],
      before,
      after,
      ratio,
      low,
      high,
      verdict,
      target: null,
    };
  });
}
