import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoServices, type DemoTarget, demoServices } from './demo';
import { DemoPostgres } from './demo-postgres';
import { Lifecycle } from './lifecycle';
import { isAlive } from './parent';

let dataDir: string;
let services: DemoServices;
let lifecycle: Lifecycle;
let targets: DemoTarget[];
const said: string[] = [];

const target = (name: string) => targets.find((t) => t.name === name);
const baseUrl = () => {
  const connection = target('demo-api')?.connection;
  return connection?.kind === 'http' ? connection.baseUrl : '';
};
const apiPid = () => (services.find((s) => s.name === 'demo-api') as unknown as { pid: number }).pid;
const query = async (sql: string) => {
  const connection = target('demo-postgres')?.connection;
  const client = new pg.Client({ connectionString: connection?.kind === 'postgres' ? connection.url : '' });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
  } finally {
    await client.end();
  }
};
const metrics = async () => (await fetch(`${baseUrl()}/metrics`)).text();

beforeAll(async () => {
  dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-demo-'));
  await fs.chmod(dataDir, 0o755);
  const say = (line: string) => said.push(line);
  services = demoServices({ dataDir, scale: 0.02, say });
  lifecycle = new Lifecycle(say);
  for (const service of services) await lifecycle.start(service);
  targets = services.targets();
});
afterAll(async () => {
  await lifecycle?.stop();
  await fs.rm(dataDir, { recursive: true, force: true });
});

describe('demoServices', () => {
  it('gives the targets of the stack', () => {
    const names = targets.map((t) => t.name);
    expect(names.slice(0, 3)).toEqual(['demo-postgres', 'demo-redis', 'demo-api']);
    expect(target('demo-api')?.options).toMatchObject({ metricsPath: '/metrics', probePath: '/health' });
    expect(said.some((line) => /demo-data .*100 %/.test(line))).toBe(true);
  });

  it('has a mix whose parameters its database gives, and each of whose requests is answered with 200', async () => {
    const mix = target('demo-api')?.options.mix;
    const values: Record<string, string[]> = {};
    for (const [name, source] of Object.entries(mix?.parameters ?? {})) {
      if (!('sql' in source)) throw new Error(`parameter ${name} has no SQL`);
      expect(source.target).toBe('demo-postgres');
      values[name] = (await query(source.sql)).map(([value]) => String(value));
      expect(values[name].length).toBeGreaterThan(5);
    }
    expect(mix?.requests.map((r) => r.name)).toEqual([
      'GET /health',
      'GET /api/v1/models/',
      'POST /api/v1/chat/',
      'GET /metrics',
    ]);
    for (let turn = 0; turn < 5; turn++) {
      for (const { method, path: where, headers, body, name } of mix?.requests ?? []) {
        const fill = (text: string) =>
          text.replace(/\{(token|email)\}/g, (_, parameter: string) => values[parameter]?.[turn] ?? '');
        const response = await fetch(baseUrl() + fill(where), {
          method,
          headers,
          ...(body === undefined ? {} : { body: fill(body) }),
        });
        expect([name, response.status]).toEqual([name, 200]);
        await response.text();
      }
    }
  });

  it('has traffic of its own, all of it answered with 200', async () => {
    const counts = async () =>
      [...(await metrics()).matchAll(/_count\{method="(\w+)",route="([^"]+)",status="(\d+)"\} (\d+)/g)].map(
        (m) => ({ route: m[2], status: m[3], n: Number(m[4]) }),
      );
    const chats = async () => (await counts()).find((c) => c.route === '/api/v1/chat/')?.n ?? 0;
    const before = await chats();
    await expect.poll(chats, { timeout: 60_000, interval: 500 }).toBeGreaterThan(before + 2);
    expect((await counts()).filter((c) => c.status !== '200')).toEqual([]);
  });

  it('starts the API again after a crash, on the same port, and says so', async () => {
    const first = apiPid();
    process.kill(first, 'SIGKILL');
    await expect
      .poll(() => said.some((line) => /demo-api .*runs again/.test(line)), { timeout: 60_000 })
      .toBe(true);
    expect(apiPid()).not.toBe(first);
    expect((await fetch(`${baseUrl()}/health`)).status).toBe(200);
  });

  it('starts its PostgreSQL again after a crash, at the same address', async () => {
    const postgres = services.find((s): s is DemoPostgres => s instanceof DemoPostgres);
    const first = postgres?.cluster.pid ?? 0;
    process.kill(first, 'SIGKILL');
    await expect
      .poll(() => said.some((line) => /demo-pg .*runs again/.test(line)), { timeout: 60_000 })
      .toBe(true);
    expect(postgres?.cluster.pid).not.toBe(first);
    expect(await query('select count(*)::int from models')).toEqual([[12]]);
  });

  it('leaves nothing running', async () => {
    const pid = apiPid();
    const url = baseUrl();
    await lifecycle.stop();
    expect(isAlive(pid)).toBe(false);
    await expect(fetch(`${url}/health`)).rejects.toThrow();
    expect(said.filter((line) => line.startsWith('✗'))).toEqual([]);
  });

  it('finds its data at the second start', async () => {
    const again = demoServices({ dataDir, scale: 0.02, say: (line) => said.push(line) });
    const [postgres, data] = again;
    try {
      await postgres?.start();
      await data?.start();
      expect(data?.describe?.()).toContain('there already');
    } finally {
      await postgres?.stop();
    }
  });
});
