import type { EndpointSecond } from '@/lib/contracts/load-record';
import type { ReportLoadEvidence, ReportLoadTest } from '@/lib/contracts/report-load';
import { bucketsInMs } from '@/lib/load/analysis/merged';
import { differences, type Problem, step } from '../compare';
import { together } from './evidence';
import { comparability, loadFigures } from './figures';

/** Computes every figure of the load tests of a report again, and holds seconds and endpoints of each against one another. */
export function verifyLoads(tests: readonly ReportLoadTest[]): Problem[] {
  const unreadable = tests.flatMap((test, i) =>
    test.evidence ? histogramProblems(test.evidence, `loadTests[${i}].evidence`) : [],
  );
  if (unreadable.length > 0) return unreadable;
  const against = comparability(tests);
  return tests.flatMap((test, i) => {
    const path = `loadTests[${i}]`;
    if (test.evidence === null) {
      return test.figures === null && test.against === null
        ? []
        : [
            {
              path: `${path}.figures`,
              found: 'figures',
              expected: 'no figure without what it is computed from',
            },
          ];
    }
    return [
      ...differences(`${path}.figures`, test.figures, loadFigures(test.evidence)),
      ...differences(`${path}.against`, test.against, against[i]),
      ...sameRequests(test.evidence, `${path}.evidence.endpoints`),
    ];
  });
}

/** Histograms that cannot be read, or that hold another number of requests than is said beside them. */
function histogramProblems(evidence: ReportLoadEvidence, path: string): Problem[] {
  const { seconds, endpoints, coordinatedOmission } = evidence;
  const counted: [string, EndpointSecond][] = [
    ...seconds.flatMap(({ requests }, i): [string, EndpointSecond][] =>
      requests ? [[`${path}.seconds[${i}].requests`, requests]] : [],
    ),
    ...Object.entries(endpoints).map(([name, e]): [string, EndpointSecond] => [
      step(`${path}.endpoints`, name),
      e,
    ]),
  ];
  return [
    ...counted.flatMap(([at, { count, histogram }]) => {
      const held = heldBy(histogram);
      if (held === null) return [unreadable(`${at}.histogram`)];
      return held === count ? [] : [{ path: `${at}.count`, found: count, expected: held }];
    }),
    ...Object.entries(coordinatedOmission?.endpoints ?? {}).flatMap(([name, { histogram }]) =>
      heldBy(histogram) === null
        ? [unreadable(`${step(`${path}.coordinatedOmission.endpoints`, name)}.histogram`)]
        : [],
    ),
  ];
}

const unreadable = (path: string): Problem => ({
  path,
  found: 'a text that is no histogram',
  expected: 'an HdrHistogram (V2, deflated, base64)',
});

/** Requests in a histogram; null when it cannot be read. */
function heldBy(histogram: EndpointSecond['histogram']): number | null {
  try {
    return bucketsInMs(histogram).reduce((sum, b) => sum + b.count, 0);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The endpoints together and the seconds together are the same requests, bucket by bucket. */
function sameRequests({ seconds, endpoints }: ReportLoadEvidence, path: string): Problem[] {
  const [x, y] = [seconds.flatMap((s) => s.requests ?? []), Object.values(endpoints)].map((parts) => {
    const { count, errors, histogram } = together(parts);
    return { count, errors, buckets: bucketsInMs(histogram) };
  });
  return differences(path, y, x).slice(0, 1);
}
