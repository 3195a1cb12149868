import fs from 'node:fs';
import type { Command } from 'commander';
import { AppError } from '@/lib/contracts/error';
import type { Connection } from '@/lib/contracts/target';
import { trustOf } from './trust';

/** Addresses of targets, as options. */
export interface Where {
  pg?: string;
  redis?: string;
  docker?: string;
  http?: string;
  knobsTokenFile?: string;
  httpCa?: string;
  httpInsecure?: boolean;
}

/** Adds the options that say where a target is. */
export function withWhere(command: Command): Command {
  return command
    .option('--pg <url>', 'a PostgreSQL database')
    .option('--redis <url>', 'a Redis server')
    .option('--docker <socket>', 'a Docker engine')
    .option('--http <url>', 'an HTTP service')
    .option('--knobs-token-file <file>', 'HTTP: file with the token of its knobs (docs/knobs.md)')
    .option('--http-ca <file>', 'HTTP: trust this authority, or self-signed certificate (PEM)')
    .option('--http-insecure', 'HTTP: do not check the certificate');
}

/** Every target that was given. */
export function connectionsOf(o: Where): Connection[] {
  return [
    ...(o.pg === undefined ? [] : [{ kind: 'postgres' as const, url: o.pg }]),
    ...(o.redis === undefined ? [] : [{ kind: 'redis' as const, url: o.redis }]),
    ...(o.docker === undefined ? [] : [{ kind: 'docker' as const, socket: o.docker }]),
    ...(o.http === undefined
      ? []
      : [
          {
            kind: 'http' as const,
            baseUrl: o.http,
            headers: {},
            ...knobsOf(o.knobsTokenFile),
            ...trustOf(o.httpCa, o.httpInsecure),
          },
        ]),
  ];
}

/** A token comes from a file: what is on a command line, others on the machine can read. */
export function knobsOf(file: string | undefined): { knobsToken?: string } {
  if (file === undefined) return {};
  let token = '';
  try {
    token = fs.readFileSync(file, 'utf8').trim();
  } catch {
    // Said below, as for an empty file.
  }
  if (token !== '') return { knobsToken: token };
  throw new AppError(
    'bad-input',
    `${file} cannot be read or is empty: it should hold the token of the knobs.`,
  );
}

/** The one target that was given. Throws AppError('bad-input') for none or several. */
export function connectionOf(o: Where): Connection {
  const [connection, ...others] = connectionsOf(o);
  if (connection && others.length === 0) return connection;
  throw new AppError('bad-input', 'Give exactly one of --pg URL, --redis URL, --docker SOCKET, --http URL.');
}
