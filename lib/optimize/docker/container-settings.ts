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

/** A container as found: its settings, and whether it runs. */
export interface FoundContainer {
  id: string;
  running: boolean;
  settings: Required<ContainerSettings>;
}

/** Looks at a container by name; null when there is none. */
export async function findContainer(docker: Docker, name: string): Promise<FoundContainer | null> {
  try {
    const { Id, State, HostConfig: host } = await docker.getContainer(name).inspect();
    return {
      id: Id,
      running: State.Running && !State.Restarting,
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
    };
  } catch (error) {
    if (dockerStatus(error) === 404) return null;
    throw error;
  }
}

const Processes = z.object({
  Titles: z.array(z.string()),
  Processes: z.array(z.array(z.string())).nullable(),
});

/**
 * Resident memory of a running container's processes, bytes; what they share counts for each. Takes milliseconds, where
 * `stats` takes a second or two on older engines: a change is switched many times in a trial.
 */
export async function residentMemory(docker: Docker, name: string): Promise<number> {
  const found = Processes.parse(await docker.getContainer(name).top({ ps_args: '-o pid,rss' }));
  const column = found.Titles.indexOf('RSS');
  if (column < 0) throw new Error(`the engine lists ${found.Titles.join(', ')} of its processes, and no RSS`);
  return (found.Processes ?? []).reduce((sum, row) => sum + Number(row[column] ?? 0) * 1024, 0);
}

/** What of a running container's memory counts against its limit now, bytes; null where the engine does not tell. */
export async function workingSetOf(docker: Docker, name: string): Promise<number | null> {
  const stats = await docker.getContainer(name).stats({ stream: false, 'one-shot': true });
  const { usage, stats: detail } = stats.memory_stats ?? {};
  return workingSet({ usage, stats: { ...detail } });
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
