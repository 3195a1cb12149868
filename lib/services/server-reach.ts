import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import type { PostgresBinaries } from './postgres-binaries';
import type { ServerUser } from './server-user';

/** Where things are kept that another user than root must reach, when the data folder is out of its reach. */
export const SHARED_DIR = '/var/lib/ratchet';

/** True when this user may pass through every folder above `target` (`/root`, for one, lets nobody through). */
export async function canReach(user: ServerUser, target: string): Promise<boolean> {
  if (user.uid === undefined) return true;
  for (let dir = path.dirname(path.resolve(target)); ; dir = path.dirname(dir)) {
    const stat = await fs.stat(dir).catch(() => null);
    if (stat) {
      const bit = stat.uid === user.uid ? 0o100 : stat.gid === user.gid ? 0o010 : 0o001;
      if ((stat.mode & bit) === 0) return false;
    }
    if (path.dirname(dir) === dir) return true;
  }
}

/**
 * The folder to use for `dataDir` so that the server's user reaches it: itself, or one in /var/lib/ratchet that
 * `dataDir` is then a link to.
 */
export async function reachableDir(user: ServerUser, dataDir: string): Promise<string> {
  if (await canReach(user, dataDir)) return dataDir;
  const dir = path.join(SHARED_DIR, createHash('sha256').update(dataDir).digest('hex').slice(0, 12));
  const link = await fs.readlink(dataDir).catch(() => null);
  if (link === dir) return dir;
  await fs.mkdir(SHARED_DIR, { recursive: true, mode: 0o755 });
  await fs.mkdir(path.dirname(dataDir), { recursive: true });
  // What is at either place belongs to a data folder that was deleted, or was never finished.
  await fs.rm(dataDir, { recursive: true, force: true });
  await fs.rm(dir, { recursive: true, force: true });
  await fs.symlink(dir, dataDir);
  return dir;
}

/** The server programs, or a copy of them in /var/lib/ratchet when the server's user does not reach them. */
export async function reachableBinaries(
  user: ServerUser,
  binaries: PostgresBinaries,
): Promise<PostgresBinaries> {
  if (await canReach(user, binaries.postgres)) return binaries;
  const native = path.dirname(path.dirname(binaries.postgres));
  const { mtimeMs, size } = await fs.stat(binaries.postgres);
  const id = createHash('sha256').update(`${native} ${mtimeMs} ${size}`).digest('hex').slice(0, 12);
  const copy = path.join(SHARED_DIR, `postgres-${id}`);
  if (!(await fs.stat(copy).catch(() => null))) {
    await fs.mkdir(SHARED_DIR, { recursive: true, mode: 0o755 });
    // A draft of its own for every call: two servers of one process may well start at the same time.
    const draft = await fs.mkdtemp(`${copy}.`);
    await fs.cp(native, draft, { recursive: true, verbatimSymlinks: true });
    await fs.chmod(draft, 0o755);
    // Another call may have been first; its copy is as good.
    await fs.rename(draft, copy).catch(() => fs.rm(draft, { recursive: true, force: true }));
  }
  const at = (program: string) => path.join(copy, 'bin', path.basename(program));
  return { initdb: at(binaries.initdb), postgres: at(binaries.postgres), pg_ctl: at(binaries.pg_ctl) };
}
