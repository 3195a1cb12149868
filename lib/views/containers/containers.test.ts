import { expect, it } from 'vitest';
import type { DockerContainer } from '@/lib/contracts/docker-snapshot';
import { containerFacts } from './containers';

const container = (o: Partial<DockerContainer>): DockerContainer => ({
  id: 'c',
  name: 'web',
  image: 'web:1',
  state: 'running',
  createdAt: '',
  startedAt: null,
  finishedAt: null,
  exitCode: null,
  oomKilled: false,
  restartCount: 0,
  restartPolicy: 'no',
  composeProject: null,
  composeService: null,
  memoryLimit: 0,
  memorySwap: 0,
  memoryReservation: 0,
  nanoCpus: 0,
  cpuShares: 0,
  cpuQuota: 0,
  cpuPeriod: 0,
  workingSet: null,
  cpuPeriods: null,
  cpuThrottledPeriods: null,
  node: null,
  recentEnds: null,
  ...o,
});

it.each([
  [{}, null],
  [{ nanoCpus: 1_500_000_000 }, 1.5],
  [{ cpuQuota: 50_000 }, 0.5],
  [{ cpuQuota: 50_000, cpuPeriod: 25_000 }, 2],
  [{ cpuQuota: -1 }, null],
] as const)('a CPU limit of %j is %s cores', (o, cores) => {
  expect(containerFacts(container(o)).cpuLimit).toBe(cores);
});

it('has no share of throttled periods where none are counted', () => {
  expect(containerFacts(container({ cpuPeriods: 0, cpuThrottledPeriods: 0 })).throttled).toBeNull();
  expect(containerFacts(container({ cpuPeriods: 200, cpuThrottledPeriods: 10 })).throttled).toBe(0.05);
  expect(containerFacts(container({ memoryLimit: 0 })).memoryLimit).toBeNull();
});
