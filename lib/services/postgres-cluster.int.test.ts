import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PostgresCluster } from './postgres-cluster';
import { processStart } from './process-start';

let dir = '';
const made: PostgresCluster[] = [];
beforeEach(async () => {
  // mkdtemp makes folders that only their owner passes through: as root, the server's user does not.
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-cluster-'));
});
afterEach(async () => {
  for (const c of made.splice(0)) await c.stop();
  const moved = await fs.readlink(path.join(dir, 'data')).catch(() => null);
  if (moved) await fs.rm(moved, { recursive: true, force: true });
  await fs.rm(dir, { recursive: true, force: true });
});

function cluster(): PostgresCluster {
  const c = new PostgresCluster({
    dataDir: path.join(dir, 'data'),
    logFile: path.join(dir, 'log'),
    settings: ['fsync=off'],
  });
  made.push(c);
  return c;
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return Object.values((await client.query(sql)).rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

describe('PostgresCluster', () => {
  it('starts in a folder that the server’s user cannot reach, keeps its data, and survives SIGKILL', async () => {
    const first = cluster();
    await first.start();
    await ask(first.url(), 'create table kept as select 7 as n');
    process.kill(first.pid!, 'SIGKILL');
    await first.exited();
    await first.start();
    expect(await ask(first.url(), 'select n from kept')).toBe(7);
    const port = first.port;
    await first.restart();
    expect(first.port).toBe(port);
    expect(await ask(first.url(), 'select n from kept')).toBe(7);
    expect((await fs.stat(path.join(dir, 'data.password'))).mode & 0o777).toBe(0o600);
  });

  it('stops the server that an earlier run left behind', async () => {
    const first = cluster();
    await first.start();
    const left = first.pid!;
    const second = cluster();
    await second.start();
    expect(await processStart(left)).toBeNull();
    expect(await ask(second.url(), 'select 1')).toBe(1);
  });

  it('makes anew what was cut short while it was made', async () => {
    const draft = path.join(dir, 'data.new');
    await fs.mkdir(draft, { recursive: true });
    await fs.writeFile(path.join(draft, 'PG_VERSION'), '18\n');
    const c = cluster();
    await c.start();
    expect(await ask(c.url(), 'select 1')).toBe(1);
  });

  it('a stop while it starts leaves nothing running', async () => {
    const c = cluster();
    const starting = c.start().catch((error: Error) => error.message);
    await c.stop();
    expect(await starting).toMatch(/stopped/);
    expect(c.pid === undefined || (await processStart(c.pid)) === null).toBe(true);
  });

  it('says what the server says when it cannot start', async () => {
    const c = new PostgresCluster({
      dataDir: path.join(dir, 'data'),
      logFile: path.join(dir, 'log'),
      settings: ['shared_buffers=lots'],
    });
    made.push(c);
    await expect(c.start()).rejects.toThrow(/invalid value for parameter "shared_buffers": "lots"/);
  });
});
