import { AppError } from '@/lib/contracts/error';
import type { Connection, TargetOptions } from '@/lib/contracts/target';
import type { Store } from '@/lib/store/client';
import { addressOf, addTarget, loadTargets } from '@/lib/targets/registry';
import { testConnection } from '@/lib/targets/test-connection';
import { cliActor } from './actor';

/**
 * The stack of a database or Redis server given by URL: the one that has it as its only target, else a new one named
 * after it. Connects first, so that a wrong address fails here. Returns the stack's name.
 */
export async function stackOfUrl(
  store: Store,
  connection: Extract<Connection, { kind: 'postgres' | 'redis' }>,
  options: TargetOptions,
): Promise<string> {
  await testConnection(connection);
  const { kind, url } = connection;
  const address = addressOf(connection);
  const targets = await loadTargets(store);
  const known = targets.find(
    (t) =>
      t.kind === kind && t.address === address && targets.filter((o) => o.stackId === t.stackId).length === 1,
  );
  const own = (kind === 'postgres' ? databaseOf(url) : `redis ${address}`).slice(0, 50);
  const taken = new Set(targets.map((t) => t.stack));
  let stack = known?.stack ?? own;
  for (let n = 2; !known && taken.has(stack); n++) stack = `${own}-${n}`;
  // Names of targets are narrower than those of databases.
  const name = known?.name ?? (own.replace(/[^\w .-]/g, '-').slice(0, 60) || kind);
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
