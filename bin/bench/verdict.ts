import type { Outcome } from '@/lib/contracts/verdict';
import { judgeRecord } from '@/lib/prove/verdict/judge';
import { quantile } from '@/lib/stats/quantile';
import { welchInterval } from '@/lib/stats/welch-interval';
import { endpointName, type SimulationOptions, simulateRecord } from '@/test/simulate';
import type { BenchResult } from './result';

const goal = { endpoint: endpointName(0), metric: 'p50' } as const;

interface Cell {
  name: string;
  options: Omit<SimulationOptions, 'seed'>;
  /** What must hold, as a share. */
  must: { what: 'wrong' | 'improved'; atMost?: number; atLeast?: number } | null;
}

const wrong = { what: 'wrong', atMost: 0.05 } as const;
const power = { what: 'improved', atLeast: 0.95 } as const;
const cells: Cell[] = [
  { name: 'A/A, 1 endpoint, R = 10', options: { rounds: 10, requestsPerSegment: 100 }, must: wrong },
  { name: 'A/A, 1 endpoint, R = 12', options: { rounds: 12 }, must: wrong },
  { name: 'A/A, 1 endpoint, R = 20', options: { rounds: 20 }, must: wrong },
  {
    name: 'A/A, 5 endpoints, goal, errors, R = 12',
    options: { rounds: 12, endpoints: 5, goal, errorRate: 0.02 },
    must: wrong,
  },
  { name: 'A/A, 5 endpoints, no goal, R = 20', options: { rounds: 20, endpoints: 5 }, must: wrong },
  { name: 'A/A, p95, R = 20', options: { rounds: 20, goal: { ...goal, metric: 'p95' } }, must: wrong },
  { name: '−5 %, 1 endpoint, R = 20', options: { rounds: 20, effect: 0.95 }, must: null },
  {
    name: '−10 %, 1 endpoint, R = 10',
    options: { rounds: 10, effect: 0.9, requestsPerSegment: 100 },
    must: null,
  },
  { name: '−10 %, 1 endpoint, R = 20', options: { rounds: 20, effect: 0.9 }, must: power },
  {
    name: '−10 %, 5 endpoints, goal, R = 20',
    options: { rounds: 20, effect: 0.9, endpoints: 5, goal },
    must: power,
  },
  {
    name: '−10 %, 5 endpoints, no goal, R = 20',
    options: { rounds: 20, effect: 0.9, endpoints: 5 },
    must: power,
  },
];

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
/** False positives, power, coverage and width of the verdict on so many simulated records of each kind. */
export function benchVerdict(records: number): BenchResult {
  const table = [
    [
      'simulated',
      'records',
      'improved',
      'regressed',
      'coverage',
      'half-width',
      'Welch on requests',
      'must hold',
      '',
    ],
  ];
  let failed = 0;
  for (const cell of cells) {
    const seen: Record<Outcome, number> = { improved: 0, regressed: 0, 'no-difference': 0, inconclusive: 0 };
    const halves: number[] = [];
    let covered = 0;
    let welch = 0;
    const truth = cell.options.effect ?? 1;
    for (let seed = 1; seed <= records; seed++) {
      const record = simulateRecord({ ...cell.options, seed });
      const verdict = judgeRecord(record);
      seen[verdict.verdict]++;
      if (verdict.low <= truth && truth <= verdict.high) covered++;
      halves.push(Math.log(verdict.high / verdict.low) / 2);
      // What the usual comparison of all requests would have said of the same record.
      const all = (arm: string) =>
        record.segments.flatMap((s) =>
          (s.arm === arm ? (s.endpoints[goal.endpoint]?.latenciesMs ?? []) : []).map(Math.log),
        );
      const interval = welchInterval(all('before'), all('after'));
      if (interval.low > 0 || interval.high < 0) welch++;
    }
    const share = (n: number) => n / records;
    const measured = { wrong: share(seen.improved + seen.regressed), improved: share(seen.improved) };
    const { must } = cell;
    const value = must ? measured[must.what] : 0;
    const holds = !must || (value <= (must.atMost ?? 1) && value >= (must.atLeast ?? 0));
    const coverage = share(covered);
    // 93–97 % of the true coverage, plus what chance adds with so few records (three standard errors).
    const slack = 3 * Math.sqrt((0.95 * 0.05) / records);
    const covers = coverage >= 0.93 - slack && coverage <= 0.97 + slack;
    if (!holds || !covers) failed++;
    table.push([
      cell.name,
      String(records),
      percent(share(seen.improved)),
      percent(share(seen.regressed)),
      percent(coverage),
      `±${percent(
        quantile(
          halves.toSorted((a, b) => a - b),
          0.5,
        ),
      )}`,
      percent(share(welch)),
      must
        ? must.atMost === undefined
          ? `improved ≥ ${percent(must.atLeast ?? 0)}`
          : `wrong ≤ ${percent(must.atMost)}`
        : '',
      holds && covers ? '✓' : '✗',
    ]);
  }
  return { rows: table, failed, numeric: [1, 2, 3, 4, 5, 6] };
}
