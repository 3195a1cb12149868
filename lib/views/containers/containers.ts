import type { ContainerRow, ContainersView } from '@/lib/contracts/containers';
import { type DockerContainer, DockerSnapshot, type DockerSpace } from '@/lib/contracts/docker-snapshot';
import type { MetricName, SeriesPoint } from '@/lib/contracts/metrics';
import type { ObserveQuery } from '@/lib/contracts/observe';
import { latest } from '@/lib/observe/series/latest';
import { querySeries } from '@/lib/observe/series/query';
import type { Store } from '@/lib/store/client';
import { observed } from '../observed';

const hour = 3_600_000;
const newest = [
  'docker.cpu',
  'docker.memory',
  'docker.network_in',
  'docker.network_out',
  'docker.disk_read',
  'docker.disk_write',
] as const satisfies MetricName[];

/** The containers of a Docker engine, with what they use now and used over the last hour. @throws AppError not-found */
export async function containersView(
  store: Store,
  query: ObserveQuery,
  now = Date.now(),
): Promise<ContainersView> {
  const { target, takenAt, snapshot, findingsOn } = await observed(store, 'docker', DockerSnapshot, query);
  const lastHour = (metric: MetricName) =>
    querySeries(store, {
      stack: query.stack,
      metric,
      target: target.name,
      from: new Date(now - hour),
      to: new Date(now),
      points: 60,
    });
  const [values, cpu, memory] = await Promise.all([
    latest(store, query.stack, [...newest]),
    lastHour('docker.cpu'),
    lastHour('docker.memory'),
  ]);
  const value = (metric: (typeof newest)[number], name: string) =>
    values.find((v) => v.target === target.name && v.metric === metric && v.label === name)?.v ?? null;
  const spark = (series: typeof cpu, name: string): SeriesPoint[] =>
    series.find((s) => s.label === name)?.points ?? [];
  return {
    target,
    takenAt,
    hostMemory: snapshot?.hostMemory ?? null,
    hostCpus: snapshot?.hostCpus ?? null,
    cgroupVersion: snapshot?.cgroupVersion ?? null,
    notInspected: snapshot?.notInspected ?? 0,
    space: spaceOf(snapshot?.space ?? null),
    containers: (snapshot?.containers ?? []).map((c) => ({
      ...containerFacts(c),
      cpu: value('docker.cpu', c.name),
      memory: value('docker.memory', c.name),
      networkIn: value('docker.network_in', c.name),
      networkOut: value('docker.network_out', c.name),
      diskRead: value('docker.disk_read', c.name),
      diskWrite: value('docker.disk_write', c.name),
      cpuSpark: spark(cpu, c.name),
      memorySpark: spark(memory, c.name),
      findings: findingsOn(c.name),
    })),
  };
}

function spaceOf(space: DockerSpace | null): ContainersView['space'] {
  if (space === null) return null;
  return {
    takenAt: space.takenAt,
    images: space.imagesBytes,
    buildCache: space.buildCacheBytes,
    unused: space.unused.reduce((sum, u) => sum + (u.bytes ?? 0), 0),
    volumes: space.volumes.toSorted((a, b) => (b.bytes ?? -1) - (a.bytes ?? -1)),
  };
}

type Facts = Omit<
  ContainerRow,
  | 'cpu'
  | 'memory'
  | 'networkIn'
  | 'networkOut'
  | 'diskRead'
  | 'diskWrite'
  | 'cpuSpark'
  | 'memorySpark'
  | 'findings'
>;

/** What the engine's own description of a container tells. */
export function containerFacts(c: DockerContainer): Facts {
  return {
    id: c.id,
    name: c.name,
    image: c.image,
    state: c.state,
    project: c.composeProject,
    service: c.composeService,
    startedAt: c.startedAt,
    finishedAt: c.finishedAt,
    exitCode: c.exitCode,
    restarts: c.restartCount,
    restartPolicy: c.restartPolicy,
    oomKilled: c.oomKilled,
    cpuLimit: cpuLimit(c),
    memoryLimit: c.memoryLimit > 0 ? c.memoryLimit : null,
    throttled:
      c.cpuPeriods !== null && c.cpuPeriods > 0 && c.cpuThrottledPeriods !== null
        ? c.cpuThrottledPeriods / c.cpuPeriods
        : null,
  };
}

/** CPU limit, cores; null for none. `--cpus` sets NanoCpus, `--cpu-quota` a share of a period (100 ms by default). */
function cpuLimit({ nanoCpus, cpuQuota, cpuPeriod }: DockerContainer): number | null {
  if (nanoCpus > 0) return nanoCpus / 1e9;
  return cpuQuota > 0 ? cpuQuota / (cpuPeriod > 0 ? cpuPeriod : 100_000) : null;
}
