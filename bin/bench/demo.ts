import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import type { LoadProbe } from '@/lib/contracts/load';
import type { LoadSummary } from '@/lib/contracts/load-record';
import type { Mix } from '@/lib/contracts/target';
import { rowsOf as valuesOf } from '@/lib/load/parameters';
import { profileOf } from '@/lib/load/profiles';
import { runLoad } from '@/lib/load/run-load';
import { summaryOf } from '@/lib/load/summary';
import { type DemoTarget, demoServices } from '@/lib/services/demo';
import type { Service } from '@/lib/services/lifecycle';
import { quantile } from '@/lib/stats/quantile';
import { seededRandom } from '@/lib/stats/random';
import { containersUnderLimits } from './demo-memory';
import { proposedOf, switchDemo, viewIsThere } from './demo-remedies';
import type { BenchResult } from './result';

const clients = 16;
const rounds = 4;
/** Of one arm of a round, s: first unmeasured, to fill caches and plans, then measured. */
const [warmSeconds, seconds] = [5, 25];
/** Sessions and addresses that the requests name, and requests before they repeat. */
const [population, drawn] = [1_000, 8_000];

interface Arm {
  summary: LoadSummary;
  /** Share of lookups that a cache answered; null where there was none. */
  hitRatio: number | null;
}

/**
 * The demo before and after its remedies — indexes, a materialized view, server settings, pool, cache — under the same closed load
 * of a Zipf-like mix, in alternating arms: `scale` of the full data. The view and the settings are those that Ratchet
 * proposes on the load before. Then, where a Docker engine answers, its containers under the limits that it proposes, for
 * `minutes` (0: not).
 */
export async function benchDemo(scale: number, minutes: number): Promise<BenchResult> {
  const dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-demo-bench-'));
  const services = demoServices({ dataDir, scale, say: () => undefined });
  // The demo's own light traffic would be part of the load; it starts when its containers are looked at.
  const traffic = services.find((s) => s.name === 'demo-load');
  const started: Service[] = [];
  const start = async (service: Service) => {
    started.push(service);
    await service.start();
  };
  try {
    for (const service of services) if (service !== traffic) await start(service);
    const demo = open(services.targets());
    const probes = await zipfProbes(demo.mix, demo.database.url);
    await switchDemo('before', { ...demo, proposed: [] });
    await load(demo.baseUrl, probes, seconds, rounds);
    const views = await proposedOf(demo.database, 'postgres/create-materialized-view');
    const settings = await proposedOf(demo.database, 'postgres/change-settings');
    const proposed = [...views, ...settings];
    const pairs: [before: Arm, after: Arm][] = [];
    let current: 'before' | 'after' = 'before';
    for (let round = 0; round < rounds; round++) {
      const arms: Partial<Record<'before' | 'after', Arm>> = {};
      // Each arm goes first in half of the rounds.
      for (const arm of round % 2 === 0 ? (['before', 'after'] as const) : (['after', 'before'] as const)) {
        if (arm !== current) await switchDemo(arm, { ...demo, proposed });
        current = arm;
        await load(demo.baseUrl, probes, warmSeconds, round);
        const counted = await demo.lookups();
        const summary = await load(demo.baseUrl, probes, seconds, round);
        arms[arm] = { summary, hitRatio: ratioOf(counted, await demo.lookups()) };
      }
      if (arms.before && arms.after) pairs.push([arms.before, arms.after]);
    }
    const { rows, failed } = rowsOf(pairs, scale);
    await switchDemo('after', { ...demo, proposed: current === 'after' ? [] : proposed });
    const read = await viewIsThere(demo.database);
    // With few rows counting them is no problem that a view should answer.
    const expected = scale >= 1 ? 'yes' : '';
    rows.push(['view proposed, and read', read ? 'yes' : 'no', expected, expected && (read ? '✓' : '✗')]);
    rows.push(['settings proposed', settings.map((s) => s.title).join('; ') || 'none', '', '']);
    let missed = failed + (expected && !read ? 1 : 0);
    if (traffic && minutes > 0) {
      await start(traffic);
      const docker = services.targets().find((t) => t.connection.kind === 'docker');
      const memory = docker && (await memoryRows(docker, minutes, (s) => load(demo.baseUrl, probes, s, 0)));
      rows.push(
        ...(memory?.rows ?? [['memory of containers', 'not measured: no Docker engine answers', '', '']]),
      );
      missed += memory?.failed ?? 0;
    }
    return { rows, failed: missed };
  } finally {
    for (const service of started.toReversed()) await service.stop();
    await fs.rm(dataDir, { recursive: true, force: true });
  }
}

async function memoryRows(
  { connection, options }: DemoTarget,
  minutes: number,
  work: (seconds: number) => Promise<unknown>,
): Promise<BenchResult> {
  if (connection.kind !== 'docker') throw new Error('not a Docker engine');
  const o = { socket: connection.socket, prefix: options.containerPrefix ?? '', minutes };
  const { containers, reservedBefore, reservedAfter, peak, oomKills, ended } = await containersUnderLimits(
    o,
    work,
  );
  const mb = (bytes: number) => `${Math.round(bytes / 1e6).toLocaleString('en-US')} MB`;
  const halved = reservedAfter <= reservedBefore / 2;
  const alive = oomKills === 0 && ended === 0;
  return {
    rows: [
      [
        `memory reserved by ${containers} containers`,
        `${mb(reservedBefore)} → ${mb(reservedAfter)}, highest working set ${mb(peak)}`,
        '≤ half',
        halved ? '✓' : '✗',
      ],
      [
        `OOM kills, containers ended in ${minutes} min of load`,
        `${oomKills}, ${ended}`,
        '0, 0',
        alive ? '✓' : '✗',
      ],
    ],
    failed: Number(!halved) + Number(!alive),
  };
}

function open(targets: DemoTarget[]) {
  const connectionOf = (name: string) => targets.find((t) => t.name === name)?.connection;
  const api = targets.find((t) => t.name === 'demo-api');
  const database = connectionOf('demo-postgres');
  if (api?.connection.kind !== 'http' || database?.kind !== 'postgres' || !api.options.mix)
    throw new Error('the demo has no API or no database');
  const { connection } = api;
  return {
    baseUrl: connection.baseUrl,
    api: connection,
    database,
    mix: api.options.mix,
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

function rowsOf(pairs: readonly [Arm, Arm][], scale: number): BenchResult {
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
