import type { DockerContainer, DockerSnapshot } from '@/lib/contracts/docker-snapshot';
import type { CannotCheck } from '@/lib/contracts/finding';

/** How the working set of a container spread over a window of samples. */
export interface MemoryWindow {
  p99: number;
  peak: number;
  seconds: number;
}

/** How much CPU a container used on average over a window of samples, cores. */
export interface CpuWindow {
  mean: number;
  seconds: number;
}

/** In which share of its scheduler periods a container was held back by its CPU limit, 0..1. */
export interface ThrottledWindow {
  mean: number;
  seconds: number;
}

/** What the Docker rules look at. */
export interface DockerContext {
  /** Target name. */
  target: string;
  snapshot: DockerSnapshot;
  /** By container name; null where no samples are kept. */
  memory: ReadonlyMap<string, MemoryWindow> | null;
  /** Likewise, over the last minutes. */
  cpu: ReadonlyMap<string, CpuWindow> | null;
  /** Likewise the share of scheduler periods in which a container was held back, over the last minutes. */
  throttled: ReadonlyMap<string, ThrottledWindow> | null;
}

export function running(snapshot: DockerSnapshot): DockerContainer[] {
  return snapshot.containers.filter((c) => c.state === 'running');
}

/** The memory limit of a container, bytes; null where nothing bounds it below the memory of its machine. */
export function limitOf(c: DockerContainer, { hostMemory }: DockerSnapshot): number | null {
  return c.memoryLimit > 0 && c.memoryLimit < hostMemory ? c.memoryLimit : null;
}

/** That a rule could not look, where the engine did not give what it goes by; empty where it did. */
export function notRead(
  id: string,
  target: string,
  snapshot: DockerSnapshot,
  part: DockerSnapshot['notRead'][number]['part'],
): CannotCheck[] {
  const path = part === 'events' ? '/events' : '/system/df';
  return snapshot.notRead
    .filter((n) => n.part === part)
    .map(({ why }) => ({
      id,
      target,
      reason: `the engine did not answer GET ${path}: ${why}`,
      enable: `Allow GET ${path} where a proxy stands before the engine's socket.`,
    }));
}
