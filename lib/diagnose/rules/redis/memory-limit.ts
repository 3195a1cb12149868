import { infoNumber, type RedisContext } from './types';

const mebibyte = 1024 * 1024;
/** Room above the most that was ever used. */
export const roomAbovePeak = 1.5;
/** Of a machine that others share; the rest is for them, the copy during a save, and fragmentation. */
export const mostOfMachine = 0.5;
/** Of a limit that is the server's own: what a save copies and fragmentation still need room. */
export const mostOfOwn = 0.75;

/** Memory that a server may use at most, bytes, and where that is from. */
export interface TrueLimit {
  bytes: number;
  source: string;
  /** It is not shared with the rest of a machine. */
  own: boolean;
}

/** Stated by the owner, else the limit of its cgroup where its process is in sight, else what Redis says of its machine. */
export function trueLimit({ snapshot, memoryBytes }: RedisContext): TrueLimit | null {
  if (memoryBytes !== undefined) return { bytes: memoryBytes, source: 'stated for the target', own: true };
  if (snapshot.memory !== null) return snapshot.memory;
  const machine = infoNumber(snapshot, 'total_system_memory');
  return machine === null
    ? null
    : { bytes: machine, source: 'memory of the machine, as Redis reports it', own: false };
}

/**
 * A maxmemory with half as much again as the working set at its peak, rounded up to 16 MiB and at least 64 MiB; null
 * when that is more than the server may have.
 * @param peak most memory ever used, bytes
 */
export function maxmemoryFor(peak: number | null, limit: TrueLimit | null): number | null {
  if (peak === null || limit === null) return null;
  const wanted = Math.max(64 * mebibyte, Math.ceil((peak * roomAbovePeak) / (16 * mebibyte)) * 16 * mebibyte);
  return wanted <= limit.bytes * (limit.own ? mostOfOwn : mostOfMachine) ? wanted : null;
}
