import { z } from 'zod';

export const DockerContainer = z.object({
  id: z.string(),
  name: z.string(),
  image: z.string(),
  /** running | exited | paused | restarting | created | dead … */
  state: z.string(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  exitCode: z.number().nullable(),
  oomKilled: z.boolean(),
  restartCount: z.number(),
  restartPolicy: z.string(),
  composeProject: z.string().nullable(),
  composeService: z.string().nullable(),
  /** HostConfig, as the engine gives it: bytes, and 0 (swap: also -1) for none. */
  memoryLimit: z.number(),
  memorySwap: z.number(),
  memoryReservation: z.number(),
  nanoCpus: z.number(),
  cpuShares: z.number(),
  cpuQuota: z.number(),
  cpuPeriod: z.number(),
  /** Working set now, bytes; null when it does not run. */
  workingSet: z.number().nullable(),
  /** Since the container started: scheduler periods, and those in which it was throttled. */
  cpuPeriods: z.number().nullable(),
  cpuThrottledPeriods: z.number().nullable(),
  /** How often it ended in the ten minutes before the reading, by the engine's events; null where they could not be read. */
  recentEnds: z.number().int().nullable().default(null),
  /** Where its command starts Node: its NODE_OPTIONS, empty for none. */
  node: z.object({ options: z.string() }).nullable().default(null),
});
export type DockerContainer = z.infer<typeof DockerContainer>;

/** Something on the engine that nothing uses, and what removing it frees. */
export const DockerUnused = z.object({
  kind: z.enum(['container', 'image', 'network', 'build-cache']),
  /** Id by the engine; empty for the build cache, which is pruned as a whole. */
  id: z.string(),
  name: z.string(),
  bytes: z.number().nullable(),
  /** When it was last in use, as far as the engine tells; ISO 8601. */
  since: z.string().nullable(),
});
export type DockerUnused = z.infer<typeof DockerUnused>;

/** What takes room on the disk of an engine. */
export const DockerSpace = z.object({
  takenAt: z.iso.datetime(),
  imagesBytes: z.number(),
  volumes: z.array(z.object({ name: z.string(), bytes: z.number().nullable(), inUse: z.boolean() })),
  buildCacheBytes: z.number(),
  unused: z.array(DockerUnused),
});
export type DockerSpace = z.infer<typeof DockerSpace>;

/** What the heavy collector reads from one Docker engine. */
export const DockerSnapshot = z.object({
  takenAt: z.iso.datetime(),
  version: z.string(),
  cgroupVersion: z.string(),
  hostMemory: z.number(),
  hostCpus: z.number(),
  containers: z.array(DockerContainer),
  /** Containers beyond the most that are inspected. */
  notInspected: z.number().int(),
  /** Parts that the engine, or a proxy before it, did not give, and why; the rest of the reading stands. */
  notRead: z.array(z.object({ part: z.enum(['events', 'space']), why: z.string() })).default([]),
  /** Null where it was not read: with a name prefix, what else is on the engine is not this target's. */
  space: DockerSpace.nullable().default(null),
});
export type DockerSnapshot = z.infer<typeof DockerSnapshot>;
