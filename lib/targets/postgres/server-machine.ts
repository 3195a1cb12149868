import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { memoryLimitOf } from './memory-limit';

/** What is known of the machine that a server runs on. Null: not known, never guessed. */
export interface ServerMachine {
  /** The server runs on this machine, in sight of this process. */
  local: boolean;
  /** Memory that the server may use, bytes, and where that is from. */
  memory: { bytes: number; source: string } | null;
  storage: 'ssd' | 'disk' | null;
  /** Space left for the data folder, bytes. */
  freeBytes: number | null;
}

/** What the owner of a target says of its machine, where Ratchet cannot see it. */
export interface StatedMachine {
  memoryBytes?: number | undefined;
  storage?: 'ssd' | 'disk' | undefined;
}

const unknown: ServerMachine = { local: false, memory: null, storage: null, freeBytes: null };

/**
 * What is known of a server's machine: stated by the owner, else seen, where the server's process of this very
 * connection is found among the processes of this machine. Memory is the cgroup's limit where there is one, else
 * the machine's. Reads one row and a few files of the kernel.
 */
export async function readServerMachine(
  client: pg.Client,
  stated: StatedMachine = {},
): Promise<ServerMachine> {
  const seen = await seenMachine(client);
  return {
    ...seen,
    memory:
      stated.memoryBytes === undefined
        ? seen.memory
        : { bytes: stated.memoryBytes, source: 'stated for the target' },
    storage: stated.storage ?? seen.storage,
  };
}

async function seenMachine(client: pg.Client): Promise<ServerMachine> {
  const { rows } = await client.query<{ pid: number; port: number | null; dir: string | null }>(
    `select /* ratchet */ pg_catalog.pg_backend_pid() as pid, pg_catalog.inet_client_port() as port,
       (select setting from pg_catalog.pg_settings where name = 'data_directory') as dir`,
  );
  const row = rows[0];
  if (!row || !(await isOurBackend(row.pid, row.port))) return unknown;
  const limit = await memoryLimitOf(row.pid).catch(() => null);
  const total = os.totalmem();
  return {
    local: true,
    memory:
      limit !== null && limit < total
        ? { bytes: limit, source: 'memory limit of its cgroup' }
        : { bytes: total, source: 'memory of the machine' },
    storage: row.dir === null ? null : await storageOf(row.dir),
    freeBytes: row.dir === null ? null : await freeBytes(row.dir),
  };
}

/**
 * The process of that number on this machine serves this connection: it calls itself a PostgreSQL backend for our
 * port (or for a local socket). A server elsewhere, or in a container, has other numbers.
 */
async function isOurBackend(pid: number, port: number | null): Promise<boolean> {
  const title = await fs.readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return (
    /^postgres(ql)?\b/.test(title) && title.includes(port === null || port < 0 ? '[local]' : `(${port})`)
  );
}

async function freeBytes(dir: string): Promise<number | null> {
  const found = await fs.statfs(dir).catch(() => null);
  return found && found.bavail * found.bsize;
}

/** Kind of the disk that holds a folder, as the kernel says; null behind an overlay, a network or a volume manager that hides it. */
async function storageOf(dir: string): Promise<'ssd' | 'disk' | null> {
  const found = await fs.stat(dir).catch(() => null);
  if (!found) return null;
  // Device numbers as glibc packs them (makedev).
  const { dev } = found;
  const minor = (dev & 0xff) | (Math.floor(dev / 2 ** 12) & 0xfff00);
  const major = Math.floor(dev / 2 ** 8) & 0xfff;
  const device = await fs.realpath(`/sys/dev/block/${major}:${minor}`).catch(() => null);
  if (device === null) return null;
  // A partition has no queue of its own: its disk above it has.
  for (const folder of [device, path.dirname(device)]) {
    const text = await fs.readFile(path.join(folder, 'queue/rotational'), 'utf8').catch(() => null);
    if (text === null) continue;
    if (text.trim() === '0') return 'ssd';
    // Virtual disks call themselves rotating whatever is behind them.
    return /^(vd|xvd)/.test(path.basename(folder)) ? null : 'disk';
  }
  return null;
}
