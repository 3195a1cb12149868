import { z } from 'zod';
import { SeriesPoint } from './metrics';
import { FindingLink, Origin } from './observe';

const num = z.number().nullable();
const spark = z.array(SeriesPoint);

export const ContainerRow = z.object({
  id: z.string(),
  name: z.string(),
  image: z.string(),
  state: z.string(),
  /** Compose project and service, where it belongs to one. */
  project: z.string().nullable(),
  service: z.string().nullable(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  exitCode: num,
  restarts: z.number(),
  restartPolicy: z.string(),
  oomKilled: z.boolean(),
  /** Newest values of the series; null: not measured now. CPU in cores, memory in bytes, traffic in bytes/s. */
  cpu: num,
  memory: num,
  networkIn: num,
  networkOut: num,
  diskRead: num,
  diskWrite: num,
  /** Limits of the container; null: none. */
  cpuLimit: num,
  memoryLimit: num,
  /** Share of scheduler periods in which it was throttled since it started, 0..1; null where none are counted. */
  throttled: num,
  cpuSpark: spark,
  memorySpark: spark,
  findings: z.array(FindingLink),
});
export type ContainerRow = z.infer<typeof ContainerRow>;

export const ContainersView = Origin.extend({
  hostMemory: num,
  hostCpus: num,
  cgroupVersion: z.string().nullable(),
  notInspected: z.number().int(),
  /** Room on the engine's disk, bytes; null where it was not read: with a name prefix it is not this target's alone. */
  space: z
    .object({
      takenAt: z.iso.datetime(),
      images: z.number(),
      buildCache: z.number(),
      /** What removing all that nothing uses frees, volumes left aside. */
      unused: z.number(),
      /** Largest first. */
      volumes: z.array(z.object({ name: z.string(), bytes: num, inUse: z.boolean() })),
    })
    .nullable(),
  containers: z.array(ContainerRow),
});
export type ContainersView = z.infer<typeof ContainersView>;
