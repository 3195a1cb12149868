import pg from 'pg';
import { log } from '@/lib/config/log';
import type { Store } from '@/lib/store/client';

/**
 * First key of the advisory locks by which workers show that they live; the second is a hash of the worker's
 * id. The server drops a lock with its connection, so a killed worker is known to be dead at once.
 */
const WORKER = 727_073_70;
/** The same for a worker that is there for one job only (a CLI); nobody else may count on it. */
const TEMPORARY = 727_073_71;

const held = `select 1 from pg_locks l join pg_database d on d.oid = l.database
  where l.locktype = 'advisory' and d.datname = current_database() and l.objsubid = 2 and l.granted`;

/** SQL condition: the worker whose id is in `column` lives. */
export const livesSql = (column: string) =>
  `exists (${held} and l.classid in (${WORKER}, ${TEMPORARY}) and l.objid::bigint = (hashtext(${column})::bigint & 4294967295))`;

/** True when a worker is there that takes jobs from the queue. */
export async function workerAlive(store: Store): Promise<boolean> {
  const { rowCount } = await store.pool.query(`${held} and l.classid = ${WORKER} limit 1`);
  return (rowCount ?? 0) > 0;
}

export interface Liveness {
  release(): Promise<void>;
}

/** Shows until `release` that the worker with this id lives. Connects again when the connection breaks. */
export async function showAlive(
  store: Store,
  id: string,
  options: { temporary: boolean },
): Promise<Liveness> {
  let client: pg.Client | null = null;
  let released = false;
  let retry: NodeJS.Timeout | undefined;

  const connect = async () => {
    const next = new pg.Client({
      connectionString: store.url,
      application_name: 'ratchet-worker',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    });
    next.on('error', (error) => {
      if (released || client !== next) return;
      log.warn(
        { error: error.message },
        'lost the connection that shows this worker is alive; connecting again',
      );
      client = null;
      again();
    });
    await next.connect().catch(async (error) => {
      await next.end().catch(() => undefined);
      throw error;
    });
    // Seen as dead by the server within half a minute when the machine of this worker vanishes.
    await next.query('set tcp_keepalives_idle = 10').catch(() => undefined);
    await next.query('set tcp_keepalives_interval = 5').catch(() => undefined);
    await next.query('select pg_advisory_lock_shared($1, hashtext($2))', [
      options.temporary ? TEMPORARY : WORKER,
      id,
    ]);
    client = next;
  };
  const again = () => {
    retry = setTimeout(() => {
      if (released) return;
      connect().catch((error) => {
        log.warn({ error: String(error) }, 'the store does not answer');
        again();
      });
    }, 1_000);
  };

  await connect();
  return {
    async release() {
      released = true;
      clearTimeout(retry);
      await client?.end();
    },
  };
}
