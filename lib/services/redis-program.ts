import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { environment } from '@/lib/config';
import type { Say } from './lifecycle';

const run = promisify(execFile);

/** A Redis server program and the environment it needs. */
export interface RedisProgram {
  program: string;
  env: Record<string, string>;
}

/** Debian packages that hold the server and the libraries it is linked against. */
const debianPackages = [
  'redis-server',
  'redis-tools',
  'libjemalloc2',
  'liblzf1',
  'libatomic1',
  'liblua5.1-0',
  'lua-cjson',
  'lua-bitop',
];

/**
 * A Redis server program: on the PATH (redis-server, valkey-server), else unpacked before into the data folder,
 * else installed: by the system's package manager as root on Debian or Ubuntu, or unpacked into the data folder
 * as anyone else. Null when none can be had; `say` has told how to get one.
 */
export async function redisProgram(dataDir: string, say: Say): Promise<RedisProgram | null> {
  for (const name of ['redis-server', 'valkey-server']) {
    if (await works({ program: name, env: {} })) return { program: name, env: {} };
  }
  const unpacked = unpackedProgram(dataDir);
  if (await works(unpacked)) return unpacked;
  if (await has('apt-get')) {
    const got = process.getuid?.() === 0 ? await installed(say) : await unpack(dataDir, say);
    if (got && (await works(got))) return got;
  }
  say(
    `! redis     not found and could not be installed. Install it (${hint()}) or set REDIS_URL; going on without it.`,
  );
  return null;
}

async function installed(say: Say): Promise<RedisProgram | null> {
  say('· redis     not found; installing the Debian package redis-server');
  try {
    const env = { ...environment(), DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    await run('apt-get', ['update', '-qq'], { env });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'], { env });
    return { program: 'redis-server', env: {} };
  } catch (error) {
    say(`! redis     could not be installed: ${reason(error)}`);
    return null;
  }
}

async function unpack(dataDir: string, say: Say): Promise<RedisProgram | null> {
  say('· redis     not found; unpacking the Debian package into the data folder');
  const root = path.join(dataDir, 'redis-program');
  await fs.mkdir(root, { recursive: true });
  for (const name of debianPackages) {
    try {
      await run('apt-get', ['download', name], { cwd: root });
    } catch (error) {
      // Older releases link fewer libraries; what is really missing shows when the program is tried.
      say(`· redis     package ${name}: ${reason(error)}`);
    }
  }
  for (const file of await fs.readdir(root)) {
    if (file.endsWith('.deb')) await run('dpkg', ['-x', file, '.'], { cwd: root });
  }
  return unpackedProgram(dataDir);
}

function unpackedProgram(dataDir: string): RedisProgram {
  const root = path.join(dataDir, 'redis-program');
  const triple = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  const libraries = [path.join(root, 'usr/lib', triple), path.join(root, 'lib', triple)].join(':');
  // redis-server is a link to redis-check-rdb's multi-call binary in some releases; the path is the same.
  return { program: path.join(root, 'usr/bin/redis-server'), env: { LD_LIBRARY_PATH: libraries } };
}

async function works({ program, env }: RedisProgram): Promise<boolean> {
  return run(program, ['--version'], { env: { ...environment(), ...env } }).then(
    () => true,
    () => false,
  );
}

function has(program: string): Promise<boolean> {
  return run(program, ['--version']).then(
    () => true,
    () => false,
  );
}

function hint(): string {
  if (process.platform === 'darwin') return '`brew install redis`';
  return '`sudo apt-get install redis-server` on Debian or Ubuntu, `sudo dnf install valkey` on Fedora';
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? '';
}
