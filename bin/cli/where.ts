import type { Command } from 'commander';
import { AppError } from '@/lib/contracts/error';
import type { Connection } from '@/lib/contracts/target';

/** Addresses of targets, as options. */
export interface Where {
  pg?: string;
  redis?: string;
  docker?: string;
  http?: string;
}

/** Adds the options that say where a target is. */
export function withWhere(command: Command): Command {
  return command
    .option('--pg <url>', 'a PostgreSQL database')
    .option('--redis <url>', 'a Redis server')
    .option('--docker <socket>', 'a Docker engine')
    .option('--http <url>', 'an HTTP service');
}

/** Every target that was given. */
export function connectionsOf(o: Where): Connection[] {
  return [
    ...(o.pg === undefined ? [] : [{ kind: 'postgres' as const, url: o.pg }]),
    ...(o.redis === undefined ? [] : [{ kind: 'redis' as const, url: o.redis }]),
    ...(o.docker === undefined ? [] : [{ kind: 'docker' as const, socket: o.docker }]),
    ...(o.http === undefined ? [] : [{ kind: 'http' as const, baseUrl: o.http, headers: {} }]),
  ];
}

/** The one target that was given. Throws AppError('bad-input') for none or several. */
export function connectionOf(o: Where): Connection {
  const [connection, ...others] = connectionsOf(o);
  if (connection && others.length === 0) return connection;
  throw new AppError('bad-input', 'Give exactly one of --pg URL, --redis URL, --docker SOCKET, --http URL.');
}
