import type { TargetOptions } from '@/lib/contracts/target';
import { addressOf } from '@/lib/targets/address';
import { connectDocker, type DockerConnection } from '@/lib/targets/docker/connect';
import { dockerError } from '@/lib/targets/docker/errors';
import type { Collector } from '../../collector-types';
import { readDockerSnapshot } from './snapshot';
import { SpaceReader } from './space';
import { listRunning, readStats } from './stats';
import { DockerVitals } from './vitals';

/** Longest time for working out what takes room, ms; the heavy reading as a whole has 30 s. */
const spaceTimeoutMs = 20_000;

/**
 * Opens the collector of a Docker engine. `containerPrefix` limits it to containers whose name starts so.
 * Ratchet's own container, where it runs in one, is one of them like any other.
 */
export async function openDocker(
  connection: DockerConnection,
  options: TargetOptions,
  _signal?: AbortSignal,
): Promise<Collector> {
  const docker = connectDocker(connection);
  const address = addressOf(connection);
  const rates = new DockerVitals();
  const space = new SpaceReader(connectDocker(connection, spaceTimeoutMs));
  const call = async <T>(fn: () => Promise<T>): Promise<T> => {
    try {
      return await fn();
    } catch (error) {
      throw dockerError(error, address);
    }
  };
  const hostMemory = await call(async () => Number((await docker.info()).MemTotal));
  return {
    vitals: (signal) =>
      call(async () => {
        const containers = await listRunning(docker, options.containerPrefix);
        return { values: rates.next(await readStats(docker, containers, signal), hostMemory) };
      }),
    snapshot: (signal) => call(() => readDockerSnapshot(docker, options, space, signal)),
    // Each request has a connection of its own, ended by its own time limit.
    close: async () => undefined,
  };
}
