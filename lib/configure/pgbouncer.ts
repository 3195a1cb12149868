import type { ConfigEntry, ConfigFile } from '@/lib/contracts/configuration';
import type { Finding } from '@/lib/contracts/finding';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { settingOf } from '@/lib/diagnose/server-settings/values';
import { inFileName, oneLine, windowText } from './text';

/** How a number of connections spread over a window. */
export interface ConnectionWindow {
  p99: number;
  peak: number;
  seconds: number;
}

/** What the pgbouncer.ini before a server is made from. */
export interface PoolFacts {
  target: string;
  /** `host:port/database`. */
  address: string;
  snapshot: PostgresSnapshot;
  /** Over the last 7 days; null where none were kept. */
  connections: ConnectionWindow | null;
  active: ConnectionWindow | null;
  idleInTransaction: ConnectionWindow | null;
  /** Open findings that a pool answers. */
  findings: readonly Pick<Finding, 'id' | 'title'>[];
}

/** Findings that a pool of connections answers. */
export const poolRules = [
  'postgres/connection-saturation',
  'postgres/connection-churn',
  'http/connection-per-request',
];
/** From this share of max_connections a pool is proposed without a finding too; the rule has 80 % of this moment. */
export const poolFromShare = 0.6;
/** Room above what was measured, and the least of a pool. Ours. */
const room = 1.2;
const leastPool = 5;
/** Connections that are not the pool's: superusers, monitoring, migrations. Ours; 3 of them PostgreSQL reserves itself. */
const reserved = 10;
const shortestWindow = 300;

interface Line extends ConfigEntry {
  section: string;
}

/**
 * A pgbouncer.ini with pool sizes from measured connections: as many to the server as were at work or inside a
 * transaction at once (transaction pooling holds one for each), and room for all clients there were. It holds no password.
 */
export function poolFile(facts: PoolFacts): ConfigFile {
  const { target, snapshot } = facts;
  const name = `${inFileName(target)}.pgbouncer.ini`;
  const base = {
    ...{ name, title: `PgBouncer before ${target}`, target, comparedAt: snapshot.takenAt },
    inverse: null,
  };
  const lines = linesOf(facts);
  if (typeof lines === 'string') return { ...base, entries: [], text: null, nothing: lines, notes: [] };
  const text = ['[databases]', '[pgbouncer]']
    .flatMap((section) => [
      section,
      ...lines
        .filter((l) => l.section === section)
        .flatMap((l) => [`; ${oneLine(`${l.source}: ${l.why}`)}`, `${l.name} = ${l.proposed}`]),
      '',
    ])
    .join('\n');
  return {
    ...base,
    entries: lines.map(({ section: _, ...entry }) => entry),
    text,
    nothing: null,
    notes: [
      'No PgBouncer is seen before this server, so every line counts as new.',
      'userlist.txt is not generated: it holds a line "role" "SCRAM-SHA-256$…" for each role that signs in, taken from pg_authid by a superuser: SELECT format(\'"%s" "%s"\', rolname, rolpassword) FROM pg_authid WHERE rolname = \'…\';',
      'Transaction pooling gives a session to each transaction: SET without LOCAL, LISTEN, advisory locks of a session and WITH HOLD cursors do not work through it; named prepared statements do from PgBouncer 1.21 on, with max_prepared_statements.',
    ],
  };
}

function linesOf(facts: PoolFacts): Line[] | string {
  const { snapshot, connections, active, findings } = facts;
  const most = Number(settingOf(snapshot, 'max_connections')?.value ?? Number.NaN);
  const share = connections === null ? 0 : connections.peak / most;
  const asked = findings.filter((f) => poolRules.includes(f.id));
  const [finding] = asked;
  if (!finding && !(share >= poolFromShare))
    return connections === null
      ? `No finding asks for a pool (${poolRules.join(', ')}), and no connections were counted yet.`
      : `No finding asks for a pool (${poolRules.join(', ')}), and at most ${connections.peak} of ${most} connections were in use over ${windowText(connections.seconds)}, below ${poolFromShare * 100} %.`;
  if (connections === null || active === null || active.seconds < shortestWindow)
    return `${finding ? `${finding.id} asks for a pool, but its` : 'Its'} size follows from the connections of at least ${shortestWindow / 60} minutes, which were not measured yet.`;
  const at = addressParts(facts.address);
  if (at === null)
    return 'The server is reached by a local socket: PgBouncer beside it would be set up by hand.';
  const idle = facts.idleInTransaction?.peak ?? 0;
  const wanted = Math.max(leastPool, Math.ceil((active.peak + idle) * room));
  const pool = Math.max(leastPool, Math.min(wanted, most - reserved));
  const clients = Math.max(100, Math.ceil(connections.peak * 2));
  const why = finding
    ? { source: finding.id, why: finding.title }
    : { source: 'pg.connections, measured', why: `peak ${connections.peak} of ${most} connections` };
  const start = { source: 'needed to start', why: 'not measured: set it as your network asks' };
  const line = (
    section: string,
    name: string,
    proposed: string,
    of: { source: string; why: string },
  ): Line => ({
    ...{ section: `[${section}]`, name, proposed, runs: null },
    ...of,
  });
  return [
    line(
      'databases',
      /^\w+$/.test(at.database) ? at.database : `"${at.database.replaceAll('"', '""')}"`,
      `host=${connValue(at.host)} port=${at.port} dbname=${connValue(at.database)}`,
      why,
    ),
    line('pgbouncer', 'listen_addr', '127.0.0.1', start),
    line('pgbouncer', 'listen_port', '6432', start),
    line('pgbouncer', 'auth_type', 'scram-sha-256', { ...start, why: 'passwords are not kept in the clear' }),
    line('pgbouncer', 'auth_file', '/etc/pgbouncer/userlist.txt', {
      ...start,
      why: 'see the note on userlist.txt',
    }),
    line('pgbouncer', 'pool_mode', 'transaction', {
      ...why,
      why: `${why.why}; a server connection is taken for a transaction, not for a session`,
    }),
    line('pgbouncer', 'default_pool_size', String(pool), {
      source: 'pg.connections_active, measured',
      why: `peak ${active.peak} active and ${idle} idle in transaction over ${windowText(active.seconds)}, × ${room}, at least ${leastPool}, at most max_connections (${most}) − ${reserved}`,
    }),
    line('pgbouncer', 'max_client_conn', String(clients), {
      source: 'pg.connections, measured',
      why: `twice the peak of ${connections.peak} connections over ${windowText(connections.seconds)}, at least PgBouncer's default of 100`,
    }),
  ];
}

function addressParts(address: string): { host: string; port: string; database: string } | null {
  const found = /^(?:\[([^\]]+)\]|([^:/[\]]+)):(\d+)\/(.+)$/.exec(address);
  const host = found?.[1] ?? found?.[2];
  const [, , , port, database] = found ?? [];
  // A line break would begin a line of its own in the file.
  if (/[\r\n]/.test(address)) return null;
  return host === undefined || port === undefined || database === undefined ? null : { host, port, database };
}

/** A value of a connection string: in single quotes where it is no plain word. */
const connValue = (text: string) => (/^[\w.:-]+$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`);
