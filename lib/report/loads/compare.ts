import type { ReportComparison } from '@/lib/contracts/report-comparison';
import type { ReportLoadTest } from '@/lib/contracts/report-load';
import { whyNot } from './figures';

type Figure = ReportComparison['figures'][number];
type Tests = readonly ReportLoadTest[];

const metrics = [
  ['p50', 'ms', (t) => t.figures?.total.p50],
  ['p95', 'ms', (t) => t.figures?.total.p95],
  ['throughput', 'requests/s', (t) => t.figures?.total.rps],
  ['errors', 'share', (t) => t.figures?.total.errorRate],
] as const satisfies [string, string, (t: ReportLoadTest) => number | null | undefined][];

/**
 * The load tests of two reports: of each target and title the last of each report. A ratio only where nothing forbids it; what does is
 * said in `notComparable`. Pure.
 */
export function compareLoadTests(
  before: Tests,
  after: Tests,
): { figures: Figure[]; notComparable: string[] } {
  const keys = [...new Set([...before, ...after].map(keyOf))];
  const notComparable: string[] = [];
  const figures = keys.flatMap((key) => {
    const [x, y] = [before, after].map((tests) => tests.findLast((t) => keyOf(t) === key));
    const of = x ?? y;
    if (!of) return [];
    const name = `${of.title}, load test of ${of.target}`;
    const why = x?.evidence && y?.evidence ? whyNot(x.evidence, y.evidence) : [];
    if (why.length > 0) notComparable.push(`${name}: ${why.join('; ')}.`);
    return metrics.map(([metric, unit, value]): Figure => {
      const pair = { before: (x && value(x)) ?? null, after: (y && value(y)) ?? null };
      const may = why.length === 0 && metric !== 'errors' && (pair.before ?? 0) > 0 && pair.after !== null;
      return { name, metric, unit, ...pair, ratio: may ? Number(pair.after) / Number(pair.before) : null };
    });
  });
  return { figures, notComparable };
}

const keyOf = ({ target, title }: ReportLoadTest) => JSON.stringify([target, title]);
