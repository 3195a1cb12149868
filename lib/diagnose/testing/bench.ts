import pg from 'pg';
import type { Diagnosis, Finding } from '@/lib/contracts/finding';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import { withObserver } from '@/lib/targets/postgres/connect';
import { startTestPostgres } from '@/test/postgres';
import { type DiagnoseTarget, diagnose } from '../run';

/** What a diagnosis may be run with besides. */
type Options = Pick<DiagnoseTarget, 'earlier' | 'baseline' | 'machine' | 'limits'>;

/** A real database to break and mend: what a test does to it, Ratchet then reads and diagnoses. */
export interface Bench {
  db: pg.Client;
  url: string;
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  snapshot(): Promise<PostgresSnapshot>;
  diagnose(options?: Options): Promise<Diagnosis>;
  /** Findings of one rule. */
  findings(rule: string, options?: Options): Promise<Finding[]>;
  /** The diagnosis that another role would get. */
  as(url: string): Promise<Diagnosis>;
  stop(): Promise<void>;
}

export async function startBench(
  version: 15 | 18,
  settings: string[] = [],
  hypopg = version === 15,
): Promise<Bench> {
  const cluster = await startTestPostgres({ version, settings });
  const url = cluster.url();
  const db = new pg.Client({ connectionString: url });
  db.on('error', () => undefined);
  await db.connect();
  await db.query('create extension pg_stat_statements');
  if (hypopg) await db.query('create extension hypopg');
  const connection = { kind: 'postgres' as const, url };
  const snapshot = async () => {
    // Counters of other sessions arrive with their end, those of this one on request.
    await db.query('select pg_stat_force_next_flush()').catch(() => undefined);
    return withObserver(connection, readPostgresSnapshot);
  };
  const all = async (options: Options = {}) =>
    diagnose({
      targets: [
        {
          name: 'db',
          kind: 'postgres',
          snapshot: await snapshot(),
          withConnection: (fn) => withObserver(connection, fn),
          ...options,
        },
      ],
    });
  return {
    db,
    url,
    sql: async (text, values) => (await db.query(text, values)).rows,
    snapshot,
    diagnose: all,
    findings: async (rule, options) => (await all(options)).findings.filter((f) => f.id === rule),
    as: async (other) => {
      const limited = { kind: 'postgres' as const, url: other };
      return diagnose({
        targets: [
          {
            name: 'db',
            kind: 'postgres',
            snapshot: await withObserver(limited, readPostgresSnapshot),
            withConnection: (fn) => withObserver(limited, fn),
          },
        ],
      });
    },
    stop: async () => {
      await db.end();
      await cluster.stop();
    },
  };
}
