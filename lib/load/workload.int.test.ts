import http from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Actor } from '@/lib/contracts/auth';
import type { Store } from '@/lib/store/client';
import { addTarget } from '@/lib/targets/registry';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestStore } from '@/test/store';
import { startGenerator } from './generator';
import { buildWorkload } from './workload';

// Before the imports: the configuration is read once, when the first module asks for it.
vi.hoisted(() => {
  process.env.RATCHET_SECRET_KEY = '5a'.repeat(32);
});
const actor: Actor = { userId: null, name: 'Test', role: 'admin', via: 'cli' };

let test: { store: Store; stop(): Promise<void> };
let cluster: TestCluster;
let db: pg.Client;
const server = http.createServer((_req, res) => void res.end('ok'));
let base: string;

beforeAll(async () => {
  [test, cluster] = await Promise.all([startTestStore(), startTestPostgres()]);
  db = new pg.Client({ connectionString: cluster.url() });
  await db.connect();
  await db.query('create extension pg_stat_statements');
  await db.query(
    "create table item as select i as id, 'name ' || i as name, i % 50 as kind from generate_series(1, 5000) i",
  );
  await db.query('analyze item');
  for (let i = 1; i <= 30; i++) {
    await db.query('select * from item where name = $1', [`name ${i}`]);
    await db.query('select count(*) from item where kind = $1', [i]);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await db?.end();
  server.close();
  server.closeAllConnections();
  await Promise.all([cluster?.stop(), test?.stop()]);
});

describe('buildWorkload', () => {
  it('says what is missing when there is nothing to run', async () => {
    await addTarget(test.store, actor, {
      stack: 'bare',
      name: 'api',
      connection: { kind: 'http', baseUrl: base, headers: {} },
    });
    await expect(buildWorkload(test.store, 'bare', { clients: 2, seed: 1 })).rejects.toMatchObject({
      code: 'bad-input',
    });
  });

  it('makes statements and mixes of a stack one workload that runs', async () => {
    await addTarget(test.store, actor, {
      stack: 's',
      name: 'pg',
      connection: { kind: 'postgres', url: cluster.url() },
    });
    await addTarget(test.store, actor, {
      stack: 's',
      name: 'api',
      connection: { kind: 'http', baseUrl: base, headers: {} },
      options: {
        mix: {
          requests: [
            { name: 'GET /item/{id}', method: 'GET', path: '/item/{id}', headers: {}, weight: 3 },
            { name: 'GET /health', method: 'GET', path: '/health', headers: {}, weight: 1 },
          ],
          parameters: { id: { target: 'pg', sql: 'select id from item order by id;' } },
        },
      },
    });
    const plain = await buildWorkload(test.store, 's', { clients: 2, seed: 1 });
    const sql = plain.workload.probes.filter((p) => p.kind === 'sql');
    const web = plain.workload.probes.filter((p) => p.kind === 'http');
    expect(sql.length).toBeGreaterThanOrEqual(2);
    expect(web.map((p) => p.rows.length)).toEqual([200, 0]);
    expect(web[0]!.rows[0]).toEqual({ id: '1' });
    const sum = (list: { weight: number }[]) => list.reduce((s, p) => s + p.weight, 0);
    expect(sum(sql)).toBeCloseTo(1);
    expect(sum(web)).toBeCloseTo(1);
    expect(new Set(plain.workload.probes.map((p) => p.name)).size).toBe(plain.workload.probes.length);

    const goal = sql.find((p) => p.sql.includes('name ='))!;
    const { workload, connections, allowedOrigins } = await buildWorkload(test.store, 's', {
      clients: 2,
      seed: 1,
      emphasise: [goal.name],
    });
    expect(workload.probes.map((p) => p.name)).toEqual(plain.workload.probes.map((p) => p.name));
    expect(workload.probes.find((p) => p.name === goal.name)!.weight).toBeCloseTo(sum(workload.probes) / 2);

    const generator = await startGenerator({ workload, connections, allowedOrigins });
    try {
      const { endpoints, firstError } = await generator.segment({ ms: 500, warmupMs: 0 });
      expect(firstError).toBeUndefined();
      for (const probe of workload.probes) expect(endpoints[probe.name]!.count).toBeGreaterThan(0);
    } finally {
      await generator.stop();
    }
  });
});
