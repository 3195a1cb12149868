import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from './free-port';
import { isAlive } from './parent';
import { RedisServer } from './redis-server';

let dataDir: string;
const open: RedisServer[] = [];
const server = (o: Partial<ConstructorParameters<typeof RedisServer>[0]> = {}) => {
  const made = new RedisServer({ dataDir, say: () => undefined, ...o });
  open.push(made);
  return made;
};

beforeEach(async () => {
  dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-redis-'));
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
  await fs.rm(dataDir, { recursive: true, force: true });
});

describe('RedisServer', () => {
  it('starts, answers and leaves nothing running', async () => {
    const redis = server();
    await redis.start();
    const client = new Redis(redis.url ?? '');
    expect(await client.ping()).toBe('PONG');
    client.disconnect();
    const pid = redis.pid ?? 0;
    await redis.stop();
    expect(isAlive(pid)).toBe(false);
    expect(redis.url).toBeNull();
  });

  it('takes another port when the preferred one is busy', async () => {
    const blocker = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => blocker.once('listening', resolve));
    const busy = (blocker.address() as net.AddressInfo).port;
    const redis = server({ port: busy });
    await redis.start();
    expect(new URL(redis.url ?? '').port).not.toBe(String(busy));
    blocker.close();
  });

  it('ends the server that a crashed run left in the same folder', async () => {
    const dir = path.join(dataDir, 'redis');
    await fs.mkdir(dir);
    const port = await freePort();
    const left = spawn('redis-server', [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      dir,
      '--save',
      '',
    ]);
    const ended = new Promise((resolve) => left.once('exit', resolve));
    await expect.poll(() => fs.readlink(`/proc/${left.pid}/cwd`)).toBe(dir);
    await fs.writeFile(path.join(dir, 'server.pid'), `${left.pid}\n`);
    const next = server();
    await next.start();
    await ended;
    expect(next.url).not.toBeNull();
    expect(next.pid).not.toBe(left.pid);
  });

  it('leaves a process alone that only has the number of the leftover', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await fs.mkdir(path.join(dataDir, 'redis'));
    await fs.writeFile(path.join(dataDir, 'redis', 'server.pid'), `${other.pid}\n`);
    await server().start();
    expect(isAlive(other.pid ?? 0)).toBe(true);
    other.kill('SIGKILL');
  });

  it('starts again after a crash, at the same address, and says so', async () => {
    const said: string[] = [];
    const redis = server({ say: (line) => said.push(line) });
    await redis.start();
    const { url, pid = 0 } = redis;
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => said.join('\n'), { timeout: 20_000 }).toMatch(/ended; starting[\s\S]*runs again/);
    expect(redis.pid).not.toBe(pid);
    expect(redis.url).toBe(url);
    const client = new Redis(url ?? '');
    expect(await client.ping()).toBe('PONG');
    client.disconnect();
  });

  it('uses the server it is given, and does not stop it', async () => {
    const own = server();
    await own.start();
    const given = server({ url: own.url ?? '' });
    await given.start();
    expect(given.url).toBe(own.url);
    await given.stop();
    expect(isAlive(own.pid ?? 0)).toBe(true);
  });

  it('says so when the given server does not answer', async () => {
    await expect(server({ url: 'redis://127.0.0.1:1' }).start()).rejects.toThrow(
      /127\.0\.0\.1:1 does not answer/,
    );
  });
});
