import { fork } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '@/lib/services/free-port';
import { processStart } from '@/lib/services/process-start';
import { readStoreFile } from '@/lib/store/client';
import { type Started, startRatchet } from '@/test/start';
import { ensure, ensureBuilt } from './lib/ensure.mjs';

// The whole supervisor, really started and killed.
let dataDir = '';
let port = 0;
const running: Started[] = [];

beforeAll(async () => {
  await ensure(() => undefined);
  await ensureBuilt(() => undefined);
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'ratchet-start-'));
  port = await freePort();
}, 900_000);
afterEach(async () => {
  for (const one of running.splice(0)) {
    one.child.kill('SIGTERM');
    await one.ended;
  }
});
afterAll(async () => {
  const moved = fs.existsSync(path.join(dataDir, 'store'))
    ? fs.realpathSync(path.join(dataDir, 'store'))
    : '';
  fs.rmSync(dataDir, { recursive: true, force: true });
  if (moved && !moved.startsWith(dataDir)) fs.rmSync(moved, { recursive: true, force: true });
});

function start(env: Record<string, string> = {}, args?: string[]): Started {
  const one = startRatchet({ RATCHET_DATA_DIR: dataDir, PORT: String(port), CI: '', ...env }, args);
  running.push(one);
  return one;
}

const SIGN_IN = /Sign in .*: (http:\S+\/sign-in\/\S+)/;
const allEnded = (pids: number[]) =>
  expect
    .poll(
      async () =>
        (await Promise.all(pids.map(async (p) => ((await processStart(p)) ? p : 0)))).filter(Boolean),
      {
        timeout: 60_000,
      },
    )
    .toEqual([]);

async function ask<T>(sql: string): Promise<T> {
  const client = new pg.Client({ connectionString: (await readStoreFile(dataDir))?.url });
  await client.connect();
  try {
    return Object.values((await client.query(sql)).rows[0] ?? {})[0] as T;
  } finally {
    await client.end();
  }
}

/** Signs in and follows a job that never begins: a stream that stays open until the web process closes it. */
async function openStream(link: string): Promise<Response> {
  const { origin, pathname } = new URL(link);
  const signedIn = await fetch(`${origin}/api/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ token: pathname.split('/').at(-1) }),
  });
  expect(signedIn.status).toBe(200);
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  const id = await ask<number>(
    "insert into job (kind, payload, queue) values ('none', '{}', 'none') returning id",
  );
  await ask(`insert into job_event (job_id, message) values (${id}, 'it waits')`);
  const stream = await fetch(`${origin}/api/v1/jobs/${id}/events`, { headers: { cookie } });
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  return stream;
}

describe('npm start', { timeout: 300_000 }, () => {
  it('comes up, refuses a second one, and Ctrl-C (pressed twice) ends everything with exit code 0', async () => {
    const one = start();
    await one.until(SIGN_IN);
    for (const step of ['disk', 'store', 'schema', 'worker', 'web'])
      expect(one.output()).toMatch(new RegExp(`^✓ ${step} `, 'm'));
    const health = await fetch(`http://127.0.0.1:${port}/api/v1/health`);
    expect(await health.json()).toMatchObject({ status: 'ok', targets: [] });
    expect(fs.statSync(path.join(dataDir, 'run/store.json')).mode & 0o777).toBe(0o600);

    const second = start();
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/runs on .* already \(process \d+\)/);

    const stream = await openStream((await one.until(SIGN_IN))[1] ?? '');
    const pids = one.descendants();
    expect(pids.length).toBeGreaterThanOrEqual(3);
    one.child.kill('SIGINT');
    one.child.kill('SIGINT');
    expect(await one.ended).toBe(0);
    await allEnded(pids);
    expect(await stream.text(), 'the web process closes its streams').toContain('waits');
    expect(one.output(), 'nothing had to be killed').not.toContain('was killed');
    expect(fs.readdirSync(path.join(dataDir, 'run'))).toEqual([]);
  });

  it('builds the load generators beside the worker: each starts, and ends with its parent', async () => {
    for (const name of ['generator', 'load-generator']) {
      const child = fork(path.resolve(`dist/${name}.mjs`), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      expect(await new Promise((resolve) => child.once('message', resolve))).toEqual({ type: 'booted' });
      child.disconnect();
      expect(await ended).toBe(0);
    }
  });

  it('keeps its data; a busy port gives the next free one, said aloud', async () => {
    const busy = net.createServer().listen(port, '127.0.0.1');
    try {
      const one = start();
      const link = (await one.until(SIGN_IN))[1]!;
      expect(one.output()).toMatch(new RegExp(`port ${port} is busy; using \\d+`));
      expect(new URL(link).port).not.toBe(String(port));
      expect(await ask<number>('select count(*)::int from "user" where role = \'admin\'')).toBe(1);
      expect(await ask<number>('select count(*)::int from sign_in_link')).toBe(2);
      one.child.kill('SIGTERM');
      expect(await one.ended).toBe(0);
    } finally {
      busy.close();
    }
  });

  it('starts a killed worker and a killed store again', async () => {
    const one = start();
    await one.until(SIGN_IN);
    const worker = await ask<string>(
      "select state from pg_stat_activity where application_name = 'ratchet-worker' limit 1",
    );
    expect(worker).toBeDefined();
    const pid = one
      .descendants()
      .find((p) => fs.readFileSync(`/proc/${p}/cmdline`, 'utf8').includes('dist/worker.mjs'));
    process.kill(pid!, 'SIGKILL');
    await one.until(
      /! worker +ended \(ended by SIGKILL\); starting it again \(1 of 3\)\n(.*\n)*✓ worker +runs again/,
    );

    const postmaster = Number(
      fs.readFileSync(path.join(dataDir, 'store/postmaster.pid'), 'utf8').split('\n')[0],
    );
    process.kill(postmaster, 'SIGKILL');
    await one.until(
      /! store +PostgreSQL ended \(by a signal\); starting it again \(1 of 3\)\n(.*\n)*✓ store +runs again/,
    );
    await expect
      .poll(async () => (await fetch(`http://127.0.0.1:${port}/api/v1/health`)).status, { timeout: 30_000 })
      .toBe(200);
    one.child.kill('SIGINT');
    expect(await one.ended).toBe(0);
  });

  it('killed with SIGKILL, leaves nothing running, and the next start carries on', async () => {
    const one = start();
    await one.until(SIGN_IN);
    const pids = one.descendants();
    one.child.kill('SIGKILL');
    await one.ended;
    await allEnded(pids);
    const two = start();
    await two.until(SIGN_IN);
    expect(two.output()).toMatch(/the last run was killed; carrying on/);
    two.child.kill('SIGINT');
    expect(await two.ended).toBe(0);
  });

  it('says what is wrong and exits with 1: a wrong setting, a store that does not answer, an unknown option', async () => {
    const wrong = start({ PORT: 'web' });
    expect(await wrong.ended).toBe(1);
    expect(wrong.output()).toMatch(/✗ The environment has a wrong value\. PORT: "web" is not a port/);

    const nobody = start({ DATABASE_URL: `postgres://me:hush@127.0.0.1:1/ratchet` });
    expect(await nobody.ended).toBe(1);
    expect(nobody.output()).toMatch(
      /✗ The store does not answer at postgres:\/\/me:\*\*\*@127\.0\.0\.1:1\/ratchet.*DATABASE_URL/s,
    );
    expect(nobody.output()).not.toContain('hush');
    expect(fs.readdirSync(path.join(dataDir, 'run'))).toEqual([]);

    const unknown = start({}, ['--fast']);
    expect(await unknown.ended).toBe(2);
    expect(unknown.output()).toMatch(/Unknown option: --fast/);
  });
});
