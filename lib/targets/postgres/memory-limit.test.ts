import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { memoryLimitOf } from './memory-limit';

let dir: string;
beforeEach(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-cgroup-'));
});
afterEach(() => fs.rm(dir, { recursive: true, force: true }));

const paths = () => ({ proc: path.join(dir, 'proc'), cgroup: path.join(dir, 'cgroup') });
async function write(file: string, text: string): Promise<void> {
  const whole = path.join(dir, file);
  await fs.mkdir(path.dirname(whole), { recursive: true });
  await fs.writeFile(whole, text);
}

it('takes the least limit on the way up, version 2', async () => {
  await write('proc/7/cgroup', '0::/system.slice/postgres.service\n');
  await write('cgroup/system.slice/postgres.service/memory.max', 'max\n');
  await write('cgroup/system.slice/memory.max', '2147483648\n');
  await write('cgroup/memory.max', '8589934592\n');
  expect(await memoryLimitOf(7, paths())).toBe(2 ** 31);
});

it('reads version 1, where a huge number means none', async () => {
  await write('proc/7/cgroup', '9:name=systemd:/\n4:cpu,memory:/docker/abc\n');
  await write('cgroup/memory/docker/abc/memory.limit_in_bytes', '268435456\n');
  await write('cgroup/memory/memory.limit_in_bytes', '9223372036854771712\n');
  expect(await memoryLimitOf(7, paths())).toBe(2 ** 28);
});

it('finds none where none is set, and takes the root of the mount inside a container', async () => {
  await write('proc/7/cgroup', '4:memory:/docker/abc\n');
  await write('cgroup/memory/memory.limit_in_bytes', '9223372036854771712\n');
  expect(await memoryLimitOf(7, paths())).toBeNull();
  await write('cgroup/memory/memory.limit_in_bytes', '536870912\n');
  expect(await memoryLimitOf(7, paths())).toBe(2 ** 29);
});
