import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import { openRedis } from '@/lib/observe/collectors/redis/collector';
import { freePort } from '@/lib/services/free-port';
import { redisProgram } from '@/lib/services/redis-program';
import { selfSigned } from '@/test/certificate';
import { startTestRedis, type TestRedis } from '@/test/redis';
import { testRedis } from './capabilities';
import { withRedis } from './connect';

let dir = '';
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-forms-'));
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
  await fs.rm(dir, { recursive: true, force: true });
});

async function server(...args: string[]): Promise<TestRedis> {
  const started = await startTestRedis(args);
  ends.push(() => started.stop());
  return started;
}

function client(url: string): Redis {
  const redis = new Redis(url);
  // Servers end before their clients.
  redis.on('error', () => undefined);
  ends.push(async () => redis.disconnect());
  return redis;
}

const connection = (url: string) => ({ kind: 'redis' as const, url });
const portOf = (redis: TestRedis) => new URL(redis.url).port;
/** Which server answers behind an address. */
const answering = (url: string) =>
  withRedis(connection(url), async ({ redis }) => /tcp_port:(\d+)/.exec(await redis.info('server'))?.[1]);

/** A sentinel process that watches a server under the name "main". */
async function sentinelOf(watched: TestRedis): Promise<number> {
  const port = await freePort();
  const file = path.join(dir, `sentinel-${port}.conf`);
  await fs.writeFile(
    file,
    `port ${port}\nbind 127.0.0.1\ndir ${dir}\nsentinel monitor main 127.0.0.1 ${portOf(watched)} 1\n`,
  );
  const found = await redisProgram(dir, () => undefined);
  if (!found) throw new Error('no Redis program');
  const child = spawn(found.program, [file, '--sentinel'], {
    env: { ...process.env, ...found.env },
    stdio: 'ignore',
  });
  ends.push(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  return port;
}

describe('behind Sentinel', () => {
  it('finds the primary, follows a failover, and goes on to the next sentinel where one is silent', async () => {
    const first = await server('--repl-diskless-sync-delay', '0');
    const second = await server('--replicaof', '127.0.0.1', portOf(first));
    const replica = client(second.url);
    const linked = async () => /master_link_status:up/.test(await replica.info('replication'));
    await expect.poll(linked, { timeout: 20_000 }).toBe(true);
    const port = await sentinelOf(first);
    const sentinel = client(`redis://127.0.0.1:${port}`);
    await expect
      .poll(async () => await sentinel.call('sentinel', 'replicas', 'main'), { timeout: 20_000 })
      .toHaveLength(1);

    const url = `redis+sentinel://127.0.0.1:1,127.0.0.1:${port}/main`;
    expect(await answering(url)).toBe(portOf(first));
    const found = await testRedis(connection(url));
    expect(found.checks.find((c) => c.name === 'primary server')).toMatchObject({ ok: true });

    // Until it has heard from the replica it has nothing to promote.
    const failover = () =>
      sentinel.call('sentinel', 'failover', 'main').catch((error: Error) => error.message);
    await expect.poll(failover, { timeout: 20_000, interval: 200 }).toBe('OK');
    await expect.poll(() => answering(url), { timeout: 30_000, interval: 200 }).toBe(portOf(second));
  }, 90_000);

  it('says which sentinel said what', async () => {
    const alone = await server();
    const port = await sentinelOf(alone);
    await expect
      .poll(() => answering(`redis+sentinel://127.0.0.1:${port}/main`).catch(() => null))
      .not.toBeNull();
    await expect(answering(`redis+sentinel://127.0.0.1:${port}/other`)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/knows no primary of this name/),
    });
    await expect(answering('redis+sentinel://127.0.0.1:1/main')).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/127\.0\.0\.1:1: .*ECONNREFUSED/),
    });
  });
});

describe('a node of a cluster', () => {
  it('is watched alone, and says so', async () => {
    const node = async () => {
      const bus = String(await freePort());
      const file = path.join(dir, `nodes-${bus}.conf`);
      return server('--cluster-enabled', 'yes', '--cluster-port', bus, '--cluster-config-file', file);
    };
    const [a, b] = [await node(), await node()];
    const [atA, atB] = [client(a.url), client(b.url)];
    await atA.call('cluster', 'addslotsrange', 0, 8191);
    await atB.call('cluster', 'addslotsrange', 8192, 16383);
    const busOfB = /:(\d+)@(\d+)/.exec(String(await atB.cluster('NODES')));
    await atA.call('cluster', 'meet', '127.0.0.1', busOfB?.[1] ?? '', busOfB?.[2] ?? '');
    for (const at of [atA, atB]) {
      const state = async () => String(await at.cluster('INFO'));
      await expect.poll(state, { timeout: 20_000 }).toContain('cluster_state:ok');
    }
    // Slots 12182 and 5061: "foo" is on the second node, "bar" on the first.
    await atB.set('foo', '1');
    await atA.set('bar', '1');

    const found = await testRedis(connection(a.url));
    expect(found.checks.find((c) => c.name === 'whole cluster')).toMatchObject({
      ok: false,
      detail: expect.stringContaining('one node of 2, cluster ok, 16384 of 16384 slots'),
    });
    const collector = await openRedis(connection(a.url));
    try {
      const snapshot = RedisSnapshot.parse(await collector.snapshot(new AbortController().signal));
      expect(snapshot.keyspace).toMatchObject({ keys: 1, sampled: 1, missing: null });
    } finally {
      await collector.close();
    }
  }, 60_000);
});

describe('TLS and sockets', () => {
  it('checks the certificate, and leaves it unchecked only where that is asked for', async () => {
    const { key, cert } = await selfSigned(dir);
    const port = await freePort();
    const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', cert];
    const plain = await server('--tls-port', String(port), ...files, '--tls-auth-clients', 'no');
    await expect(answering(`rediss://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/certificate/),
    });
    expect(await answering(`rediss://127.0.0.1:${port}?skip_verify=true`)).toBe(portOf(plain));
    expect(await answering(`rediss://localhost:${port}?skip_verify=true`)).toBe(portOf(plain));
  });

  it('connects by a socket', async () => {
    const socket = path.join(dir, 'redis.sock');
    const started = await server('--unixsocket', socket);
    for (const url of [socket, `unix://${socket}`, `redis+unix://${socket}?db=1`])
      expect(await answering(url)).toBe(portOf(started));
    await expect(answering(`${socket}.gone`)).rejects.toMatchObject({ code: 'unreachable' });
  });
});
