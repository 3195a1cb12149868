/** Memory part of a stats answer, as the engine gives it. A container that does not run has none. */
export interface MemoryStats {
  usage?: number;
  limit?: number;
  stats?: Record<string, number | undefined>;
}

/**
 * Working set of a container, bytes: what it uses less the file cache the kernel can take back at once. On
 * cgroup v1 that is `total_inactive_file`, on v2 `inactive_file`. Null when nothing was measured.
 * Source: `docker stats` (docker/cli, calculateMemUsageUnixNoCache).
 */
export function workingSet(memory: MemoryStats): number | null {
  const { usage, stats = {} } = memory;
  if (usage === undefined || usage === 0) return null;
  const inactive = stats.total_inactive_file ?? stats.inactive_file ?? 0;
  return inactive < usage ? usage - inactive : usage;
}

/**
 * Memory limit, bytes; null when there is none. An engine reports the host's memory (or, on v1, a number near
 * 2^63) for a container without a limit.
 */
export function memoryLimit(memory: MemoryStats, hostMemory: number): number | null {
  const { limit } = memory;
  return limit !== undefined && limit > 0 && limit < hostMemory ? limit : null;
}
