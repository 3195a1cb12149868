import type Docker from 'dockerode';
import type { DockerContainer, DockerSnapshot } from '@/lib/contracts/docker-snapshot';
import type { TargetOptions } from '@/lib/contracts/target';
import { dockerStatus } from '@/lib/targets/docker/errors';
import { recentEnds } from './events';
import { workingSet } from './memory';
import { nodeOptions, startsNode } from './node-command';
import type { SpaceReader } from './space';
import { nameOf } from './stats';

/** Most containers inspected; the rest are counted. */
const maxContainers = 200;
const parallel = 8;

/**
 * Reads the containers of an engine, running or not: limits, restarts, OOM kills, working set; and what takes room,
 * where the whole engine is the target's.
 */
export async function readDockerSnapshot(
  docker: Docker,
  options: TargetOptions,
  space: SpaceReader,
  signal: AbortSignal,
): Promise<DockerSnapshot> {
  const takenAt = new Date().toISOString();
  const whole = (options.containerPrefix ?? '') === '';
  const notRead: DockerSnapshot['notRead'] = [];
  const unlessRefused = (part: 'events' | 'space') => (error: unknown) => {
    notRead.push({ part, why: error instanceof Error ? error.message : String(error) });
    return null;
  };
  const [info, list, ends, room] = await Promise.all([
    docker.info(),
    docker.listContainers({ all: true }),
    recentEnds(docker).catch(unlessRefused('events')),
    whole ? space.read().catch(unlessRefused('space')) : null,
  ]);
  const wanted = list.filter((c) => nameOf(c.Names).startsWith(options.containerPrefix ?? ''));
  const queue = wanted.slice(0, maxContainers);
  const containers: DockerContainer[] = [];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      signal.throwIfAborted();
      const container = await inspect(docker, next, ends);
      if (container) containers.push(container);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return {
    takenAt,
    version: String(info.ServerVersion),
    cgroupVersion: String(info.CgroupVersion ?? '1'),
    hostMemory: Number(info.MemTotal),
    hostCpus: Number(info.NCPU),
    containers: containers.sort((a, b) => a.name.localeCompare(b.name)),
    notInspected: Math.max(0, wanted.length - maxContainers),
    notRead,
    space: room,
  };
}

async function inspect(
  docker: Docker,
  listed: Docker.ContainerInfo,
  ends: ReadonlyMap<string, number> | null,
): Promise<DockerContainer | null> {
  const container = docker.getContainer(listed.Id);
  const running = listed.State === 'running';
  try {
    const [found, stats] = await Promise.all([
      container.inspect(),
      running ? container.stats({ stream: false, 'one-shot': true }) : null,
    ]);
    const host = found.HostConfig;
    const throttling = stats?.cpu_stats?.throttling_data;
    return {
      id: found.Id,
      name: nameOf([found.Name]),
      image: found.Config.Image,
      state: found.State.Status,
      createdAt: found.Created,
      startedAt: moment(found.State.StartedAt),
      finishedAt: moment(found.State.FinishedAt),
      exitCode: running ? null : found.State.ExitCode,
      oomKilled: found.State.OOMKilled,
      restartCount: found.RestartCount,
      restartPolicy: host.RestartPolicy?.Name || 'no',
      composeProject: found.Config.Labels?.['com.docker.compose.project'] ?? null,
      composeService: found.Config.Labels?.['com.docker.compose.service'] ?? null,
      memoryLimit: host.Memory ?? 0,
      memorySwap: host.MemorySwap ?? 0,
      memoryReservation: host.MemoryReservation ?? 0,
      nanoCpus: host.NanoCpus ?? 0,
      cpuShares: host.CpuShares ?? 0,
      cpuQuota: host.CpuQuota ?? 0,
      cpuPeriod: host.CpuPeriod ?? 0,
      workingSet: stats?.memory_stats
        ? workingSet({ usage: stats.memory_stats.usage, stats: { ...stats.memory_stats.stats } })
        : null,
      cpuPeriods: throttling?.periods ?? null,
      cpuThrottledPeriods: throttling?.throttled_periods ?? null,
      recentEnds: ends === null ? null : (ends.get(found.Id) ?? 0),
      node: startsNode([found.Path, ...found.Args]) ? { options: nodeOptions(found.Config.Env ?? []) } : null,
    };
  } catch (error) {
    // Removed since the list was made.
    const status = dockerStatus(error);
    if (status === 404 || status === 409) return null;
    throw error;
  }
}

/** The engine writes the year 1 for "never". */
const moment = (text: string) => (text.startsWith('0001') ? null : text);
