import { type ChildProcess, execFile, fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { LoadProfile } from '@/lib/contracts/load';
import type { LoadRecord, LoadSecond } from '@/lib/contracts/load-record';
import { profileOf } from '@/lib/load/profiles';
import { runLoad } from '@/lib/load/run-load';
import { summaryOf } from '@/lib/load/summary';
import { quantile } from '@/lib/stats/quantile';
import type { BenchResult } from './result';

const run = promisify(execFile);
const connections = 64;
const runs = 5;
const seconds = 5;

type Row = [what: string, measured: string, must: string, holds: boolean | null];

/**
 * What docs/load-generator.md promises of the generator, measured: throughput against wrk on one core each, memory over a longer run, 1,000
 * users, offered rate against plan, tails under a server that stalls. Linux with two cores or more; wrk is left out where it is not
 * installed. Returns rows to print and how many do not hold.
 */
export async function benchLoad(): Promise<BenchResult> {
  // The server has one core, wrk and the generator (with this process, which does next to nothing) take turns on another.
  await run('taskset', ['-a', '-cp', '1', String(process.pid)]);
  const rows: Row[] = [];
  const server = await serve('trivial');
  try {
    rows.push(...(await againstWrk(server.url)));
    rows.push(await memory(server.url));
    rows.push(await manyUsers(server.url));
    rows.push(...(await offered(server.url)));
  } finally {
    server.child.disconnect();
  }
  const stalls = await serve('stalls');
  try {
    rows.push(...(await tails(stalls.url)));
  } finally {
    stalls.child.disconnect();
  }
  return {
    rows: [
      ['load generator', 'measured', 'must hold', ''],
      ...rows.map(([what, measured, must, holds]) => [
        what,
        measured,
        must,
        holds === null ? '–' : holds ? '✓' : '✗',
      ]),
    ],
    failed: rows.filter((r) => r[3] === false).length,
  };
}

async function serve(kind: 'trivial' | 'stalls'): Promise<{ url: string; child: ChildProcess }> {
  const child = fork(path.join(import.meta.dirname, 'load-server.ts'), [kind], {
    execArgv: ['--import', 'tsx'],
  });
  const port = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => reject(new Error('the server of the benchmark did not start')));
  });
  await run('taskset', ['-a', '-cp', '0', String(child.pid)]);
  return { url: `http://127.0.0.1:${port}`, child };
}

function load(url: string, profile: LoadProfile, onSecond?: (s: LoadSecond) => void): Promise<LoadRecord> {
  return runLoad({
    plan: {
      profile,
      seed: 1,
      target: { name: 'bench', baseUrl: url },
      probes: [{ name: 'GET /', method: 'GET', path: '/', headers: {}, weight: 1, rows: [] }],
    },
    title: 'bench',
    allowedOrigins: [url],
    allowRemote: false,
    ...(onSecond ? { onSecond } : {}),
  });
}

const median = (list: readonly number[]) =>
  quantile(
    list.toSorted((a, b) => a - b),
    0.5,
  );
const closed = (users: number, length: number) => profileOf('endurance', { users, seconds: length });

async function againstWrk(url: string): Promise<Row[]> {
  const ours: number[] = [];
  const theirs: number[] = [];
  let wrk = true;
  for (let i = 0; i < runs; i++) {
    ours.push(summaryOf(await load(url, closed(connections, seconds))).total.rps);
    const output = await run('taskset', [
      '-c',
      '1',
      'wrk',
      '-t1',
      `-c${connections}`,
      `-d${seconds}s`,
      url,
    ]).catch(() => null);
    const found = /Requests\/sec:\s+([\d.]+)/.exec(output?.stdout ?? '');
    if (found) theirs.push(Number(found[1]));
    else wrk = false;
  }
  const rate = Math.round(median(ours)).toLocaleString('en');
  if (!wrk) return [[`throughput, ${connections} users (wrk is not installed)`, `${rate}/s`, '', null]];
  const ratios = ours.map((n, i) => n / (theirs[i] ?? Number.NaN));
  return [
    [
      `throughput against wrk, ${connections} connections, a core each, median of ${runs} alternating runs`,
      `${median(ratios).toFixed(2)} (${rate}/s; wrk ${Math.round(median(theirs)).toLocaleString('en')}/s; ${ratios.map((r) => r.toFixed(2)).join(' ')})`,
      '≥ 0.80',
      median(ratios) >= 0.8,
    ],
  ];
}

async function memory(url: string): Promise<Row> {
  const sizes: number[] = [];
  await load(url, closed(connections, 60), () => sizes.push(generatorMegabytes()));
  // The first third is warm-up; then the middle and the last third are compared.
  const third = Math.floor(sizes.length / 3);
  const middle = median(sizes.slice(third, 2 * third));
  const last = median(sizes.slice(2 * third));
  return [
    'resident set size of the generator over 60 s, last third ÷ middle third',
    `${(last / middle).toFixed(2)} (${middle.toFixed(0)} MB → ${last.toFixed(0)} MB)`,
    '≤ 1.10',
    last / middle <= 1.1,
  ];
}

/** Resident set size of the load process that this process has started, MB. */
function generatorMegabytes(): number {
  const children = fs.readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(/\s+/);
  const found = children.find((pid) =>
    fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('load-generator'),
  );
  const pages = fs.readFileSync(`/proc/${found}/statm`, 'utf8').split(' ')[1];
  return (Number(pages) * 4_096) / 1e6;
}

async function manyUsers(url: string): Promise<Row> {
  const record = await load(url, closed(1_000, 10));
  const { total } = summaryOf(record);
  const most = Math.max(...record.seconds.map((s) => s.active));
  return [
    '1,000 users for 10 s',
    `${Math.round(total.rps).toLocaleString('en')}/s, ${total.errors} errors, ${most} users`,
    '1,000 users, no error',
    total.errors === 0 && most === 1_000,
  ];
}

async function offered(url: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const rate of [1_000, 5_000, 10_000, 20_000, 40_000]) {
    const record = await load(url, profileOf('rate', { rate, seconds: 6 }));
    const planned = record.seconds.slice(0, 6);
    const off = Math.max(...planned.map((s) => Math.abs(s.offered - rate) / rate));
    const late = planned.reduce((n, s) => n + s.generator.lateSends, 0);
    const dropped = planned.reduce((n, s) => n + s.dropped, 0);
    const limited = record.generatorLimited !== null;
    rows.push([
      `offered at ${rate.toLocaleString('en')}/s, furthest second`,
      `${(off * 100).toFixed(2)} % off, ${late} late, ${dropped} dropped${limited ? ', generator-limited' : ''}`,
      '≤ 1 %, or says generator-limited',
      off <= 0.01 || limited,
    ]);
  }
  return rows;
}

async function tails(url: string): Promise<Row[]> {
  const { total } = summaryOf(await load(url, profileOf('rate', { rate: 500, seconds: 20 })));
  const truth = { p50: 50, p90: 550, p95: 800, p99: 1_000 };
  return (['p50', 'p90', 'p95', 'p99'] as const).map((name) => {
    const ratio = (total[name] ?? 0) / truth[name];
    return [
      `${name} at 500/s of a server that stalls 1 s in 5 s, ÷ truth`,
      `${ratio.toFixed(3)} (${total[name]?.toFixed(0)} ms, truth ${truth[name]} ms)`,
      '0.95 to 1.05',
      Math.abs(ratio - 1) <= 0.05,
    ];
  });
}
