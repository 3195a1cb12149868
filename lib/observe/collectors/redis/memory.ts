import fs from 'node:fs/promises';
import os from 'node:os';
import type { RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import { memoryLimitOf } from '@/lib/targets/postgres/memory-limit';
import { infoNumber } from '@/lib/targets/redis/info';

/**
 * Memory that the server may use, where its process is found among those of this machine: the limit of its cgroup,
 * else the machine's. Redis itself reports the machine's whatever its container may use, so that for a server elsewhere
 * nothing is told. `own`: the limit is for it and what shares its cgroup alone.
 */
export async function serverMemory(info: Record<string, string>): Promise<RedisSnapshot['memory']> {
  const pid = infoNumber(info, 'process_id');
  if (pid === null || !(await isServer(pid, info))) return null;
  const limit = await memoryLimitOf(pid).catch(() => null);
  const total = os.totalmem();
  return limit !== null && limit < total
    ? { bytes: limit, source: 'memory limit of its cgroup', own: true }
    : { bytes: total, source: 'memory of the machine', own: false };
}

/** The process of that number here titles itself a server for the same port; one elsewhere has other numbers. */
async function isServer(pid: number, info: Record<string, string>): Promise<boolean> {
  const title = await fs.readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return /(redis|valkey)-server/.test(title) && new RegExp(`:${info.tcp_port}(?!\\d)`).test(title);
}
