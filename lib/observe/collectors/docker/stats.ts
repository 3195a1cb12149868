import type Docker from 'dockerode';
import { dockerStatus } from '@/lib/targets/docker/errors';
import { trafficOf } from './traffic';
import type { ContainerReading } from './vitals';

/** Stats calls under way at once; each takes the engine a second or two on older versions. */
const parallel = 16;

/** Name without the leading slash of the engine. */
export const nameOf = (names: readonly string[]) => (names[0] ?? '').replace(/^\//, '');

/** Running containers whose name starts with `prefix`. */
export async function listRunning(docker: Docker, prefix = ''): Promise<Docker.ContainerInfo[]> {
  const list = await docker.listContainers();
  return list.filter((c) => nameOf(c.Names).startsWith(prefix));
}

/** One stats reading of each container, in parallel. One that has gone meanwhile is left out. */
export async function readStats(
  docker: Docker,
  containers: readonly Docker.ContainerInfo[],
  signal: AbortSignal,
): Promise<ContainerReading[]> {
  const readings: ContainerReading[] = [];
  const queue = [...containers];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      signal.throwIfAborted();
      const reading = await readOne(docker, next);
      if (reading) readings.push(reading);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, containers.length) }, work));
  return readings;
}

async function readOne(docker: Docker, container: Docker.ContainerInfo): Promise<ContainerReading | null> {
  try {
    const stats = await docker.getContainer(container.Id).stats({ stream: false, 'one-shot': true });
    const cpu: number | undefined = stats.cpu_stats?.cpu_usage?.total_usage;
    const throttling = stats.cpu_stats?.throttling_data;
    const { usage, limit, stats: detail } = stats.memory_stats ?? {};
    return {
      id: container.Id,
      name: nameOf(container.Names),
      read: stats.read,
      cpuNanoseconds: cpu === undefined || usage === undefined ? null : cpu,
      throttling:
        throttling?.periods === undefined
          ? null
          : { periods: throttling.periods, throttledPeriods: throttling.throttled_periods },
      memory: { usage, limit, stats: { ...detail } },
      traffic: trafficOf(stats),
    };
  } catch (error) {
    // 404: removed since the list was made; 409: being removed.
    const status = dockerStatus(error);
    if (status === 404 || status === 409) return null;
    throw error;
  }
}
