// `npm run bench -- advise [15|18] [scale]`: what the advised indexes bring on TPC-H-like data and queries.
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { geometricMean } from '@/lib/stats/geometric-mean';
import { quantile } from '@/lib/stats/quantile';
import { startTestPostgres } from '@/test/postgres';
import { runCli } from '@/test/run-cli';
import { columns } from '../cli/output';
import { queries } from './tpch-queries';
import { data, tables } from './tpch-schema';

const rounds = 5;
/** A query that takes longer than this before is not repeated. */
const slowMs = 5_000;

interface Advised {
  statement: string;
  drop: string;
  table: string;
  columns: string[];
  sizeBytes: number;
}

/** Prints per query the median time without and with the indexes, alternating per query; the sizes; the plan time. */
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
    const before = await measure(client);
    const since = Date.now();
    const cli = await runCli(['advise', '--pg', server.url(), '--workload', file, '--json']);
    const planMs = Date.now() - since;
    process.stderr.write(cli.stderr);
    if (cli.code !== 0) return false;
    const advised = JSON.parse(cli.stdout) as Advised[];
    for (const { statement } of advised) await client.query(statement);
    await client.query('vacuum analyze');
    const after = await measure(client);
    return await report(client, { before, after, advised, planMs });
  } finally {
    await client.end();
    await server.stop();
    await fs.rm(dir, { recursive: true, force: true });
  }
}

async function measure(client: pg.Client): Promise<number[]> {
  const times: number[][] = queries.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [i, sql] of queries.entries()) {
      const own = times[i] ?? [];
      if (round > 0 && (own[0] ?? 0) > slowMs) continue;
      const since = performance.now();
      await client.query(sql);
      own.push(performance.now() - since);
    }
  return times.map((own) =>
    quantile(
      own.toSorted((a, b) => a - b),
      0.5,
    ),
  );
}

async function report(
  client: pg.Client,
  {
    before,
    after,
    advised,
    planMs,
  }: { before: number[]; after: number[]; advised: Advised[]; planMs: number },
): Promise<boolean> {
  const { rows } = await client.query<{ heap: number; indexes: number }>(
    `select sum(pg_relation_size(oid)) filter (where relkind = 'r')::float8 as heap,
       sum(pg_relation_size(oid)) filter (where relkind = 'i' and not exists (select from pg_constraint k where k.conindid = c.oid))::float8 as indexes
     from pg_class c where relnamespace = 'public'::regnamespace`,
  );
  const heap = rows[0]?.heap ?? 0;
  const indexes = rows[0]?.indexes ?? 0;
  const factors = before.map((ms, i) => ms / (after[i] ?? ms));
  const mean = geometricMean(factors);
  const slower = factors.filter((f) => f < 1 / 1.1).length;
  const lines = factors.map((f, i) => [
    `Q${i + 1}`,
    `${(before[i] ?? 0).toFixed(1)} ms`,
    `${(after[i] ?? 0).toFixed(1)} ms`,
    `${f.toFixed(2)}×`,
  ]);
  const mb = (n: number) => `${(n / 1e6).toFixed(1)} MB`;
  process.stdout.write(
    `${columns([['query', 'before', 'after', 'faster'], ...lines], [1, 2, 3])}\n\n` +
      `${advised.map((a) => `${mb(a.sizeBytes).padStart(9)} estimated  ${a.statement}`).join('\n')}\n\n` +
      `geometric mean ${mean.toFixed(2)}× · ${slower} of ${factors.length} more than 10 % slower · indexes ${mb(indexes)} of ${mb(heap)} heap (${((indexes / heap) * 100).toFixed(0)} %) · plan ${(planMs / 1000).toFixed(1)} s\n`,
  );
  return mean >= 4.5 && slower === 0 && indexes <= heap / 2;
}
