import type { DockerContainer, DockerSnapshot } from '@/lib/contracts/docker-snapshot';

/** How the working set of a container spread over a window of samples. */
export interface MemoryWindow {
  p99: number;
  peak: number;
  seconds: number;
}

/** What the Docker rules look at. */
export interface DockerContext {
  /** Target name. */
  target: string;
  snapshot: DockerSnapshot;
  /** By container name; null where no samples are kept. */
  memory: ReadonlyMap<string, MemoryWindow> | null;
}

export function running(snapshot: DockerSnapshot): DockerContainer[] {
  return snapshot.containers.filter((c) => c.state === 'running');
}

/** The memory limit of a container, bytes; null where nothing bounds it below the memory of its machine. */
export function limitOf(c: DockerContainer, { hostMemory }: DockerSnapshot): number | null {
  return c.memoryLimit > 0 && c.memoryLimit < hostMemory ? c.memoryLimit : null;
}
