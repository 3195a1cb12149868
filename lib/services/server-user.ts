import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Options for child_process that choose the user; empty when the present user will do. */
export type ServerUser = { uid: number; gid: number } | { uid?: undefined; gid?: undefined };

/**
 * PostgreSQL refuses to run as root. As root the servers run as the system user `postgres`, which is
 * created when it is missing; as anyone else they run as that person (an empty answer).
 */
export async function serverUser(): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return {};
  const found = await lookup();
  if (found) return found;
  await run('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
  const made = await lookup();
  if (!made)
    throw new Error(
      'could not create the system user "postgres", which PostgreSQL needs when started as root',
    );
  return made;
}

async function lookup(): Promise<ServerUser | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}
