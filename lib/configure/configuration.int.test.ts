import { type ChildProcess, execFile, spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { addRule } from '@/lib/alert/rules';
import type { ConfigFile, Configuration } from '@/lib/contracts/configuration';
import { DockerSnapshot } from '@/lib/contracts/docker-snapshot';
import { RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import { diagnoseStack } from '@/lib/diagnose/record';
import { parsePrometheus } from '@/lib/observe/collectors/http/prometheus';
import { observeOnce } from '@/lib/observe/observe-once';
import { writeSamples } from '@/lib/observe/series/write';
import { actor, until } from '@/lib/optimize/testing/fixture';
import { freePort } from '@/lib/services/free-port';
import { serverUser } from '@/lib/services/server-user';
import type { Store } from '@/lib/store/client';
import { addTarget } from '@/lib/targets/registry';
import { prometheusPage } from '@/lib/views/prometheus';
import { type Busybox, dockerMissing, dockerSocket, startBusybox } from '@/test/docker';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestRedis, type TestRedis } from '@/test/redis';
import { runCli } from '@/test/run-cli';
import { startTestStore } from '@/test/store';
import { parseYaml } from '@/test/yaml';
import { configurationOf, configurationText } from './configuration';
import { redisFile } from './redis';

const run = promisify(execFile);
const pgbouncer = '/usr/sbin/pgbouncer';
const MiB = 2 ** 20;
let store: Store;
let storeUrl = '';
let stopStore: () => Promise<void>;
let cluster: TestCluster;
let redis: TestRedis;
let busybox: Busybox | undefined;
let noDocker: string | null;
let dir = '';
const ids = { db: 0, cache: 0, docker: 0 };

beforeAll(async () => {
  noDocker = await dockerMissing();
  [{ store, url: storeUrl, stop: stopStore }, cluster, redis, busybox] = await Promise.all([
    startTestStore(),
    startTestPostgres(),
    startTestRedis(['--tcp-keepalive', '0']),
    noDocker === null ? startBusybox() : undefined,
  ]);
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-configure-'));
  await fs.chmod(dir, 0o755);
  await sql(["ALTER SYSTEM SET random_page_cost = '5'", 'SELECT pg_reload_conf()']);
  ids.db = await addTarget(store, actor, {
    stack: 'shop',
    name: 'db',
    connection: { kind: 'postgres', url: cluster.url() },
    options: { memoryBytes: 2 * 1024 * MiB, storage: 'ssd' },
  });
  ids.cache = await addTarget(store, actor, {
    stack: 'shop',
    name: 'cache',
    connection: { kind: 'redis', url: redis.url },
    options: { memoryBytes: 1024 * MiB },
  });
  if (busybox) {
    const project = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };
    await busybox.start('web', 'while true; do sleep 1; done', {}, project);
    ids.docker = await addTarget(store, actor, {
      stack: 'shop',
      name: 'engine',
      connection: { kind: 'docker', socket: dockerSocket },
      options: { containerPrefix: busybox.prefix },
    });
    await spread(ids.docker, 'docker.memory', [40 * MiB, 100 * MiB], `${busybox.prefix}web`);
  }
  await look();
});

afterAll(async () => {
  await Promise.all([cluster?.stop(), redis?.stop(), busybox?.stop()]);
  await stopStore?.();
  await fs.rm(dir, { recursive: true, force: true });
});

/** Two samples ten minutes apart: a window long enough to go by. */
function spread(
  id: number,
  metric: Parameters<typeof writeSamples>[2][number]['metric'],
  values: number[],
  label = '',
) {
  const at = (i: number) => new Date(Date.now() - (values.length - i) * 600_000);
  return writeSamples(
    store,
    id,
    values.map((value, i) => ({ metric, label, value, at: at(i) })),
  );
}

async function look(): Promise<Configuration> {
  for (const id of Object.values(ids)) if (id > 0) await observeOnce(store, id);
  await diagnoseStack(store, 'shop');
  return configurationOf(store, 'shop');
}

async function sql(statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: cluster.url() });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function rows(query: string): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: cluster.url() });
  await client.connect();
  try {
    const found = await client.query<{ name: string; value: string }>(query);
    return Object.fromEntries(found.rows.map((r) => [r.name, r.value]));
  } finally {
    await client.end();
  }
}

function fileOf({ files }: Configuration, name: string): ConfigFile {
  const file = files.find((f) => f.name === name);
  if (!file) throw new Error(`no ${name} among ${files.map((f) => f.name).join(', ')}`);
  return file;
}

/** Statements of a script that has one on each line. */
const statementsOf = (script: string) => script.split('\n').filter((l) => l !== '' && !l.startsWith('--'));

const autoConf = () =>
  rows(
    `select name, setting as value from pg_file_settings where sourcefile ~ 'postgresql[.]auto[.]conf$' order by seqno`,
  );

it('gives ALTER SYSTEM with an inverse that leaves postgresql.auto.conf as it was', async () => {
  const file = fileOf(await configurationOf(store, 'shop'), 'db.alter-system.sql');
  const before = await autoConf();
  expect(before).toEqual({ random_page_cost: '5' });
  await sql(statementsOf(file.text ?? ''));
  const after = await autoConf();
  expect(after).toEqual(Object.fromEntries(file.entries.map((e) => [e.name, e.proposed])));
  expect(after).toMatchObject({ random_page_cost: '1.1', shared_buffers: '512MB' });
  expect(await configurationText(store, 'shop', 'db.alter-system-undo.sql')).toBe(file.inverse?.text);
  await sql(statementsOf(file.inverse?.text ?? ''));
  expect(await autoConf()).toEqual(before);
});

it('gives lines of postgresql.conf with which the server starts, and then nothing more', async () => {
  const file = fileOf(await configurationOf(store, 'shop'), 'db.postgresql.conf');
  // fsync is off by the command line of the test's server, where no file reaches.
  expect(file.notes).toEqual([expect.stringContaining('fsync is given by the command line')]);
  for (const e of file.entries) {
    expect(e).toMatchObject({ source: 'postgres/settings', runs: expect.any(String) });
    expect(file.text).toContain(`# runs: ${e.runs}\n${e.name} = `);
  }
  await sql(['ALTER SYSTEM RESET random_page_cost']);
  const { data } = await rows(`select 'data' as name, current_setting('data_directory') as value`);
  await fs.appendFile(path.join(data ?? '', 'postgresql.conf'), `\n${file.text}`);
  await cluster.cluster.restart();
  const runs = await rows('select name, current_setting(name) as value from pg_settings');
  expect(runs).toMatchObject(Object.fromEntries(file.entries.map((e) => [e.name, e.proposed])));
  const again = fileOf(await look(), 'db.postgresql.conf');
  expect(again).toMatchObject({
    entries: [],
    text: null,
    nothing: expect.stringContaining('No open finding'),
  });
});

it('gives a redis.conf with which redis-server starts, its backlog from the rate of connections', async () => {
  const found = fileOf(await configurationOf(store, 'shop'), 'cache.redis.conf');
  expect(found.entries.map((e) => [e.name, e.source, e.runs])).toEqual([
    ['maxmemory', 'redis/no-maxmemory', '0'],
    ['tcp-keepalive', 'redis/keepalive', '0'],
  ]);
  const row = await store.db.snapshot.findFirstOrThrow({ where: { targetId: ids.cache } });
  const snapshot = RedisSnapshot.parse(row.data);
  const recent = { seconds: 60, evictedKeys: 0, rejectedConnections: 0, newConnections: 36_000 };
  const { text, entries } = redisFile({
    ...{ target: 'cache', findings: [] },
    snapshot: { ...snapshot, recent },
    applied: [{ setting: 'maxmemory', value: '0' }],
  });
  expect(entries).toMatchObject([
    { name: 'tcp-backlog', runs: '511', proposed: '1024' },
    { name: 'maxmemory', source: 'redis/set-config' },
  ]);
  const conf = path.join(dir, 'redis.conf');
  await fs.writeFile(conf, `${found.text}\n${(text ?? '').replace(/^maxmemory .*$/m, '')}`);
  const port = await freePort();
  const server = spawn('redis-server', [conf, '--port', String(port), '--save', '', '--dir', dir], {
    stdio: 'ignore',
  });
  const client = new Redis(port, { lazyConnect: false, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  try {
    for (const e of [...found.entries, ...entries.slice(0, 1)])
      expect(await client.config('GET', e.name)).toEqual([e.name, e.proposed]);
  } finally {
    client.disconnect();
    await end(server);
  }
});

it('gives a pgbouncer.ini with which PgBouncer starts and keeps to its pool', async (context) => {
  expect(fileOf(await configurationOf(store, 'shop'), 'db.pgbouncer.ini').nothing).toContain(
    'no connections were counted yet',
  );
  await spread(ids.db, 'pg.connections', [20, 70]);
  await spread(ids.db, 'pg.connections_active', [1, 4]);
  await spread(ids.db, 'pg.connections_idle_in_transaction', [0, 1]);
  const file = fileOf(await configurationOf(store, 'shop'), 'db.pgbouncer.ini');
  // (4 active + 1 idle in transaction) × 1.2.
  expect(file.entries.find((e) => e.name === 'default_pool_size')?.proposed).toBe('6');
  const { password, username } = new URL(cluster.url());
  expect(JSON.stringify(file)).not.toContain(password);
  if (!(await exists(pgbouncer))) {
    if (process.env.CI === 'true') throw new Error('CI needs pgbouncer');
    context.skip(`${pgbouncer} is not installed`);
  }
  const [port, users, ini] = [
    await freePort(),
    path.join(dir, 'userlist.txt'),
    path.join(dir, 'pgbouncer.ini'),
  ];
  await fs.writeFile(users, `"${username}" "${password}"\n`);
  await fs.writeFile(
    ini,
    (file.text ?? '').replace('6432', String(port)).replace('/etc/pgbouncer/userlist.txt', users),
  );
  const pool = spawn(pgbouncer, [ini], { ...(await serverUser()), cwd: dir, stdio: 'ignore' });
  try {
    const url = new URL(cluster.url());
    url.port = String(port);
    const ask = async () => {
      const client = new pg.Client({ connectionString: url.href });
      await client.connect();
      try {
        const { rows: found } = await client.query<{ pid: number }>(
          'select pg_backend_pid() as pid from pg_sleep(0.05)',
        );
        return found[0]?.pid;
      } finally {
        await client.end();
      }
    };
    await until(() => ask().catch(() => undefined));
    const pids = await Promise.all(Array.from({ length: 20 }, ask));
    expect(pids.filter((p) => p !== undefined)).toHaveLength(20);
    expect(new Set(pids).size).toBeLessThanOrEqual(6);
  } finally {
    await end(pool);
  }
});

const Compose = z.object({
  services: z.record(z.string(), z.object({ mem_limit: z.number(), memswap_limit: z.number() })),
});

it('gives a compose override with a limit for each container, which the engine takes', async (context) => {
  if (!busybox) return context.skip(noDocker ?? '');
  const file = fileOf(await configurationOf(store, 'shop'), 'engine.shop.compose.override.yaml');
  // The working set now is far below: max(100 MiB × 1.5, 100 MiB × 1.2), in steps of 16 MiB.
  const limit = 160 * MiB;
  expect(Compose.parse(parseYaml(file.text ?? ''))).toEqual({
    services: { web: { mem_limit: limit, memswap_limit: 2 * limit } },
  });
  expect(file.text).toContain('# docker/no-memory-limit: working set over 10 minutes');
  const container = busybox.docker.getContainer(`${busybox.prefix}web`);
  await container.update({ Memory: limit, MemorySwap: 2 * limit });
  const again = fileOf(await look(), 'engine.shop.compose.override.yaml');
  expect(again.text).toBeNull();
  expect(again.nothing).toContain('keeps its limit of 168 MB');
});

it('gives a Node container under a limit its heap, and what a heap that it was made anew with has changed', async (context) => {
  if (!busybox) return context.skip(noDocker ?? '');
  const labels = { 'com.docker.compose.project': 'kitchen', 'com.docker.compose.service': 'api' };
  const script = 'while :; do busybox sleep 1000; done; exec node server.js';
  await busybox.start('api', script, { Memory: 256 * MiB }, labels);
  const name = 'engine.kitchen.compose.override.yaml';
  const { text } = fileOf(await look(), name);
  const flags = '--max-old-space-size=192 --max-semi-space-size=2';
  expect(text).toContain(`environment: { NODE_OPTIONS: "${flags}" }`);
  expect(text).toMatch(/75 % of the limit of 256 MiB .* Not measured/);

  // As if it had been made anew with them a quarter of an hour ago.
  const label = `${busybox.prefix}api`;
  const minute = 60_000;
  const now = Date.now();
  const at = (minutes: number, value: number) => ({
    ...{ metric: 'docker.memory' as const, label, value: value * MiB },
    at: new Date(now - minutes * minute),
  });
  await writeSamples(store, ids.docker, [at(40, 220), at(30, 210), at(14, 120), at(2, 130)]);
  const where = { targetId_collector: { targetId: ids.docker, collector: 'docker' } };
  const row = await store.db.snapshot.findUniqueOrThrow({ where });
  const snapshot = DockerSnapshot.parse(row.data);
  const containers = snapshot.containers.map((c) =>
    c.name === label
      ? { ...c, createdAt: new Date(now - 15 * minute).toISOString(), node: { options: flags } }
      : c,
  );
  await store.db.snapshot.update({ where, data: { data: { ...snapshot, containers } } });
  const again = fileOf(await configurationOf(store, 'shop'), name);
  expect(again.text ?? '').not.toContain('NODE_OPTIONS');
  expect(again.notes.join(' ')).toMatch(/p99 of its working set is 136 MB since .*, and was 231 MB before/);
  await busybox.docker.getContainer(label).remove({ force: true });
});

it('gives a compose override that docker compose reads', async (context) => {
  const missing = await run('docker', ['compose', 'version']).then(
    () => null,
    () => 'the compose plugin of Docker is not installed',
  );
  if (!busybox || missing !== null) return context.skip(missing ?? noDocker ?? '');
  await busybox.docker
    .getContainer(`${busybox.prefix}web`)
    .update({ Memory: 2048 * MiB, MemorySwap: 4096 * MiB });
  const { text } = fileOf(await look(), 'engine.shop.compose.override.yaml');
  const files = ['compose.yaml', 'compose.override.yaml'].map((f) => path.join(dir, f));
  await fs.writeFile(files[0] ?? '', 'services:\n  web:\n    image: busybox\n');
  await fs.writeFile(files[1] ?? '', text ?? '');
  await run('docker', ['compose', ...files.flatMap((f) => ['-f', f]), 'config', '--quiet']);
});

const Rules = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(z.object({ alert: z.string(), expr: z.string(), for: z.string().optional() })),
    }),
  ),
});

it('gives rules for Prometheus over series that /metrics has', async () => {
  const rule = {
    severity: 'high',
    comparison: 'above',
    holdSeconds: 60,
    recover: null,
    enabled: true,
  } as const;
  const common = { ...rule, stack: 'shop', noDataSeconds: null, notifierIds: [] };
  await addRule(store, actor, {
    ...common,
    name: 'Slow: "p95"',
    metric: 'http.p95',
    per: null,
    threshold: 200,
    target: null,
  });
  await addRule(store, actor, {
    ...{ ...common, name: 'Busy', metric: 'pg.connections', per: 'pg.connections_max', threshold: 0.8 },
    ...{ target: 'db', noDataSeconds: 300 },
  });
  await addRule(store, actor, {
    ...common,
    name: 'Off',
    metric: 'pg.wal',
    per: null,
    threshold: 1,
    target: null,
    enabled: false,
  });
  const now = new Date();
  await writeSamples(store, ids.db, [
    { metric: 'http.p95', at: now, value: 250 },
    { metric: 'pg.connections', at: now, value: 90 },
    { metric: 'pg.connections_max', at: now, value: 100 },
  ]);
  const { samples } = parsePrometheus(await prometheusPage(store, '0'));
  const { text } = fileOf(await configurationOf(store, 'shop'), 'ratchet-rules.yaml');
  const rules = Rules.parse(parseYaml(text ?? '')).groups.flatMap((g) => g.rules);
  const own = rules.filter((r) => /Slow|Busy|Off/.test(r.alert));
  expect(own.map((r) => [r.alert, r.expr, r.for])).toEqual([
    [
      'Busy',
      'ratchet_pg_connections{stack="shop",target="db"} / ratchet_pg_connections_max{stack="shop",target="db"} > 0.8',
      '60s',
    ],
    ['Busy: no data', 'absent_over_time(ratchet_pg_connections{stack="shop",target="db"}[300s])', undefined],
    ['Slow: "p95"', 'ratchet_http_p95_seconds{stack="shop"} > 0.2', '60s'],
  ]);
  for (const { expr } of own)
    for (const [, name, inner] of expr.matchAll(/(ratchet_\w+)\{([^}]*)\}/g)) {
      const labels = [...(inner ?? '').matchAll(/(\w+)="([^"]*)"/g)];
      const matching = samples.filter(
        (s) => s.name === name && labels.every(([, key, value]) => s.labels[key ?? ''] === value),
      );
      expect(matching, expr).toHaveLength(1);
    }
});

it('is written into a folder by ratchet config, with the dashboards', async () => {
  const out = path.join(dir, 'out');
  const { code, stdout } = await runCli(['config', '--stack', 'shop', '--out', out], {
    env: { RATCHET_STORE_URL: storeUrl },
  });
  expect(code, stdout).toBe(0);
  const written = await fs.readdir(out);
  expect(written).toEqual(
    expect.arrayContaining(['ratchet-rules.yaml', 'cache.redis.conf', 'ratchet-postgres.json']),
  );
  expect(stdout).toContain('nothing for db.postgresql.conf: No open finding');
  expect(await fs.readFile(path.join(out, 'cache.redis.conf'), 'utf8')).toContain('maxmemory ');
});

async function exists(file: string): Promise<boolean> {
  return fs.access(file).then(
    () => true,
    () => false,
  );
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
