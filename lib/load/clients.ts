import { AppError } from '../contracts/error';
import type { Connection } from '../contracts/target';
import type { Probe } from '../contracts/workload';
import { HttpSender } from './http-sender';
import type { GeneratorConfig } from './protocol';
import { RedisClient } from './redis-sender';
import { type ProbeClient, reason } from './senders';
import { SqlClient } from './sql-sender';

/**
 * Makes the clients of a workload and opens their connections. Throws AppError: `bad-input` when a probe's
 * target or origin does not fit, `unreachable` when a Postgres or Redis target does not take the connections.
 */
export async function openClients(
  config: GeneratorConfig,
): Promise<{ clients: ProbeClient[]; close(): Promise<void> }> {
  const { workload } = config;
  const http = new Map<string, HttpSender>();
  const writes = new Set<string>();
  for (const probe of workload.probes) {
    const connection = connectionOf(config, probe);
    if (probe.kind === 'sql' && probe.mode === 'rollback') writes.add(probe.target);
    if (connection.kind === 'http' && !http.has(probe.target)) {
      const o = {
        clients: workload.clients,
        timeoutMs: config.requestTimeoutMs,
        allowedOrigins: config.allowedOrigins,
      };
      http.set(probe.target, new HttpSender(probe.target, connection, o));
    }
  }
  const opened: (SqlClient | RedisClient)[] = [];
  const clients = Array.from({ length: workload.clients }, () => {
    const sql = new Map<string, SqlClient>();
    const redis = new Map<string, RedisClient>();
    for (const probe of workload.probes) {
      const connection = connectionOf(config, probe);
      if (connection.kind === 'postgres' && !sql.has(probe.target)) {
        const o = { writes: writes.has(probe.target), timeoutMs: config.requestTimeoutMs };
        const client = new SqlClient(connection, o);
        sql.set(probe.target, client);
        opened.push(client);
      }
      if (connection.kind === 'redis' && !redis.has(probe.target)) {
        const client = new RedisClient(connection);
        redis.set(probe.target, client);
        opened.push(client);
      }
    }
    return clientOver({ sql, http, redis });
  });
  const close = async (): Promise<void> => {
    await Promise.all([...opened.map((c) => c.close()), ...[...http.values()].map((s) => s.close())]);
  };
  try {
    await Promise.all(opened.map((c) => c.connect()));
  } catch (error) {
    await close();
    throw new AppError(
      'unreachable',
      `The load generator could not open its ${workload.clients} database connections: ${reason(error)}`,
      { cause: error },
    );
  }
  return { clients, close };
}

interface Senders {
  sql: Map<string, SqlClient>;
  http: Map<string, HttpSender>;
  redis: Map<string, RedisClient>;
}

function clientOver({ sql, http, redis }: Senders): ProbeClient {
  return {
    send(probe, turn, changed) {
      if (probe.kind === 'sql') {
        const client = sql.get(probe.target);
        if (client) return client.send(probe, turn, changed);
      } else if (probe.kind === 'redis') {
        const client = redis.get(probe.target);
        if (client) return client.send(probe, turn);
      } else {
        const sender = http.get(probe.target);
        if (sender) return sender.send(probe, turn);
      }
      throw new Error(`no connection for ${probe.target}`);
    },
    close: async () => {
      await Promise.all([...sql.values(), ...redis.values()].map((c) => c.close()));
    },
  };
}

function connectionOf(config: GeneratorConfig, probe: Probe): Connection {
  const connection = config.connections[probe.target];
  const wanted = probe.kind === 'sql' ? 'postgres' : probe.kind;
  if (!connection)
    throw new AppError('bad-input', `Probe ${probe.name}: no connection for target ${probe.target}.`);
  if (connection.kind !== wanted) {
    throw new AppError(
      'bad-input',
      `Probe ${probe.name} needs a ${wanted} target, ${probe.target} is ${connection.kind}.`,
    );
  }
  return connection;
}
