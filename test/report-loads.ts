import type { LoadRecord } from '@/lib/contracts/load-record';
import type { ReportLoadTest } from '@/lib/contracts/report-load';
import type { ReportWatched } from '@/lib/contracts/report-watched';
import { type MadeSecond, madeProfile, makeRecord } from '@/lib/load/testing/record';
import { evidenceOf } from '@/lib/report/loads/evidence';

/** A second of 30 requests at two endpoints, slower as `t` goes on. */
const second = (t: number): MadeSecond => ({
  latencies: {
    'GET /orders': Array.from({ length: 20 }, (_, i) => 20 + 5 * t + ((i * 7) % 11)),
    'GET /orders/{id}': Array.from({ length: 10 }, (_, i) => 60 + 70 * t + ((i * 5) % 13)),
  },
  errors: t > 2 ? { 'GET /orders': { 'status-5xx': 1 } } : {},
  level: 10 * (t + 1),
});

export function loadTestOf(id: number, record: LoadRecord): ReportLoadTest {
  return {
    id,
    title: record.title,
    target: 'shop-api',
    kind: record.plan?.profile.kind ?? null,
    model: record.plan?.profile.model ?? null,
    state: 'done',
    outcome: record.outcome,
    reason: record.reason,
    startedAt: record.startedAt,
    finishedAt: record.endedAt,
    evidence: evidenceOf(record),
    figures: null,
    against: null,
  };
}

/** Two load tests as a report gathers them: a ramp whose latency breaks its objective, and one that cannot be compared with it. */
export function reportLoads(): ReportLoadTest[] {
  const { plan, ...made } = makeRecord(Array.from({ length: 4 }, (_, t) => second(t)));
  const ramp: LoadRecord = {
    ...made,
    title: 'Ramp of orders',
    plan: plan && {
      ...plan,
      profile: {
        ...madeProfile,
        kind: 'ramp',
        stages: [{ durationMs: 4_000, level: 60 }],
        thresholds: [{ metric: 'p95', limit: 500, holdMs: 10_000, stop: false }],
      },
    },
    resources: [
      {
        target: 'shop-db',
        metric: 'pg.connections',
        label: '',
        unit: '',
        points: [
          [1, 20],
          [3, 97],
        ],
      },
      { target: 'shop-db', metric: 'pg.connections_max', label: '', unit: '', points: [[1, 100]] },
    ],
  };
  const short = makeRecord([second(0), second(1), second(2)], {
    title: 'Short rate of orders',
    workloadHash: 'another',
    outcome: 'generator-limited',
    reason: 'the generator was busy',
    generatorLimited: { from: 2, why: 'CPU 97 %' },
  });
  return [loadTestOf(4, ramp), loadTestOf(5, short)];
}

/** What was watched meanwhile. */
export function reportWatchedFacts(): ReportWatched {
  const of = { target: 'shop-db', label: '', samples: 720 };
  return {
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-01-01T01:00:00.000Z',
    figures: [
      {
        ...of,
        ...{ area: 'cache', metric: 'pg.hit_ratio', title: 'Shared buffer hit ratio', unit: 'ratio' },
        ...{ mean: 0.972, least: 0.91, most: 0.998, last: 0.98 },
      },
      {
        ...of,
        ...{ area: 'memory', target: 'engine', label: 'shop-api-1', metric: 'docker.memory' },
        ...{ title: 'Working set', unit: 'bytes', mean: 212_345_678, least: 2e8, most: 2.3e8, last: 2.2e8 },
      },
      {
        ...of,
        ...{ area: 'pool', metric: 'pg.connections', title: 'Connections', unit: '' },
        ...{ mean: 40.25, least: 12, most: 61, last: 44 },
      },
      {
        ...of,
        ...{ area: 'volume', metric: 'pg.size', title: 'Database size', unit: 'bytes' },
        ...{ mean: 5_123_456_789, least: 5.1e9, most: 5.2e9, last: 5.2e9 },
      },
    ],
    monitoring: [{ target: 'shop-db', kind: 'postgres', series: 41, samples: 29_520 }],
    alertRules: [
      {
        name: 'Slow responses',
        severity: 'high',
        enabled: true,
        target: null,
        condition: 'Response time p95 above 200 ms for 60 s',
        notifiers: 1,
      },
    ],
  };
}
