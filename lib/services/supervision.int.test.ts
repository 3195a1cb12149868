import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataDir } from './data-lock';
import { checkDiskSpace, freeBytes } from './disk-space';
import { freePort } from './free-port';
import { type Service, startAll } from './lifecycle';
import { processStart } from './process-start';

let dir = '';
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ratchet-supervision-'));
});
afterEach(() => fs.rmSync(dir, { recursive: true }));

describe('startAll', () => {
  const log: string[] = [];
  const service = (name: string, fail = ''): Service => ({
    name,
    start: async () => {
      log.push(`+${name}`);
      if (fail === 'start') throw new Error(`${name} is broken`);
    },
    stop: async () => {
      log.push(`-${name}`);
      if (fail === 'stop') throw new Error('stuck');
    },
    describe: () => 'on port 1',
  });
  afterEach(() => log.splice(0));

  it('starts in order, stops in reverse, once, whatever fails on the way', async () => {
    const said: string[] = [];
    const all = await startAll([service('a'), service('b', 'stop'), service('c')], (line) => said.push(line));
    await Promise.all([all.stop(), all.stop()]);
    expect(log).toEqual(['+a', '+b', '+c', '-c', '-b', '-a']);
    expect(said[0]).toMatch(/^✓ a +on port 1, 0\.\d s$/);
    expect(said.at(-1)).toBe('✗ b did not stop cleanly: stuck');
  });

  it('stops what was started when one fails', async () => {
    await expect(startAll([service('a'), service('b', 'start'), service('c')])).rejects.toThrow(
      'b is broken',
    );
    expect(log).toEqual(['+a', '+b', '-b', '-a']);
  });
});

describe('lockDataDir', () => {
  const held = { name: 'held' };

  it('lets one in at a time', async () => {
    const lock = await lockDataDir(dir);
    expect(lock.tookOver).toBe(false);
    await expect(lockDataDir(dir)).rejects.toThrow(
      new RegExp(`runs on .* already \\(process ${process.pid}\\)`),
    );
    await lock.release();
    const again = await lockDataDir(dir);
    expect(again.tookOver).toBe(false);
    await again.release();
    expect(fs.readdirSync(path.join(dir, 'run'))).toEqual([]);
  });

  it('takes over from a process that died, and from an id that another process has now', async () => {
    const dead = spawn(process.execPath, ['-e', '']);
    await once(dead, 'exit');
    for (const holder of [{ pid: dead.pid, started: '1' }, { pid: process.pid, started: '1' }, held]) {
      fs.mkdirSync(path.join(dir, 'run'), { recursive: true });
      fs.writeFileSync(path.join(dir, 'run/lock.json'), JSON.stringify({ ...holder, nonce: 'x' }));
      const lock = await lockDataDir(dir);
      expect(lock.tookOver).toBe(true);
      await lock.release();
    }
  });

  it('of several that take over at once, one succeeds', async () => {
    fs.mkdirSync(path.join(dir, 'run'));
    fs.writeFileSync(path.join(dir, 'run/lock.json'), '{"pid":');
    const all = await Promise.allSettled(Array.from({ length: 5 }, () => lockDataDir(dir)));
    expect(all.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
  });
});

describe('disk space', () => {
  it('is measured for a folder that is not there yet, and refused with what to do', async () => {
    const free = await freeBytes(path.join(dir, 'not/yet'));
    expect(free).toBeGreaterThan(0);
    expect(await checkDiskSpace(path.join(dir, 'not/yet'), 1)).toMatch(/GB free/);
    await expect(checkDiskSpace(dir, 1e18)).rejects.toThrow(
      /almost full: \d+ MB are free .* needs 1000000000000 MB.*RATCHET_DATA_DIR/,
    );
  });
});

describe('freePort', () => {
  it('takes the wanted port, or the next free one', async () => {
    const port = await freePort();
    expect(await freePort(port)).toBe(port);
    const server = net.createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    try {
      const next = await freePort(port);
      expect(next).toBeGreaterThan(port);
      expect(next).toBeLessThanOrEqual(port + 20);
    } finally {
      server.close();
    }
  });

  it('says when the address is not of this machine', async () => {
    await expect(freePort(0, '192.0.2.1')).rejects.toThrow(
      /HOST=192.0.2.1 is not an address of this machine/,
    );
  });
});

describe('bin/guard.mjs', () => {
  // A supervisor with a guard and one child of its own, which ignores that its parent is gone.
  const supervisor = `
    const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore', detached: true });
    const guard = spawn(process.execPath, ['bin/guard.mjs', String(process.pid)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    process.on('message', () => guard.stdin.end('done\\n', () => process.exit(0)));
    process.send({ child: child.pid, guard: guard.pid });`;

  async function begin() {
    const parent = spawn(process.execPath, ['-e', supervisor], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const [pids] = (await once(parent, 'message')) as [{ child: number; guard: number }];
    // The guard looks twice a second.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    return { parent, ...pids };
  }
  const ended = (pid: number) => expect.poll(() => processStart(pid), { timeout: 10_000 }).toBeNull();

  it('ends what a killed supervisor leaves, and itself', async () => {
    const { parent, child, guard } = await begin();
    parent.kill('SIGKILL');
    await ended(child);
    await ended(guard);
  });

  it('ends itself alone when the supervisor says that it is done', async () => {
    const { parent, child, guard } = await begin();
    parent.send('end');
    await ended(guard);
    expect(await processStart(child)).not.toBeNull();
    process.kill(child, 'SIGKILL');
    await ended(child);
  });
});
