import type Docker from 'dockerode';
import pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import { withEntries } from '@/lib/services/auto-conf';
import type { AutoConf } from '@/lib/services/restart-request';
import type { Store } from '@/lib/store/client';
import { connectDocker } from '@/lib/targets/docker/connect';
import { dockerEndpoint } from '@/lib/targets/docker/endpoint';
import { dockerError } from '@/lib/targets/docker/errors';
import { readContainerFile, writeContainerFile } from '@/lib/targets/docker/one-file';
import { withOperator } from '@/lib/targets/postgres/connect';
import { messageOf } from '@/lib/targets/postgres/errors';
import { loadTargets, type Target } from '@/lib/targets/registry';
import { pause } from '@/lib/time/pause';
import type { Restarter } from '../types';
import { findServerContainer, type ServerContainer, serverAddress } from './server-container';

/** Stopping writes all that is in the cache; after that the engine ends the server by force, s. */
const stopWithinS = 60;
/** Starting may have to recover, ms. */
const startWithinMs = 60_000;
const lookEveryMs = 250;

/**
 * Restarts the container that a target's server runs in, through a Docker target of the same stack. A server that does not
 * start with what was written gets the old entries of postgresql.auto.conf back, as a file, and is started again.
 */
export function containerRestarter(store: Store, target: Target): Restarter {
  let found: ServerContainer | null = null;
  return {
    async refuseUnlessOwn(client) {
      found = await containerOf(store, target, client);
    },
    async restart(fallback) {
      if (found === null) throw new AppError('internal', 'The container of the server was not looked for.');
      await restartOrFallBack(target, found, fallback);
    },
    // The engine carries a restart out by itself, and this server answers.
    withdraw: () => Promise.resolve(),
  };
}

/** @throws AppError 'unsupported' with what is missing, when no Docker target of the stack has the server. */
async function containerOf(store: Store, target: Target, client: pg.Client): Promise<ServerContainer> {
  const engines = await loadTargets(store, { stack: target.stack, kind: 'docker' });
  const address = serverAddress(target);
  for (const { connection, options, address: where } of engines) {
    if (connection.kind !== 'docker' || address === null) continue;
    const engine = {
      host: dockerEndpoint(connection.socket).host ?? '',
      prefix: options.containerPrefix ?? '',
    };
    const docker = connectDocker(connection, (stopWithinS + 30) * 1_000);
    const container = await findServerContainer(store, docker, engine, address, client).catch((error) => {
      throw error instanceof pg.DatabaseError ? error : dockerError(error, where);
    });
    if (container) return container;
  }
  throw new AppError(
    'unsupported',
    engines.length === 0
      ? `No Docker engine is among the targets of ${target.stack}: add the one that runs the server of ${target.name}.`
      : `No running container of the Docker targets of ${target.stack} has the server of ${target.name}.`,
  );
}

async function restartOrFallBack(
  target: Target,
  { container, dataDir, signal, name }: ServerContainer,
  fallback: AutoConf,
): Promise<void> {
  const again = async () => {
    await container.restart({ t: stopWithinS, ...(signal === undefined ? {} : { signal }) });
    await untilItAnswers(target, container, name);
  };
  try {
    await again();
  } catch (error) {
    // The engine did not do it, and the server runs as before.
    if (await answers(target)) throw dockerError(error, name);
    const file = await readContainerFile(container, `${dataDir}/postgresql.auto.conf`);
    const content = Buffer.from(withEntries(file.content.toString('utf8'), fallback));
    await writeContainerFile(container, dataDir, { ...file, content });
    await again().catch((cause: unknown) => {
      throw new AppError(
        'internal',
        `The server does not start, with the new settings or the old ones. ${messageOf(cause)}`,
        { cause },
      );
    });
    throw new AppError(
      'internal',
      `The server did not start with the new settings and runs with the old ones again. ${messageOf(error)}`,
      { cause: error },
    );
  }
}

/** @throws AppError 'internal' with the end of its log when the container ends; 'timeout' */
async function untilItAnswers(target: Target, container: Docker.Container, name: string): Promise<void> {
  const since = Date.now();
  for (;;) {
    if (await answers(target)) return;
    const { State } = await container.inspect();
    if (!State.Running || State.Restarting)
      throw new AppError('internal', `The container ${name} ended: ${await endOfLog(container)}`);
    if (Date.now() - since > startWithinMs)
      throw new AppError(
        'timeout',
        `${name} did not answer within ${startWithinMs / 1000} s: ${await endOfLog(container)}`,
      );
    await pause(lookEveryMs);
  }
}

async function answers({ connection }: Target): Promise<boolean> {
  if (connection.kind !== 'postgres') return false;
  return withOperator(connection, (client) => client.query('select /* ratchet */ 1')).then(
    () => true,
    () => false,
  );
}

/** What it has said since it was last started. */
async function endOfLog(container: Docker.Container): Promise<string> {
  const { State } = await container.inspect();
  const since = Math.floor(Date.parse(State.StartedAt) / 1_000) || 0;
  const asked = { stdout: true, stderr: true, tail: 8, since } as const;
  const raw = await container.logs(asked).catch(() => Buffer.alloc(0));
  // Without a terminal each piece has a head of eight bytes: stream, three zeros, length.
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= raw.length; ) {
    const length = raw.readUInt32BE(at + 4);
    if (raw.readUInt8(at) > 2 || raw.readUIntBE(at + 1, 3) !== 0) return raw.toString('utf8').trim();
    parts.push(raw.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(parts).toString('utf8').trim();
}
