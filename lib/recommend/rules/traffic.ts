import { shortSql } from '@/lib/diagnose/finding';
import type { RecommendRule, TrafficFacts } from '../types';

/** Calls of one statement for each request, from which on they look like a loop; below this rate a mean says little. */
const callsPerRequest = 5;
const leastRequests = 0.1;
/** Of the median response time: less than this spent in the database leaves the greater part without an explanation. */
const inDatabase = 0.5;
const slowMs = 200;

const looked = (t: TrafficFacts) => [t.service, t.database].map((target) => ({ target, at: t.at }));

/** One statement called again and again within a request. */
export const batching: RecommendRule = {
  id: 'batching',
  horizon: 'weeks',
  threshold: {
    text: `a statement called ${callsPerRequest} times and more for each request, over an hour, for at most one row each`,
    source: 'Ratchet',
  },
  check({ traffic, trafficMissing, gathered }) {
    const database = gathered.targets.find((t) => t.kind === 'postgres')?.name;
    if (traffic === null || traffic.requests < leastRequests)
      return {
        drafts: [],
        looked: [],
        notEvaluated: database === undefined ? [] : [{ target: database, why: why(traffic, trafficMissing) }],
      };
    const statements = gathered.targets.find((t) => t.name === traffic.database)?.postgres?.statements ?? [];
    const drafts = statements.flatMap((s) => {
      const ratio = (traffic.calls.get(s.queryId) ?? 0) / traffic.requests;
      if (ratio < callsPerRequest || s.rows > s.calls || !/^\s*select\b/i.test(s.query)) return [];
      return [
        {
          target: traffic.database,
          subject: s.queryId,
          title: `Ask for all rows of a request at once: ${shortSql(s.query, 80)}`,
          detail: `Requests to ${traffic.service} call it one row at a time. One statement with = ANY ($1), or a join, saves the round trips.`,
          evidence: [
            {
              ...{ from: 'measurement' as const, id: 'pg.statement_calls ÷ http.requests' },
              ...{ label: 'calls for each request', value: ratio, unit: '' },
            },
            {
              ...{ from: 'measurement' as const, id: 'pg_stat_statements' },
              ...{ label: 'rows of a call, mean', value: s.rows / Math.max(1, s.calls), unit: '' },
            },
          ],
        },
      ];
    });
    return { drafts, looked: looked(traffic), notEvaluated: [] };
  },
};

/** A slow service whose time the database does not explain. */
export const tracing: RecommendRule = {
  id: 'tracing',
  horizon: 'months',
  threshold: {
    text: `a route with p95 above ${slowMs} ms, and less than ${inDatabase * 100} % of the median response time in the database`,
    source: 'p95: default alert; the share: Ratchet',
  },
  check({ traffic, trafficMissing, gathered }) {
    const slow = gathered.findings.find((f) => f.id === 'http/slow-endpoint');
    const service = gathered.targets.find((t) => t.kind === 'http')?.name;
    const none = (reason: string) => ({
      ...{ drafts: [], looked: [] },
      notEvaluated: service === undefined ? [] : [{ target: service, why: reason }],
    });
    if (traffic === null || traffic.requests < leastRequests) return none(why(traffic, trafficMissing));
    const { databaseTime, medianMs, requests } = traffic;
    if (databaseTime === null || medianMs === null || medianMs <= 0)
      return none('Database time and response times were not measured over the same hour.');
    const share = ((databaseTime / requests) * 1_000) / medianMs;
    if (!slow || share >= inDatabase) return { drafts: [], looked: looked(traffic), notEvaluated: [] };
    const from = 'measurement' as const;
    return {
      drafts: [
        {
          target: traffic.service,
          subject: 'time',
          title: `Trace the requests of ${traffic.service}`,
          detail:
            'Most of its response time passes outside of the database, where Ratchet does not look. Spans (OpenTelemetry) around calls to other services and around its own work tell where.',
          evidence: [
            { from: 'finding', id: slow.id, label: 'finding', value: slow.title, unit: '' },
            {
              from,
              id: 'pg.database_time ÷ http.requests',
              label: 'database time of a request',
              value: (databaseTime / requests) * 1_000,
              unit: 'ms',
            },
            { from, id: 'http.p50', label: 'median response time', value: medianMs, unit: 'ms' },
          ],
        },
      ],
      looked: looked(traffic),
      notEvaluated: [],
    };
  },
};

const why = (traffic: TrafficFacts | null, missing: string) =>
  traffic === null ? missing : `Fewer than ${leastRequests} requests a second over the last hour.`;
