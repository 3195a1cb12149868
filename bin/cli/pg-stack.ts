import { AppError } from '@/lib/contracts/error';
import type { Connection, TargetOptions } from '@/lib/contracts/target';
import type { Store } from '@/lib/store/client';
import { addressOf, addTarget, loadTargets } from '@/lib/targets/registry';
import { testConnection } from '@/lib/targets/test-connection';
import { cliActor } from './actor';

/**
 * The stack of a database given by URL: the one that has this database as its only target, else a new one named
 * after the database. Connects first, so that a wrong address fails here. Returns the stack's name.
 */
export async function stackOfUrl(store: Store, url: string, options: TargetOptions): Promise<string> {
  const connection: Connection = { kind: 'postgres', url };
  await testConnection(connection);
  const address = addressOf(connection);
  const targets = await loadTargets(store);
  const known = targets.find(
    (t) =>
      t.kind === 'postgres' &&
      t.address === address &&
      targets.filter((o) => o.stackId === t.stackId).length === 1,
  );
  const database = databaseOf(url);
  const taken = new Set(targets.map((t) => t.stack));
  let stack = known?.stack ?? database.slice(0, 50);
  for (let n = 2; !known && taken.has(stack); n++) stack = `${database.slice(0, 50)}-${n}`;
  // Names of targets are narrower than those of databases.
  const name = known?.name ?? (database.replace(/[^\w .-]/g, '-').slice(0, 60) || 'postgres');
  await addTarget(store, cliActor(), { stack, name, connection, options: { ...known?.options, ...options } });
  return stack;
}

/** The database's name, or `postgres` where the URL leaves it to the server. */
export function databaseOf(url: string): string {
  try {
    const name = decodeURIComponent(new URL(url).pathname.slice(1));
    return name === '' ? 'postgres' : name;
  } catch (cause) {
    throw new AppError('bad-input', '--pg: give a URL such as postgres://user:password@host:5432/database', {
      field: '--pg',
      cause,
    });
  }
}
