import type { MetricName } from '@/lib/contracts/metrics';
import type { ReportDocument } from '@/lib/contracts/report';
import type { ReportWatched } from '@/lib/contracts/report-watched';
import type { TargetKind, TargetView } from '@/lib/contracts/target';

interface Expected {
  what: string;
  kind: TargetKind;
  metric: MetricName;
  /** Why a reachable target may have none. */
  otherwise: string;
}

const nothing = 'nothing was sampled of it in that time';
const untold = 'no service of the stack tells it of itself';
const kindName: Record<TargetKind, string> = {
  postgres: 'PostgreSQL',
  redis: 'Redis',
  docker: 'Docker',
  http: 'HTTP',
};

const expected: readonly Expected[] = [
  { what: 'Cache performance of PostgreSQL', kind: 'postgres', metric: 'pg.hit_ratio', otherwise: nothing },
  { what: 'Cache performance of Redis', kind: 'redis', metric: 'redis.hit_ratio', otherwise: nothing },
  {
    what: 'Cache performance of the application',
    kind: 'http',
    metric: 'http.cache_hit_ratio',
    otherwise: untold,
  },
  { what: 'Memory per container', kind: 'docker', metric: 'docker.memory', otherwise: nothing },
  { what: 'Connections of PostgreSQL', kind: 'postgres', metric: 'pg.connections', otherwise: nothing },
  { what: 'Use of connection pools', kind: 'http', metric: 'http.pool_in_use', otherwise: untold },
  { what: 'Data volume of PostgreSQL', kind: 'postgres', metric: 'pg.size', otherwise: nothing },
  { what: 'Data volume of Redis', kind: 'redis', metric: 'redis.keys', otherwise: nothing },
];

/** What is usually watched and was not in the time of a report, and why. Pure. */
export function missingOf(
  { figures, alertRules }: Pick<ReportWatched, 'figures' | 'alertRules'>,
  targets: readonly Pick<TargetView, 'kind'>[],
): ReportDocument['notMeasured'] {
  const missing = expected
    .filter(({ metric }) => !figures.some((f) => f.metric === metric))
    .map(({ what, kind, otherwise }) => ({
      what,
      why: targets.some((t) => t.kind === kind) ? otherwise : `the stack has no ${kindName[kind]} target`,
    }));
  if (alertRules.every((rule) => !rule.enabled))
    missing.push({ what: 'Alerts', why: 'no alert rule that is on watches this stack' });
  return missing;
}
