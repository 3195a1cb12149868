import { expect, it } from 'vitest';
import type { DockerContainer, DockerSnapshot } from '@/lib/contracts/docker-snapshot';
import { diagnose } from '../../run';

const container: DockerContainer = {
  id: 'c1',
  name: 'api',
  image: 'api:1',
  state: 'running',
  createdAt: '2026-11-23T10:00:00Z',
  startedAt: '2026-11-23T10:00:00Z',
  finishedAt: null,
  exitCode: null,
  oomKilled: false,
  restartCount: 0,
  restartPolicy: 'no',
  composeProject: null,
  composeService: null,
  memoryLimit: 256_000_000,
  memorySwap: 0,
  memoryReservation: 0,
  nanoCpus: 0,
  cpuShares: 0,
  cpuQuota: 0,
  cpuPeriod: 0,
  workingSet: 100_000_000,
  cpuPeriods: 10_000,
  cpuThrottledPeriods: 0,
};

async function rules(change: Partial<DockerContainer>): Promise<string[]> {
  const snapshot: DockerSnapshot = {
    takenAt: '2026-11-23T12:00:00Z',
    version: '20.10.24',
    cgroupVersion: '1',
    hostMemory: 8_000_000_000,
    hostCpus: 2,
    containers: [{ ...container, ...change }],
    notInspected: 0,
  };
  const { findings } = await diagnose({ targets: [{ name: 'docker', kind: 'docker', snapshot }] });
  for (const f of findings) expect(f.subject).toBe('api');
  return findings.map((f) => f.id);
}

it.each([
  ['in order', {}, []],
  ['no limit', { memoryLimit: 0 }, ['docker/no-memory-limit']],
  ['no limit, stopped', { memoryLimit: 0, state: 'exited', workingSet: null }, []],
  ['near its limit', { workingSet: 210_000_000 }, ['docker/near-memory-limit']],
  ['at 80 %', { workingSet: 204_800_000 }, []],
  ['OOM killed', { oomKilled: true, state: 'exited', workingSet: null }, ['docker/oom-killed']],
  ['throttled', { cpuThrottledPeriods: 501 }, ['docker/cpu-throttled']],
  ['throttled for a moment only', { cpuPeriods: 500, cpuThrottledPeriods: 400 }, []],
])('%s', async (_, change, expected) => {
  expect(await rules(change)).toEqual(expected);
});
