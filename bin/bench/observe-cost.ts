import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startObserver } from '@/lib/observe/scheduler';
import { addTarget } from '@/lib/targets/registry';
import { startTestPostgres } from '@/test/postgres';
import { startTestStore } from '@/test/store';
import { cliActor } from '../cli/actor';
import type { BenchResult } from './result';

const pgbench = '/usr/lib/postgresql/15/bin/pgbench';
/** Clock ticks a second of /proc, as Linux has it on every usual machine. */
const ticks = 100;
const targetShare = 0.01;

/** What tools do that read everything whole every few seconds, as PgHero's pages and simple exporters do. */
const naive = [
  'select * from pg_stat_statements',
  'select *, pg_total_relation_size(relid), pg_table_size(relid) from pg_stat_user_tables',
  'select *, pg_relation_size(indexrelid), pg_get_indexdef(indexrelid) from pg_stat_user_indexes',
  'select * from pg_stat_activity',
  'select * from pg_locks',
  'select * from pg_stat_database',
  'select * from pg_settings',
  'select pg_database_size(current_database())',
];

/** CPU time of a process so far, s; 0 when it is gone. Source: proc(5), fields utime and stime. */
function cpuOf(pid: number): number {
  try {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / ticks;
  } catch {
    return 0;
  }
}

const ownCpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/**
 * CPU of watching a database of `scale` × (500 tables, 5,000 indexes, 5,000 statements) under a steady pgbench: the
 * backends of Ratchet and the process that observes, vitals every 5 s and heavy reads every 60 s, over `minutes`;
 * against reading everything whole every 5 s.
 */
export async function benchObserveCost(scale: number, minutes = 2): Promise<BenchResult> {
  const [tables, statements] = [Math.round(500 * scale), Math.round(5_000 * scale)];
  const [server, store] = await Promise.all([
    startTestPostgres({ settings: ['pg_stat_statements.max=10000', 'max_locks_per_transaction=512'] }),
    startTestStore(),
  ]);
  const admin = new pg.Client({ connectionString: server.url() });
  let load: ReturnType<typeof spawn> | null = null;
  try {
    await admin.connect();
    await admin.query('create extension pg_stat_statements');
    for (let t = 0; t < tables; t++) await admin.query(tableSql(t));
    const { rows: counted } = await admin.query<{ n: number }>(
      "select count(*)::int as n from pg_index i join pg_class c on c.oid = i.indrelid where c.relname like 'bench_%'",
    );
    // What made the tables is utility statements, which are no part of the workload.
    await admin.query('select pg_stat_statements_reset()');
    for (let n = 0; n < statements; n++) await admin.query(statementSql(n));
    const { rows: known } = await admin.query<{ n: number }>(
      'select count(*)::int as n from pg_stat_statements',
    );
    load = fs.existsSync(pgbench) ? await steadyLoad(server.url()) : null;

    const seconds = 60 * minutes;
    await addTarget(store.store, cliActor(), {
      stack: 'bench',
      name: 'db',
      connection: { kind: 'postgres', url: server.url() },
    });
    const ratchet = await ofRatchet(store.store, admin, seconds);
    const other = await ofNaive(server.url(), seconds);
    const percent = (s: number) => `${((100 * s) / seconds).toFixed(2)} % of a core`;
    const total = ratchet.backends + ratchet.process;
    const ok = total / seconds <= targetShare;
    const what = `${tables} tables, ${counted[0]?.n ?? 0} indexes, ${known[0]?.n ?? 0} statements, ${seconds} s, ${load ? 'pgbench at 50/s' : 'no pgbench found'}`;
    return {
      failed: ok ? 0 : 1,
      rows: [
        ['cost to the target', what, '', ''],
        ['  backends of Ratchet', percent(ratchet.backends), '', ''],
        ['  process that observes', percent(ratchet.process), '', ''],
        ['  together', percent(total), `≤ ${100 * targetShare} %`, ok ? '✓' : '✗'],
        ['  all read whole every 5 s', percent(other.backends + other.process), '', ''],
      ],
    };
  } finally {
    load?.kill('SIGTERM');
    await admin.end();
    await Promise.all([server.stop(), store.stop()]);
  }
}

const tableSql = (t: number) =>
  `create table bench_${t} (id int primary key, ${Array.from({ length: 9 }, (_, i) => `c${i} int`).join(', ')});
   insert into bench_${t} select n, ${Array.from({ length: 9 }, () => 'n').join(', ')} from generate_series(1, 200) n;
   ${Array.from({ length: 9 }, (_, i) => `create index on bench_${t} (c${i})`).join(';')}`;

/** Each another statement to pg_stat_statements: ten of a table, which differ in column and operator. */
const statementSql = (n: number) =>
  `select c${n % 9} from bench_${Math.floor(n / 10)} where c${(n + 1) % 9} ${n % 10 === 9 ? '<' : '='} 7`;

async function steadyLoad(url: string) {
  const { hostname, port, username, password, pathname } = new URL(url);
  const env = { ...process.env, PGPASSWORD: decodeURIComponent(password) };
  const base = ['-h', hostname, '-p', port, '-U', username];
  const database = pathname.slice(1);
  const run = (args: string[]) => spawn(pgbench, [...base, ...args, database], { env, stdio: 'ignore' });
  const made = run(['-i', '-q', '-s', '1']);
  await new Promise((resolve) => made.once('exit', resolve));
  return run(['-R', '50', '-c', '2', '-T', '600']);
}

interface Cpu {
  backends: number;
  process: number;
}

async function ofRatchet(
  store: Parameters<typeof startObserver>[0],
  admin: pg.Client,
  seconds: number,
): Promise<Cpu> {
  const observer = await startObserver(store);
  try {
    // The first reading of all, and the test of what the server can do, happen once.
    await sleep(15_000);
    const { rows } = await admin.query<{ pid: number }>(
      "select pid from pg_stat_activity where application_name like 'ratchet%'",
    );
    const backends = () => rows.reduce((sum, r) => sum + cpuOf(r.pid), 0);
    const [b, p] = [backends(), ownCpu()];
    await sleep(seconds * 1000);
    return { backends: backends() - b, process: ownCpu() - p };
  } finally {
    await observer.stop();
  }
}

async function ofNaive(url: string, seconds: number): Promise<Cpu> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const pid = rows[0]?.pid ?? 0;
    const [b, p] = [cpuOf(pid), ownCpu()];
    const until = Date.now() + seconds * 1000;
    while (Date.now() < until) {
      const next = Date.now() + 5_000;
      for (const sql of naive) await client.query(sql);
      await sleep(Math.max(0, Math.min(next, until) - Date.now()));
    }
    return { backends: cpuOf(pid) - b, process: ownCpu() - p };
  } finally {
    await client.end();
  }
}
