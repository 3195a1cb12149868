// What the tests need on this machine. Each is looked for, installed where that can be done, and said aloud.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, run, Stop } from './ensure.mjs';

const isRoot = process.getuid?.() === 0;

/** Path of a program on the PATH, or null. */
function onPath(...names) {
  for (const name of names) {
    for (const dir of (process.env.PATH ?? '').split(path.delimiter)) {
      const file = path.join(dir, name);
      if (dir && fs.existsSync(file)) return file;
    }
  }
  return null;
}

const canApt = () => isRoot && onPath('apt-get') !== null;
let updated = false;

/** Installs Debian packages as root, without starting the services they bring. */
async function apt(packages, say) {
  say(`… ${packages[0].padEnd(9)} installing with apt-get install ${packages.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !fs.existsSync(policy);
  if (ours) fs.writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    if (packages.some((p) => p.startsWith('postgresql'))) keepFromMakingACluster();
    if (!updated) await run('apt-get', ['update', '-qq'], { env, what: 'apt-get update' });
    updated = true;
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      env,
      what: 'apt-get install',
    });
    return true;
  } catch (error) {
    say(`! ${packages[0].padEnd(9)} ${error.message.split('\n').slice(-2).join(' ')}`);
    return false;
  } finally {
    if (ours) fs.rmSync(policy, { force: true });
  }
}

/** Debian makes and starts a cluster on port 5432 with the package, which nobody here wants. */
function keepFromMakingACluster() {
  const file = '/etc/postgresql-common/createcluster.conf';
  if (fs.existsSync(file)) return;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, 'create_main_cluster = false\n');
}

async function redis(say) {
  if (process.env.REDIS_URL) return { ok: true, what: 'the one of REDIS_URL' };
  const { redisProgram } = await import('../../lib/services/redis-program.ts');
  const found = await redisProgram(path.join(root, '.ratchet'), say);
  if (!found) return { ok: false, what: 'Redis is missing' };
  // Tests look for it on the PATH.
  const env = { ...found.env };
  if (path.isAbsolute(found.program))
    env.PATH = `${path.dirname(found.program)}${path.delimiter}${process.env.PATH}`;
  return { ok: true, what: found.program, env };
}

async function chromium(say) {
  // Without a window of its own a browser takes half of the processor time.
  const shell = 'chromium-headless-shell';
  const find = () =>
    [process.env.CHROMIUM_PATH, onPath(shell), onPath('chromium', 'chromium-browser', 'google-chrome')].find(
      (f) => f && fs.existsSync(f),
    );
  if (!find() && canApt()) (await apt([shell], say)) || (await apt(['chromium'], say));
  const found = find();
  if (found) return { ok: true, what: found, env: { CHROMIUM_PATH: found } };
  say('… chromium  installing with npx playwright install chromium');
  const { chromium: browser } = await import('@playwright/test');
  const cli = path.join(root, 'node_modules/@playwright/test/cli.js');
  await run(process.execPath, [cli, 'install', 'chromium'], { what: 'playwright install' }).catch((error) => {
    if (!(error instanceof Stop)) throw error;
    say(`! chromium  ${error.message.split('\n').slice(0, 2).join(' ')}`);
  });
  const file = browser.executablePath();
  if (!fs.existsSync(file))
    return { ok: false, what: 'no browser: set CHROMIUM_PATH; the page tests do not run' };
  return { ok: true, what: file, env: { CHROMIUM_PATH: file } };
}

/** True when a Docker engine answers where the tests look for it. */
function dockerAnswers() {
  const host = process.env.DOCKER_HOST;
  const where = host?.startsWith('tcp://')
    ? { host: new URL(host).hostname, port: new URL(host).port }
    : { socketPath: host?.replace(/^unix:\/\//, '') ?? '/var/run/docker.sock' };
  return new Promise((resolve) => {
    const request = http.get({ ...where, path: '/_ping', timeout: 3_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

async function docker(say) {
  if (await dockerAnswers()) return { ok: true, what: 'an engine answers' };
  if (!onPath('dockerd') && canApt()) await apt(['docker.io'], say);
  if (!isRoot || !onPath('dockerd') || process.env.DOCKER_HOST) {
    return { ok: false, what: 'no Docker engine answers; the container tests do not run' };
  }
  say('… docker    starting dockerd');
  fs.mkdirSync(path.join(root, '.ratchet/logs'), { recursive: true });
  const log = fs.openSync(path.join(root, '.ratchet/logs/dockerd.log'), 'a');
  const engine = spawn('dockerd', [], { stdio: ['ignore', log, log], detached: true });
  fs.closeSync(log);
  let ended = false;
  engine.once('exit', () => {
    ended = true;
  });
  engine.once('error', () => {
    ended = true;
  });
  const stop = async () => {
    if (ended) return;
    engine.kill('SIGTERM');
    for (let i = 0; i < 150 && !ended; i += 1) await sleep(100);
  };
  for (let i = 0; i < 300 && !ended; i += 1) {
    if (await dockerAnswers()) return { ok: true, what: 'dockerd, started for the tests', stop };
    await sleep(100);
  }
  await stop();
  return {
    ok: false,
    what: 'dockerd does not start (.ratchet/logs/dockerd.log); the container tests do not run',
  };
}

const POSTGRES_15 = '/usr/lib/postgresql/15/bin/postgres';

async function postgres15(say) {
  if (!fs.existsSync(POSTGRES_15) && canApt()) await apt(['postgresql-15', 'postgresql-15-hypopg'], say);
  if (fs.existsSync(POSTGRES_15)) return { ok: true, what: POSTGRES_15 };
  return { ok: false, what: 'PostgreSQL 15 of Debian is not here; the tests on a second version do not run' };
}

/**
 * Looks for, installs and starts what the tests need. Returns the environment for them, the names of what is
 * missing, and what ends the processes started here.
 */
export async function prepareNeeds(say) {
  const missing = [];
  const stops = [];
  let env = {};
  for (const [name, need] of Object.entries({ redis, postgres15, docker, chromium })) {
    const { ok, what, env: more = {}, stop } = await need(say);
    say(`${ok ? '✓' : '!'} ${name.padEnd(10)} ${what}`);
    if (!ok) missing.push(name);
    if (stop) stops.push(stop);
    env = { ...env, ...more };
  }
  return { env, missing, stop: () => Promise.all(stops.map((s) => s())) };
}
