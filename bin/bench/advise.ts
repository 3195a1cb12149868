// `npm run bench -- advise [15|18] [scale]`: what Ratchet's plan brings on TPC-H-like data and queries.
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { adviseSettings } from '@/lib/diagnose/server-settings/formulas';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import { geometricMean } from '@/lib/stats/geometric-mean';
import { readServerMachine } from '@/lib/targets/postgres/server-machine';
import { startTestPostgres } from '@/test/postgres';
import { runCli } from '@/test/run-cli';
import { columns } from '../cli/output';
import { type Arm, nothing, type Setting } from './advise-arms';
import { keepHarmless } from './advise-harm';
import { measureAll } from './advise-rounds';
import { queries } from './tpch-queries';
import { data, tables } from './tpch-schema';

interface Advised {
  statement: string;
  sizeBytes: number;
}

/**
 * Prints per query the time as it was, with the settings, with the indexes, and with both, timed in rounds; the plan
 * time; the sizes. Before that what makes a query slower, as trials judge it, is taken back.
 */
export async function benchAdvise(version: 15 | 18, scale: number): Promise<boolean> {
  const dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-bench-'));
  const server = await startTestPostgres({
    version,
    settings: ['shared_buffers=512MB', 'maintenance_work_mem=256MB'],
  });
  const client = new pg.Client({ connectionString: server.url() });
  try {
    await client.connect();
    if (version === 15) await client.query('create extension hypopg');
    await client.query(tables);
    for (const sql of data(scale)) await client.query(sql);
    const file = path.join(dir, 'workload.sql');
    await fs.writeFile(file, `${queries.join(';\n')};\n`);
    const since = Date.now();
    const settings = await planSettings(client);
    await set(client, settings, 'after');
    const cli = await runCli(['advise', '--pg', server.url(), '--workload', file, '--json']);
    const planMs = Date.now() - since;
    process.stderr.write(cli.stderr);
    if (cli.code !== 0) return false;
    const advised = JSON.parse(cli.stdout) as Advised[];
    const plan: Arm = { settings, indexes: await build(client, advised) };
    const say = (line: string) => void process.stdout.write(`${line}\n`);
    const kept = await keepHarmless(client, queries, plan, say);
    await settle(client, plan, kept);
    return await report(client, { kept, advised, planMs });
  } finally {
    await client.end();
    await server.stop();
    await fs.rm(dir, { recursive: true, force: true });
  }
}

/** The settings that Ratchet proposes for this server and that a session can have for itself. */
async function planSettings(client: pg.Client): Promise<Setting[]> {
  const snapshot = await readPostgresSnapshot(client);
  const machine = await readServerMachine(client, { storage: 'ssd' });
  const advice = adviseSettings(snapshot, machine, { oltp: false, connectionsUsed: null });
  const own = advice.filter((a) => {
    const setting = snapshot.settings.find((s) => s.name === a.name);
    return a.fixedBy === null && setting?.context === 'user';
  });
  return own.map((a) => ({ name: a.name, before: a.current, after: a.proposed }));
}

async function set(client: pg.Client, settings: readonly Setting[], as: 'before' | 'after'): Promise<void> {
  for (const s of settings) await client.query(`alter system set ${s.name} = ${pg.escapeLiteral(s[as])}`);
  await client.query('select pg_reload_conf()');
}

/** Builds the advised indexes; their names. */
async function build(client: pg.Client, advised: readonly Advised[]): Promise<string[]> {
  for (const { statement } of advised) await client.query(statement);
  await client.query('vacuum analyze');
  const { rows } = await client.query<{ name: string }>(
    `select relname::text as name from pg_class c where relkind = 'i' and relnamespace = 'public'::regnamespace
       and not exists (select from pg_constraint k where k.conindid = c.oid)`,
  );
  return rows.map((r) => r.name);
}

/** Drops for good what was taken back, and sets back the settings among it. */
async function settle(client: pg.Client, plan: Arm, kept: Arm): Promise<void> {
  for (const name of plan.indexes)
    if (!kept.indexes.includes(name)) await client.query(`drop index ${pg.escapeIdentifier(name)}`);
  await set(
    client,
    plan.settings.filter((s) => !kept.settings.includes(s)),
    'before',
  );
}

async function report(
  client: pg.Client,
  { kept, advised, planMs }: { kept: Arm; advised: readonly Advised[]; planMs: number },
): Promise<boolean> {
  const arms = [nothing, { ...kept, indexes: [] }, { ...kept, settings: [] }, kept];
  const rows = await measureAll(client, queries, kept, arms);
  const factors = [1, 2, 3].map((arm) => rows.map((r) => (r.ms[0] ?? 0) / (r.ms[arm] ?? 1)));
  const [bySettings = [], byIndexes = [], byBoth = []] = factors;
  const { heap, indexes } = await sizes(client);
  const slower = rows.filter((r, i) => r.verdict === 'regressed' || (byBoth[i] ?? 0) < 1 / 1.1);
  const lines = rows.map((r, i) => [
    r.name,
    ...r.ms.map((ms) => `${ms.toFixed(1)} ms`),
    `${(byBoth[i] ?? 0).toFixed(2)}×`,
    r.interval,
    r.verdict,
  ]);
  const mb = (n: number) => `${(n / 1e6).toFixed(1)} MB`;
  const mean = geometricMean(byBoth);
  const head = ['query', 'before', 'settings', 'indexes', 'both', 'faster', '95 % interval', 'verdict'];
  process.stdout.write(
    `${columns([head, ...lines], [1, 2, 3, 4, 5, 6])}\n\n` +
      `${kept.settings.map((s) => `${s.name} ${s.before} → ${s.after}`).join(', ') || 'no setting'}\n` +
      `${advised.map((a) => `${mb(a.sizeBytes).padStart(9)} estimated  ${a.statement}`).join('\n')}\n` +
      `kept: ${kept.indexes.join(', ')}\n\n` +
      `geometric mean ${mean.toFixed(2)}× (settings alone ${geometricMean(bySettings).toFixed(2)}×, indexes alone ${geometricMean(byIndexes).toFixed(2)}×) · ${slower.length} of ${rows.length} slower (${slower.map((r) => r.name).join(', ') || 'none'}) · indexes ${mb(indexes)} of ${mb(heap)} heap (${((indexes / heap) * 100).toFixed(0)} %) · plan ${(planMs / 1000).toFixed(1)} s\n`,
  );
  return mean >= 4.5 && slower.length === 0 && indexes <= heap / 2 && planMs <= 10_000;
}

/** Real bytes of all tables, and of the indexes that are no constraint's. */
async function sizes(client: pg.Client): Promise<{ heap: number; indexes: number }> {
  const { rows } = await client.query<{ heap: number; indexes: number }>(
    `select sum(pg_relation_size(oid)) filter (where relkind = 'r')::float8 as heap,
       coalesce(sum(pg_relation_size(oid)) filter (where relkind = 'i' and not exists (select from pg_constraint k where k.conindid = c.oid)), 0)::float8 as indexes
     from pg_class c where relnamespace = 'public'::regnamespace`,
  );
  return rows[0] ?? { heap: 0, indexes: 0 };
}
