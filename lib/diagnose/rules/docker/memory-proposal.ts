import type { DockerContainer } from '@/lib/contracts/docker-snapshot';
import type { Evidence } from '@/lib/contracts/finding';
import type { DockerContext, MemoryWindow } from './types';

const MiB = 2 ** 20;
/** Room that a limit must leave above the working set of this moment. Source: RULES.md, proposed limit. */
export const headroom = 64 * MiB;
/** Samples of less time say too little of what a container needs, s. Ours. */
export const shortestWindow = 300;

/**
 * The memory limit that fits what a container was seen to use, bytes: max(p99 working set × 1.5, peak × 1.2), rounded up
 * to 16 MiB, and at least 64 MiB above the working set now. Source: RULES.md, proposed limit.
 */
export function proposedLimit(window: MemoryWindow, workingSetNow: number): number {
  const wanted = Math.max(window.p99 * 1.5, window.peak * 1.2, workingSetNow + headroom);
  return Math.ceil(wanted / (16 * MiB)) * 16 * MiB;
}

/** The window of a running container where it is long enough to go by, and what it asks for. */
export function memoryOf(
  { memory }: Pick<DockerContext, 'memory'>,
  c: DockerContainer,
): { window: MemoryWindow; limit: number; evidence: Evidence[] } | null {
  const window = memory?.get(c.name);
  if (!window || window.seconds < shortestWindow || c.workingSet === null) return null;
  return {
    window,
    limit: proposedLimit(window, c.workingSet),
    evidence: [
      { label: 'working set, p99', value: window.p99, unit: 'bytes' },
      { label: 'working set, peak', value: window.peak, unit: 'bytes' },
      { label: 'seen over', value: window.seconds, unit: 's' },
    ],
  };
}

/** What a change of the limit asks for: as much swap as memory, which is what Docker gives where only memory is said. */
export function memoryFacts(c: Pick<DockerContainer, 'name'>, limit: number) {
  return { container: c.name, update: { Memory: limit, MemorySwap: 2 * limit } };
}
