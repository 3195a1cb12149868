// `npm run bench [records]`: measures what docs/method.md promises of the verdict, on simulated records, and the
// two-level cache on a Redis of its own. `npm run bench cache` measures the cache alone,
// `npm run bench -- load` the load generator (with wrk and taskset, on a quiet machine),
// `npm run bench -- advise [15|18] [scale]` what settings and advised indexes bring on TPC-H-like data and queries,
// `npm run bench -- observe [scale]` what watching costs the target, and what samples take and how fast they are read,
// `npm run bench -- demo [scale]` the demo before and after its remedies under the same load (about 6 minutes and the seeding),
// `npm run bench -- footprint [minutes]` how much memory web and worker take with 20 targets (60 by default),
// `npm run bench -- pages LINK` (a sign-in link of a running product) what the overview weighs and how fast it is drawn.
import type { Outcome } from '@/lib/contracts/verdict';
import { judgeRecord } from '@/lib/prove/verdict/judge';
import { quantile } from '@/lib/stats/quantile';
import { welchInterval } from '@/lib/stats/welch-interval';
import { endpointName, type SimulationOptions, simulateRecord } from '@/test/simulate';
import { benchAdvise } from './bench/advise';
import { benchDemo } from './bench/demo';
import { benchFootprint } from './bench/footprint';
import { benchLoad } from './bench/load';
import { benchObserveCost } from './bench/observe-cost';
import { benchObserveStore } from './bench/observe-store';
import { benchPages } from './bench/pages';
import { benchCache } from './bench-cache';
import { columns } from './cli/output';

const advising = process.argv[2] === 'advise';
const loading = process.argv[2] === 'load';
const observing = process.argv[2] === 'observe';
const showing = process.argv[2] === 'demo';
const sizing = process.argv[2] === 'footprint';
const link = process.argv[2] === 'pages' ? (process.argv[3] ?? '') : null;
const only =
  advising || loading || observing || sizing || showing || link !== null || process.argv[2] === 'cache';
const records = only ? 0 : Number(process.argv[2] ?? 300);
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
for (const cell of only ? [] : cells) {
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
if (!only) process.stdout.write(`${columns(table, [1, 2, 3, 4, 5, 6])}\n\n`);
if (loading) {
  const load = await benchLoad();
  failed += load.failed;
  process.stdout.write(`${columns(load.rows, [])}\n`);
} else if (advising) {
  const version = process.argv[3] === '18' ? 18 : 15;
  if (!(await benchAdvise(version, Number(process.argv[4] ?? 0.1)))) failed++;
} else if (link !== null) {
  const pages = await benchPages(link);
  failed += pages.failed;
  process.stdout.write(`${columns(pages.rows, [])}\n`);
} else if (showing) {
  const demo = await benchDemo(Number(process.argv[3] ?? 1));
  failed += demo.failed;
  process.stdout.write(`${columns(demo.rows, [])}\n`);
} else if (sizing) {
  const footprint = await benchFootprint(Number(process.argv[3] ?? 60));
  failed += footprint.failed;
  process.stdout.write(`${columns(footprint.rows, [])}\n`);
} else if (observing) {
  const scale = Number(process.argv[3] ?? 0.1);
  for (const bench of [benchObserveStore, benchObserveCost]) {
    const { rows, failed: missed } = await bench(scale);
    failed += missed;
    process.stdout.write(`${columns(rows, [])}\n`);
  }
} else {
  const cache = await benchCache();
  failed += cache.failed;
  process.stdout.write(`${columns(cache.rows, [])}\n`);
}
if (failed > 0) process.exitCode = 1;
