import type Docker from 'dockerode';
import { z } from 'zod';
import { workingSet } from '@/lib/observe/collectors/docker/memory';
import { dockerStatus } from '@/lib/targets/docker/errors';

/** Settings of a container that the engine changes while it runs, in the engine's own words and units. */
export const ContainerSettings = z
  .object({
    /** Bytes; memory and swap together. They are changed together, for neither may pass the other. */
    Memory: z.number().int(),
    MemorySwap: z.number().int(),
    /** 1e-9 cores. */
    NanoCpus: z.number().int(),
    /** µs per period. */
    CpuQuota: z.number().int(),
    /** Relative weight; 1024 is the default. */
    CpuShares: z.number().int(),
    RestartPolicy: z.object({ Name: z.string(), MaximumRetryCount: z.number().int() }),
  })
  .partial();
export type ContainerSettings = z.infer<typeof ContainerSettings>;

/** A container as found: its settings, whether it runs, and what it uses. */
export interface FoundContainer {
  id: string;
  running: boolean;
  settings: Required<ContainerSettings>;
  /** Bytes; null when it does not run. */
  workingSet: number | null;
}

/** Looks at a container by name; null when there is none. */
export async function findContainer(docker: Docker, name: string): Promise<FoundContainer | null> {
  const container = docker.getContainer(name);
  try {
    const { Id, State, HostConfig: host } = await container.inspect();
    const stats = State.Running ? await container.stats({ stream: false, 'one-shot': true }) : null;
    const memory = stats?.memory_stats;
    return {
      id: Id,
      running: State.Running,
      settings: {
        Memory: host.Memory ?? 0,
        MemorySwap: host.MemorySwap ?? 0,
        NanoCpus: host.NanoCpus ?? 0,
        CpuQuota: host.CpuQuota ?? 0,
        CpuShares: host.CpuShares ?? 0,
        RestartPolicy: {
          Name: host.RestartPolicy?.Name || 'no',
          MaximumRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
        },
      },
      workingSet: memory ? workingSet({ usage: memory.usage, stats: { ...memory.stats } }) : null,
    };
  } catch (error) {
    if (dockerStatus(error) === 404) return null;
    throw error;
  }
}

/** The settings among `of`, in its order. */
export function pick(all: Required<ContainerSettings>, of: ContainerSettings): ContainerSettings {
  const names = Object.keys(of) as (keyof ContainerSettings)[];
  return ContainerSettings.parse(Object.fromEntries(names.map((name) => [name, all[name]])));
}

/**
 * Settings to send so that the container is as with `former`. The engine takes 0 for "as it is", so a limit cannot be taken
 * off a running container: it is set to all that its machine has, which bounds nothing.
 */
export function asSent(
  former: ContainerSettings,
  machine: { memory: number; cpus: number },
): ContainerSettings {
  const sent = { ...former };
  if (sent.Memory === 0) {
    sent.Memory = machine.memory;
    sent.MemorySwap = 2 * machine.memory;
  } else if (sent.Memory !== undefined && sent.MemorySwap === 0) sent.MemorySwap = 2 * sent.Memory;
  if (sent.NanoCpus === 0) sent.NanoCpus = machine.cpus * 1e9;
  if (sent.CpuQuota === 0) sent.CpuQuota = -1;
  if (sent.CpuShares === 0) sent.CpuShares = 1024;
  return sent;
}

export function sameSettings(a: ContainerSettings, b: ContainerSettings): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
