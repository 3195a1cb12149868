import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { KnobValues } from '@/lib/contracts/knobs';
import type { LoadProbe } from '@/lib/contracts/load';
import type { LoadSummary } from '@/lib/contracts/load-record';
import type { Mix } from '@/lib/contracts/target';
import { rowsOf as valuesOf } from '@/lib/load/parameters';
import { profileOf } from '@/lib/load/profiles';
import { runLoad } from '@/lib/load/run-load';
import { summaryOf } from '@/lib/load/summary';
import { demoServices } from '@/lib/services/demo';
import { quantile } from '@/lib/stats/quantile';
import { seededRandom } from '@/lib/stats/random';
import { connectHttp } from '@/lib/targets/http/connect';
import { putKnobs } from '@/lib/targets/http/knobs';
import type { BenchResult } from './result';

const clients = 16;
const rounds = 4;
/** Of one arm of a round, s: first unmeasured, to fill caches and plans, then measured. */
const [warmSeconds, seconds] = [5, 25];
/** Sessions and addresses that the requests name, and requests before they repeat. */
const [population, drawn] = [1_000, 8_000];

/** What Ratchet proposes for the demo's missing indexes (ratchet advise on its workload). */
const indexes = [
  'create index if not exists bench_sessions_token on sessions (token)',
  'create index if not exists bench_users_email on users (email)',
  'create index if not exists bench_tasks_user on tasks (user_id, created_at)',
];
const withoutIndexes = ['sessions_token', 'users_email', 'tasks_user'].map(
  (name) => `drop index if exists bench_${name}`,
);
const tuned: KnobValues = {
  pooling: true,
  prepared_statements: true,
  cache: true,
  local_level: true,
  warming: true,
};
const untuned: KnobValues = { pooling: false, prepared_statements: false, cache: false, warming: false };

interface Arm {
  summary: LoadSummary;
  /** Share of lookups that a cache answered; null where there was none. */
  hitRatio: number | null;
}

/**
 * The demo before and after its remedies — missing indexes, no pool, no cache against all of them — under the same closed load
 * of a Zipf-like mix, in alternating arms: `scale` of the full data.
 */
export async function benchDemo(scale: number): Promise<BenchResult> {
  const dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-demo-bench-'));
  const services = demoServices({ dataDir, scale, say: () => undefined });
  // Without the demo's own light traffic, which would be part of the load.
  const used = services.filter((s) => s.name !== 'demo-load');
  try {
    for (const service of used) await service.start();
    const demo = open(services.targets());
    const probes = await zipfProbes(demo.mix, demo.databaseUrl);
    const pairs: [before: Arm, after: Arm][] = [];
    for (let round = 0; round < rounds; round++) {
      const arms: Partial<Record<'before' | 'after', Arm>> = {};
      // Each arm goes first in half of the rounds.
      for (const arm of round % 2 === 0 ? (['before', 'after'] as const) : (['after', 'before'] as const)) {
        await demo.switchTo(arm);
        await load(demo.baseUrl, probes, warmSeconds, round);
        const counted = await demo.lookups();
        const summary = await load(demo.baseUrl, probes, seconds, round);
        arms[arm] = { summary, hitRatio: ratioOf(counted, await demo.lookups()) };
      }
      if (arms.before && arms.after) pairs.push([arms.before, arms.after]);
    }
    return rowsOf(pairs, scale);
  } finally {
    for (const service of used.toReversed()) await service.stop();
    await fs.rm(dataDir, { recursive: true, force: true });
  }
}

function open(targets: ReturnType<ReturnType<typeof demoServices>['targets']>) {
  const connectionOf = (name: string) => targets.find((t) => t.name === name)?.connection;
  const api = targets.find((t) => t.name === 'demo-api');
  const database = connectionOf('demo-postgres');
  if (api?.connection.kind !== 'http' || database?.kind !== 'postgres' || !api.options.mix)
    throw new Error('the demo has no API or no database');
  const { connection } = api;
  const token = connection.knobsToken ?? '';
  return {
    baseUrl: connection.baseUrl,
    databaseUrl: database.url,
    mix: api.options.mix,
    async switchTo(arm: 'before' | 'after') {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      try {
        for (const sql of arm === 'after' ? indexes : withoutIndexes) await client.query(sql);
        await client.query('analyze');
      } finally {
        await client.end();
      }
      const http = connectHttp(connection);
      try {
        await putKnobs(http, token, arm === 'after' ? tuned : untuned);
      } finally {
        await http.close();
      }
    },
    /** Lookups so far: those that the cache answered, and those that it could not. */
    async lookups() {
      const text = await (await fetch(`${connection.baseUrl}/metrics`)).text();
      const value = (name: string) =>
        Number(new RegExp(`^demo_cache_${name}_total (\\d+)`, 'm').exec(text)?.[1] ?? 0);
      return { hits: value('local_hits') + value('redis_hits'), misses: value('misses') };
    },
  };
}

type Lookups = { hits: number; misses: number };
function ratioOf(before: Lookups, after: Lookups): number | null {
  const [hits, misses] = [after.hits - before.hits, after.misses - before.misses];
  return hits + misses > 0 ? hits / (hits + misses) : null;
}

/** The demo's own requests, with sessions and addresses drawn so that the k-th is asked for 1/k times as often as the first. */
async function zipfProbes(mix: Mix, databaseUrl: string): Promise<LoadProbe[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const read = async (sql: string) =>
    (await client.query<{ v: string }>(`${sql} limit ${population}`)).rows.map((r) => r.v);
  try {
    const tokens = await read(
      'select token as v from sessions where active and expires_at > now() order by id desc',
    );
    const emails = await read('select email as v from users order by md5(email)');
    const random = seededRandom(11);
    const draws = (values: string[]) => {
      const weights = values.map((_, i) => 1 / (i + 1));
      const total = weights.reduce((sum, w) => sum + w, 0);
      return Array.from({ length: drawn }, () => {
        let at = random.next() * total;
        const index = weights.findIndex((w) => {
          at -= w;
          return at <= 0;
        });
        return values[Math.max(0, index)] ?? '';
      });
    };
    const values = { token: draws(tokens), email: draws(emails) };
    return mix.requests.map((request) => ({ ...request, rows: valuesOf(request, values) }));
  } finally {
    await client.end();
  }
}

async function load(
  baseUrl: string,
  probes: LoadProbe[],
  length: number,
  seed: number,
): Promise<LoadSummary> {
  const record = await runLoad({
    plan: {
      profile: profileOf('endurance', { users: clients, seconds: length }),
      seed,
      target: { name: 'demo-api', baseUrl },
      probes,
    },
    title: 'demo',
    allowedOrigins: [baseUrl],
    allowRemote: false,
  });
  return summaryOf(record);
}

type Figure = (arm: Arm) => number;
const NaNOr = (value: number | null | undefined) => value ?? Number.NaN;

function rowsOf(pairs: readonly [Arm, Arm][], scale: number): { rows: string[][]; failed: number } {
  const rows: string[][] = [];
  let failed = 0;
  const median = (list: readonly number[]) =>
    quantile(
      list.toSorted((a, b) => a - b),
      0.5,
    );
  const arm = (which: 0 | 1, of: Figure) => median(pairs.map((p) => of(p[which])));
  const row = (what: string, figures: string, must = '', holds = true) => {
    if (!holds) failed += 1;
    rows.push([what, figures, must, must === '' ? '' : holds ? '✓' : '✗']);
  };
  /** How many times better, pair by pair. */
  const times = (what: string, of: Figure, better: 'less' | 'more', atLeast: number, unit: string) => {
    const ratios = pairs.map(([b, a]) => (better === 'less' ? of(b) / of(a) : of(a) / of(b)));
    const ratio = median(ratios);
    const each = ratios.map((r) => r.toFixed(1)).join(' ');
    const show = (n: number) => (n >= 100 ? n.toFixed(0) : n.toPrecision(3));
    row(
      what,
      `${show(arm(0, of))} → ${show(arm(1, of))} ${unit}: ${ratio.toFixed(1)} times (${each})`,
      `≥ ${atLeast} times`,
      ratio >= atLeast,
    );
  };
  times('throughput', (a) => a.summary.total.rps, 'more', 10, '/s');
  times('average', (a) => NaNOr(a.summary.total.average), 'less', 5, 'ms');
  times('p95', (a) => NaNOr(a.summary.total.p95), 'less', 5, 'ms');
  for (const name of Object.keys(pairs[0]?.[0].summary.endpoints ?? {}))
    times(`p95 of ${name}`, (a) => NaNOr(a.summary.endpoints[name]?.p95), 'less', 2, 'ms');
  const errors = Math.max(...pairs.map(([, a]) => NaNOr(a.summary.total.errorRate)));
  row('errors after, worst arm', `${(errors * 100).toFixed(3)} %`, '< 0.1 %', errors < 0.001);
  const hits = Math.min(...pairs.map(([, a]) => NaNOr(a.hitRatio)));
  row('hit ratio after, worst arm', `${(hits * 100).toFixed(1)} %`, '≥ 95 %', hits >= 0.95);
  const head = `${clients} clients, ${rounds} rounds of ${seconds} s an arm, ${scale} of the data`;
  return { rows: [['demo before → after', head, 'must hold', ''], ...rows], failed };
}
