import type Docker from 'dockerode';
import { z } from 'zod';
import type { DockerSpace, DockerUnused } from '@/lib/contracts/docker-snapshot';

/** Working out what takes room can cost an engine seconds; it changes slowly. */
const everyMs = 600_000;

/** Networks that an engine makes by itself. */
export const builtInNetworks = new Set(['bridge', 'host', 'none', 'ingress', 'docker_gwbridge']);

const Usage = z.object({
  Images: z
    .array(
      z.object({
        Id: z.string(),
        RepoTags: z.array(z.string()).nullish(),
        Size: z.number(),
        SharedSize: z.number().default(0),
        Containers: z.number(),
        Created: z.number(),
      }),
    )
    .nullish(),
  Containers: z
    .array(
      z.object({
        Id: z.string(),
        Names: z.array(z.string()),
        State: z.string(),
        SizeRw: z.number().optional(),
        NetworkSettings: z.object({ Networks: z.record(z.string(), z.unknown()) }).nullish(),
      }),
    )
    .nullish(),
  Volumes: z
    .array(
      z.object({
        Name: z.string(),
        UsageData: z.object({ Size: z.number(), RefCount: z.number() }).nullish(),
      }),
    )
    .nullish(),
  BuildCache: z.array(z.object({ InUse: z.boolean(), Shared: z.boolean(), Size: z.number() })).nullish(),
});
type Usage = z.infer<typeof Usage>;

const Network = z.object({ Id: z.string(), Name: z.string(), Created: z.string() });

/**
 * What takes room on an engine, asked for at most every ten minutes, whether it answered or not. Volumes are listed and
 * never called unused. `docker` may take its time: the engine measures every layer and volume.
 */
export class SpaceReader {
  #askedAt = 0;
  #answer: Promise<DockerSpace> | null = null;

  constructor(readonly docker: Docker) {}

  /** Rejects as the engine did, the last time it was asked. */
  read(now = Date.now()): Promise<DockerSpace> {
    if (this.#answer && now - this.#askedAt < everyMs) return this.#answer;
    this.#askedAt = now;
    this.#answer = this.#ask(now);
    return this.#answer;
  }

  async #ask(now: number): Promise<DockerSpace> {
    const [usage, networks] = await Promise.all([this.docker.df(), this.docker.listNetworks()]);
    return spaceOf(Usage.parse(usage), z.array(Network).parse(networks), new Date(now));
  }
}

/** Pure: what an answer of `/system/df` and the list of networks tell. */
export function spaceOf(
  usage: Usage,
  networks: readonly z.infer<typeof Network>[],
  takenAt: Date,
): DockerSpace {
  const images = usage.Images ?? [];
  const containers = usage.Containers ?? [];
  const caches = usage.BuildCache ?? [];
  const attached = new Set(containers.flatMap((c) => Object.keys(c.NetworkSettings?.Networks ?? {})));
  const stopped = containers.filter((c) => ['exited', 'created', 'dead'].includes(c.State));
  const dangling = images.filter((i) => i.Containers === 0 && named(i.RepoTags).length === 0);
  const free = networks.filter((n) => !builtInNetworks.has(n.Name) && !attached.has(n.Name));
  const cacheBytes = sum(caches.filter((c) => !c.InUse && !c.Shared).map((c) => c.Size));
  const unused: DockerUnused[] = [
    ...stopped.map((c) => ({
      kind: 'container' as const,
      id: c.Id,
      name: (c.Names[0] ?? c.Id).replace(/^\//, ''),
      bytes: c.SizeRw ?? 0,
      since: null,
    })),
    ...dangling.map((i) => ({
      kind: 'image' as const,
      id: i.Id,
      name: i.Id.replace('sha256:', '').slice(0, 12),
      bytes: i.Size - i.SharedSize,
      since: new Date(i.Created * 1000).toISOString(),
    })),
    ...free.map((n) => ({
      kind: 'network' as const,
      id: n.Id,
      name: n.Name,
      bytes: null,
      since: new Date(n.Created).toISOString(),
    })),
    ...(cacheBytes > 0
      ? [{ kind: 'build-cache' as const, id: '', name: 'build cache', bytes: cacheBytes, since: null }]
      : []),
  ];
  return {
    takenAt: takenAt.toISOString(),
    imagesBytes: sum(images.map((i) => i.Size - i.SharedSize)),
    volumes: (usage.Volumes ?? []).map((v) => ({
      name: v.Name,
      // -1: the driver does not tell.
      bytes: v.UsageData && v.UsageData.Size >= 0 ? v.UsageData.Size : null,
      inUse: (v.UsageData?.RefCount ?? 0) > 0,
    })),
    buildCacheBytes: sum(caches.map((c) => c.Size)),
    unused,
  };
}

const named = (tags: readonly string[] | null | undefined) =>
  (tags ?? []).filter((t) => t !== '<none>:<none>');
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
