import type { EndpointSecond, LoadRecord } from '@/lib/contracts/load-record';
import type { ReportLoadEvidence, ReportLoadSecond } from '@/lib/contracts/report-load';
import { mergeSeconds } from '@/lib/load/summary';
import { encodeHistogram } from '@/lib/stats/histogram';

/** Those that lib/load/analysis/exhausted looks at. */
const bounded = new Set([
  'pg.connections',
  'pg.connections_max',
  'pg.connections_waiting',
  'docker.memory',
  'docker.memory_limit',
  'docker.cpu',
  'docker.throttled',
  'redis.memory',
  'redis.memory_max',
]);
const here = /^(localhost|127\.|\[?::1)/;

/**
 * A record as a report carries it: what was sent, to which address and by endpoint and second is left out, the counts of all
 * histograms are kept. The quantiles, the grade and what gave out first come out of it as they do out of the record.
 */
export function evidenceOf(record: LoadRecord): ReportLoadEvidence {
  const names = new Set(record.seconds.flatMap((s) => Object.keys(s.endpoints)));
  return {
    profile: record.plan?.profile ?? null,
    workloadHash: record.workloadHash,
    machine: record.machine,
    ...(record.target.certificate === undefined ? {} : { certificate: record.target.certificate }),
    sameMachine: here.test(new URL(record.target.origin).hostname),
    seconds: record.seconds.map(
      ({ t, durationMs, level, offered, sent, dropped, endpoints }): ReportLoadSecond => {
        const all = Object.values(endpoints);
        return {
          ...{ t, durationMs, level, offered, sent, dropped },
          requests: all.length === 0 ? null : together(all),
        };
      },
    ),
    endpoints: Object.fromEntries(
      [...names]
        .sort()
        .map((name) => [name, together(record.seconds.flatMap((s) => s.endpoints[name] ?? []))]),
    ),
    resources: record.resources.filter((r) => bounded.has(r.metric)),
    limit: record.limit,
    coordinatedOmission: record.coordinatedOmission,
    generatorLimited: record.generatorLimited,
    given: record.given ?? null,
  };
}

/** Requests added up without loss. */
export function together(parts: readonly EndpointSecond[]): EndpointSecond {
  const { count, errorKinds, bytes, histogram } = mergeSeconds(parts);
  return { count, errors: errorKinds, bytes, histogram: encodeHistogram(histogram) };
}
