import fs from 'node:fs/promises';
import path from 'node:path';

/** Where the kernel shows cgroups and processes; other folders in tests. */
export interface KernelPaths {
  proc: string;
  cgroup: string;
}
const kernel: KernelPaths = { proc: '/proc', cgroup: '/sys/fs/cgroup' };

/** A limit so large that it means none (cgroup v1 writes 2^63 rounded down to a page). */
const unlimited = 2 ** 60;

/**
 * The least memory limit of a process's cgroup and those above it, bytes; null when there is none. Version 2
 * (`memory.max`) and version 1 (`memory.limit_in_bytes`). Where the path is not visible, as inside a container, the
 * root of the mount stands for it.
 * Source: kernel documentation, admin-guide/cgroup-v2 and cgroup-v1/memory.
 */
export async function memoryLimitOf(pid: number, paths: KernelPaths = kernel): Promise<number | null> {
  const text = await fs.readFile(path.join(paths.proc, String(pid), 'cgroup'), 'utf8');
  const limits: number[] = [];
  for (const line of text.split('\n')) {
    const [hierarchy, controllers, group] = split(line);
    if (group === undefined) continue;
    const v2 = hierarchy === '0' && controllers === '';
    if (!v2 && !controllers?.split(',').includes('memory')) continue;
    const root = v2 ? paths.cgroup : path.join(paths.cgroup, 'memory');
    const file = v2 ? 'memory.max' : 'memory.limit_in_bytes';
    for (const folder of upwards(group)) {
      const limit = await readLimit(path.join(root, folder, file));
      if (limit !== null && limit < unlimited) limits.push(limit);
    }
  }
  return limits.length === 0 ? null : Math.min(...limits);
}

/** `hierarchy:controllers:path`; the path may hold colons. */
function split(line: string): [string?, string?, string?] {
  const found = /^(\d+):([^:]*):(.*)$/.exec(line);
  return found ? [found[1], found[2], found[3]] : [];
}

/** The folder and all above it; what lies outside of the mount (`/..`) is left out. */
function upwards(group: string): string[] {
  const parts = path.posix
    .normalize(group)
    .split('/')
    .filter((p) => p !== '' && p !== '..');
  return parts.map((_, i) => parts.slice(0, parts.length - i).join('/')).concat('');
}

async function readLimit(file: string): Promise<number | null> {
  const text = await fs.readFile(file, 'utf8').catch(() => null);
  const value = Number(text?.trim());
  return text === null || !Number.isFinite(value) || value <= 0 ? null : value;
}
