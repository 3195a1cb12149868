// `npm run bench` lists what can be measured; `npm run bench -- NAME …` measures one. Exit code 1: a goal was missed.
import type { BenchResult } from './bench/result';
import { columns } from './cli/output';

interface Bench {
  usage: string;
  what: string;
  run(...given: string[]): Promise<BenchResult>;
}

const number = (text: string | undefined, otherwise: number): number => {
  const n = text === undefined ? otherwise : Number(text);
  if (!(n > 0)) throw new Error(`"${text}" is not a number above zero.`);
  return n;
};

/** Each is loaded when it is wanted: one does not wait for the libraries of another. */
const benches: Record<string, Bench> = {
  verdict: {
    usage: '[records]',
    what: 'what docs/method.md promises of the verdict, on simulated records (300 of each kind)',
    run: async (records) => (await import('./bench/verdict')).benchVerdict(number(records, 300)),
  },
  cache: {
    usage: '',
    what: 'the two-level cache, on a Redis of its own',
    run: async () => (await import('./bench/cache')).benchCache(),
  },
  load: {
    usage: '',
    what: 'the load generator, with wrk and taskset; wants a quiet machine',
    run: async () => (await import('./bench/load')).benchLoad(),
  },
  advise: {
    usage: '[15|18] [scale]',
    what: 'what settings and advised indexes bring on TPC-H-like data and queries (15, 0.1)',
    run: async (version, scale) => {
      const { benchAdvise } = await import('./bench/advise');
      const met = await benchAdvise(version === '18' ? 18 : 15, number(scale, 0.1));
      return { rows: [], failed: met ? 0 : 1 };
    },
  },
  store: {
    usage: '[scale]',
    what: 'what samples take in the store and how fast they are read (0.1: ten million)',
    run: async (scale) => (await import('./bench/observe-store')).benchObserveStore(number(scale, 0.1)),
  },
  observe: {
    usage: '[scale]',
    what: 'what watching costs the target, against reading everything (0.1: 50 tables)',
    run: async (scale) => (await import('./bench/observe-cost')).benchObserveCost(number(scale, 0.1)),
  },
  demo: {
    usage: '[scale] [minutes]',
    what: 'the demo before and after its remedies under the same load (1; about 7 minutes and the seeding), then its containers under their limits (10; 0: not)',
    run: async (scale, minutes) =>
      (await import('./bench/demo')).benchDemo(number(scale, 1), minutes === '0' ? 0 : number(minutes, 10)),
  },
  footprint: {
    usage: '[minutes]',
    what: 'how much memory web and worker take with 20 targets (60)',
    run: async (minutes) => (await import('./bench/footprint')).benchFootprint(number(minutes, 60)),
  },
  report: {
    usage: '',
    what: 'how soon page and PDF of a report of 50 trials and 10 load tests are there',
    run: async () => (await import('./bench/report')).benchReport(),
  },
  pages: {
    usage: 'LINK',
    what: 'what the overview weighs and how fast it is drawn; a sign-in link of a running product',
    run: async (link) => {
      if (!link) throw new Error('Give a sign-in link of a running product.');
      return (await import('./bench/pages')).benchPages(link);
    },
  },
};

const [name = '', ...given] = process.argv.slice(2);
const bench = benches[name];
if (bench) {
  const { rows, failed, numeric = [] } = await bench.run(...given);
  process.stdout.write(`${columns(rows, numeric)}\n`);
  if (failed > 0) process.exitCode = 1;
} else {
  const list = Object.entries(benches).map(([n, { usage, what }]) => [
    `npm run bench -- ${n} ${usage}`,
    what,
  ]);
  process.stdout.write(`${columns(list, [])}\n`);
  if (name) process.exitCode = 1;
}
