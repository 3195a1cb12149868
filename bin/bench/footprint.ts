import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { freePort } from '@/lib/services/free-port';
import { startTestPostgres } from '@/test/postgres';
import { startTestRedis } from '@/test/redis';
import { startRatchet } from '@/test/start';
import type { BenchResult } from './result';

const mostTogether = 350e6;

/** What a person with the product open asks for, again and again; `{stack}` stands for the stack. */
const views = [
  'overview?stack={stack}',
  'findings?stack={stack}',
  'changes?stack={stack}',
  'database/statements?stack={stack}',
  'database/tables?stack={stack}',
  'database/indexes?stack={stack}',
  'cache?stack={stack}',
  'services?stack={stack}',
  'recommendations?stack={stack}',
  'configuration?stack={stack}',
];
const metrics = ['pg.transactions', 'pg.statement_time', 'redis.memory', 'http.p95', 'docker.memory'];
const pages = ['/', '/database', '/cache', '/services', '/findings', '/changes', '/targets'];

interface Memory {
  /** Resident set size and the part of it that is the process's own, bytes. Source: proc(5), VmRSS and RssAnon. */
  resident: number;
  own: number;
}

function memoryOf(pid: number): Memory {
  const text = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  const kB = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)?.[1] ?? 0);
  return { resident: kB('VmRSS') * 1024, own: kB('RssAnon') * 1024 };
}

/**
 * Memory of the web and the worker process with the small demo and 20 targets, `minutes` after they run, while somebody
 * looks at pages every ten seconds.
 */
export async function benchFootprint(minutes: number): Promise<BenchResult> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'ratchet-footprint-'));
  const [postgres, redis, port] = await Promise.all([startTestPostgres(), startTestRedis(), freePort()]);
  const product = startRatchet(
    { RATCHET_DATA_DIR: dataDir, PORT: String(port), RATCHET_DEMO_SCALE: '0.1', CI: '' },
    [],
  );
  try {
    const [, link = ''] = await product.until(/Sign in .*: (http:\S+\/sign-in\/\S+)/);
    const visitor = await signIn(link);
    const { count, stack } = await watch20(visitor, postgres.url, redis.url);
    const { web, worker } = processes(product.descendants());
    const until = Date.now() + minutes * 60_000;
    while (Date.now() < until) {
      await look(visitor, stack);
      await sleep(10_000);
    }
    const of = [memoryOf(web), memoryOf(worker)] as const;
    const together = of[0].resident + of[1].resident;
    const MB = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
    const ok = together <= mostTogether;
    const row = (name: string, m: Memory) => [`  ${name}`, MB(m.resident), `${MB(m.own)} its own`, ''];
    return {
      failed: ok ? 0 : 1,
      rows: [
        ['memory', `${count} targets, ${minutes} min, pages looked at`, '', ''],
        row('web', of[0]),
        row('worker', of[1]),
        ['  together', MB(together), `≤ ${MB(mostTogether)}`, ok ? '✓' : '✗'],
      ],
    };
  } finally {
    product.child.kill('SIGTERM');
    await product.ended;
    await Promise.all([postgres.stop(), redis.stop()]);
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

interface Visitor {
  origin: string;
  cookie: string;
}

async function signIn(link: string): Promise<Visitor> {
  const { origin, pathname } = new URL(link);
  const answer = await fetch(`${origin}/api/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ token: pathname.split('/').at(-1) }),
  });
  if (!answer.ok) throw new Error(`the link was refused: ${await answer.text()}`);
  return { origin, cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

/** Adds targets to those of the demo until there are 20: databases of one server, one Redis, the demo's API. */
async function watch20(
  { origin, cookie }: Visitor,
  postgresUrl: (database?: string) => string,
  redisUrl: string,
): Promise<{ count: number; stack: string }> {
  const headers = { cookie, origin, 'content-type': 'application/json' };
  const listed = await fetch(`${origin}/api/v1/targets`, { headers });
  const Listed = z.array(z.object({ stack: z.string(), kind: z.string(), address: z.string() }));
  const there = Listed.parse(await listed.json());
  const api = there.find((t) => t.kind === 'http')?.address ?? '';
  const admin = new pg.Client({ connectionString: postgresUrl() });
  await admin.connect();
  const connections: object[] = [];
  for (let i = 0; connections.length + there.length < 20; i++) {
    if (i % 2 === 0) {
      await admin.query(`create database footprint_${i}`);
      connections.push({ kind: 'postgres', url: postgresUrl(`footprint_${i}`) });
    } else if (i % 4 === 1) connections.push({ kind: 'redis', url: redisUrl });
    else connections.push({ kind: 'http', baseUrl: api });
  }
  await admin.end();
  for (const [i, connection] of connections.entries()) {
    const body = JSON.stringify({ stack: 'demo', name: `more-${i}`, connection });
    const added = await fetch(`${origin}/api/v1/targets`, { method: 'POST', headers, body });
    if (!added.ok) throw new Error(`target ${i} was refused: ${await added.text()}`);
  }
  return { count: there.length + connections.length, stack: 'demo' };
}

async function look({ origin, cookie }: Visitor, stack: string): Promise<void> {
  const now = Date.now();
  const span = `from=${new Date(now - 900_000).toISOString()}&to=${new Date(now).toISOString()}`;
  const calls = [
    ...views.map((v) => `/api/v1/${v.replace('{stack}', stack)}`),
    ...metrics.map((m) => `/api/v1/series?stack=${stack}&metric=${m}&${span}`),
    ...pages,
  ];
  for (const call of calls) await (await fetch(`${origin}${call}`, { headers: { cookie } })).arrayBuffer();
}

function processes(pids: readonly number[]): { web: number; worker: number } {
  const find = (what: RegExp) => {
    const pid = pids.find((p) => what.test(fs.readFileSync(`/proc/${p}/cmdline`, 'utf8')));
    if (pid === undefined) throw new Error(`no process ${what}`);
    return pid;
  };
  return { web: find(/^next-server|next\/dist\/bin\/next/), worker: find(/dist\/worker/) };
}
