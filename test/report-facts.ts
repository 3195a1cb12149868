import type { ReportTrial } from '@/lib/contracts/report';
import type { ReportFacts } from '@/lib/report/freeze';
import { encodeHistogram, newHistogram, recordMs } from '@/lib/stats/histogram';
import { reportLoads, reportWatchedFacts } from './report-loads';
import { endpointName, simulateRecord } from './simulate';

const goal = { endpoint: endpointName(0), metric: 'p50' } as const;

/**
 * What a pass would gather, with simulated records: an A/A, a change that helps, the trial of all, two load tests, and what was
 * watched.
 */
export function reportFacts(): ReportFacts {
  return {
    schema: 1,
    product: { name: 'Ratchet', version: '0.0.0' },
    title: 'Performance pass over shop',
    stack: 'shop',
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-01T01:00:00.000Z',
    environment: [{ label: 'Processors', value: '2' }],
    targets: [{ name: 'shop-db', kind: 'postgres', version: 'PostgreSQL 18.0', status: 'ok' }],
    findings: [
      {
        key: 'postgres/missing-index:shop-db:public.orders',
        id: 'postgres/missing-index',
        severity: 'critical',
        target: 'shop-db',
        subject: 'public.orders',
        title: 'Missing index on public.orders',
        detail: 'Statements scan the whole table | <b>always</b>.',
        evidence: [{ label: 'share of database time', value: 0.6123, unit: '' }],
        weight: 0.6123,
        optimizations: ['postgres/create-index'],
        facts: {},
      },
    ],
    cannotCheck: [
      { id: 'postgres/bloat', target: 'shop-db', reason: 'no pgstattuple', enable: 'CREATE EXTENSION' },
    ],
    vitals: {
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-01T01:00:00.000Z',
      means: [
        { target: 'shop-db', metric: 'pg.hit_ratio', mean: 0.972, samples: 720 },
        { target: 'shop-db', metric: 'pg.connections', mean: 40, samples: 720 },
        { target: 'shop-db', metric: 'pg.connections_max', mean: 100, samples: 720 },
      ],
    },
    changes: [
      {
        key: 'create-index:orders',
        state: 'applied',
        target: 'shop-db',
        plan: {
          optimization: 'postgres/create-index',
          key: 'create-index:orders',
          title: 'Create index on orders (user_id)',
          subject: 'public.orders',
          why: 'It is scanned whole.',
          steps: [
            { kind: 'sql', statement: 'CREATE INDEX CONCURRENTLY i ON orders (user_id)', concurrent: true },
          ],
          inverse: [{ kind: 'sql', statement: 'DROP INDEX CONCURRENTLY i', concurrent: true }],
          risk: 'low',
          locks: 'none that block',
          reversible: true,
          needsRestart: false,
          facts: {},
          estimates: [{ label: 'size', value: 12_345_678, unit: 'bytes', source: 'pg_stats' }],
          affects: [endpointName(0)],
        },
        outcome: { applyMs: 812.25, sizeBytes: 11_234_304 },
        journal: [],
        trial: 2,
      },
    ],
    trials: [
      trial(1, 'aa', simulateRecord({ seed: 1, rounds: 6, requestsPerSegment: 6 })),
      trial(
        2,
        'change',
        simulateRecord({ seed: 2, rounds: 8, requestsPerSegment: 6, endpoints: 2, effect: 0.2, goal }),
      ),
      trial(3, 'overall', simulateRecord({ seed: 3, rounds: 6, requestsPerSegment: 6, effect: 0.2 })),
    ],
    loadTests: reportLoads(),
    watched: reportWatchedFacts(),
    notMeasured: [{ what: 'Tracing', why: 'not part of a pass' }],
  };
}

function trial(
  id: number,
  kind: ReportTrial['kind'],
  record: NonNullable<ReportTrial['record']>,
): ReportTrial {
  for (const segment of record.segments) {
    for (const [name, endpoint] of Object.entries(segment.endpoints)) {
      if (name !== endpointName(1)) continue;
      const histogram = newHistogram();
      for (const ms of endpoint.latenciesMs ?? []) recordMs(histogram, ms);
      segment.endpoints[name] = { errors: endpoint.errors, histogram: encodeHistogram(histogram) };
    }
  }
  return {
    id,
    kind,
    title: kind === 'change' ? 'Create index on orders (user_id)' : kind,
    changeKey: kind === 'change' ? 'create-index:orders' : null,
    state: 'done',
    record,
    verdict: null,
    noise: kind === 'aa' ? null : { trialId: 1, halfWidth: 0.043, rejected: false, advice: null },
    decision: kind === 'change' ? 'kept' : null,
    decidedWhy: null,
  };
}
