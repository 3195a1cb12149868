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
});
export type DockerContainer = z.infer<typeof DockerContainer>;

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
});
export type DockerSnapshot = z.infer<typeof DockerSnapshot>;
