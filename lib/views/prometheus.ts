import { severities } from '@/lib/contracts/finding';
import { metricNames, metrics } from '@/lib/contracts/metrics';
import { prometheusFactor, prometheusLabel, prometheusName } from '@/lib/contracts/prometheus';
import { latest } from '@/lib/observe/series/latest';
import type { Store } from '@/lib/store/client';
import { targetViews } from '@/lib/targets/registry';
import { exposition, type Family } from './exposition';

/**
 * Ratchet's page for Prometheus: its own health, and the newest value of every series that is being measured now.
 * Labels are stack, target, and container, endpoint, queryid (of the 50 costliest statements), table (of the 50
 * largest), replica or slot (at most 50 each); there are no others, so the number of series stays bounded.
 */
export async function prometheusPage(store: Store, version: string): Promise<string> {
  const stacks = await store.db.stack.findMany({ select: { name: true } });
  const values = await Promise.all(
    stacks.map(async ({ name: stack }) =>
      (await latest(store, stack, metricNames)).map((value) => ({ ...value, stack })),
    ),
  );
  const current = metricNames.map((metric): Family => {
    const factor = prometheusFactor(metric);
    const samples = values.flat().filter((v) => v.metric === metric);
    return {
      name: prometheusName(metric),
      help: metrics[metric].title,
      type: 'gauge',
      samples: samples.map(({ stack, target, label, v }) => ({
        labels: { stack, target, [prometheusLabel(metric)]: label },
        value: v * factor,
      })),
    };
  });
  return exposition([...(await ownHealth(store, version)), ...current]);
}

async function ownHealth(store: Store, version: string): Promise<Family[]> {
  const [targets, findings, firing, jobs] = await Promise.all([
    targetViews(store),
    store.db.finding.groupBy({ by: ['severity'], where: { state: 'open' }, _count: true }),
    store.db.alert.count({ where: { state: 'firing', rule: { enabled: true } } }),
    store.db.job.groupBy({ by: ['state'], where: { state: { in: ['queued', 'running'] } }, _count: true }),
  ]);
  const watched = targets.filter((t) => t.status !== 'paused');
  const gauge = (name: string, help: string, samples: Family['samples']): Family => ({
    name,
    help,
    type: 'gauge',
    samples,
  });
  const { user, system } = process.cpuUsage();
  return [
    gauge('ratchet_info', 'Version of Ratchet', [{ labels: { version }, value: 1 }]),
    gauge(
      'ratchet_target_up',
      'Whether the target answers',
      watched.map((t) => ({
        labels: { stack: t.stack, target: t.name, kind: t.kind },
        value: t.status === 'ok' ? 1 : 0,
      })),
    ),
    gauge(
      'ratchet_target_last_sample_timestamp_seconds',
      'When the target was last measured',
      watched.flatMap((t) =>
        t.lastSampleAt === null
          ? []
          : [{ labels: { stack: t.stack, target: t.name }, value: Date.parse(t.lastSampleAt) / 1000 }],
      ),
    ),
    gauge(
      'ratchet_findings_open',
      'Open findings by severity',
      severities.map((severity) => ({
        labels: { severity },
        value: findings.find((f) => f.severity === severity)?._count ?? 0,
      })),
    ),
    gauge('ratchet_alerts_firing', 'Alerts that are firing', [{ labels: {}, value: firing }]),
    gauge(
      'ratchet_jobs',
      'Jobs that wait or run',
      ['queued', 'running'].map((state) => ({
        labels: { state },
        value: jobs.find((j) => j.state === state)?._count ?? 0,
      })),
    ),
    gauge('process_resident_memory_bytes', 'Resident memory of the web process', [
      { labels: {}, value: process.memoryUsage().rss },
    ]),
    {
      name: 'process_cpu_seconds_total',
      help: 'CPU time of the web process',
      type: 'counter',
      samples: [{ labels: {}, value: (user + system) / 1e6 }],
    },
  ];
}
