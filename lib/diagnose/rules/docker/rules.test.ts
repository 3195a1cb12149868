import { expect, it } from 'vitest';
import type { DockerContainer, DockerSnapshot, DockerSpace } from '@/lib/contracts/docker-snapshot';
import { type DiagnoseTarget, diagnose } from '../../run';
import { proposedLimit } from './memory-proposal';
import type { MemoryWindow } from './types';

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
  node: null,
  recentEnds: 0,
};

const MiB = 2 ** 20;
/** A container that used 150 MB over ten minutes. */
const usual: MemoryWindow = { p99: 150_000_000, peak: 160_000_000, seconds: 600 };

function found(
  change: Partial<DockerContainer>,
  window = usual,
  space: DockerSpace | null = null,
  more: Partial<DiagnoseTarget> = {},
) {
  const snapshot: DockerSnapshot = {
    takenAt: '2026-11-23T12:00:00Z',
    version: '20.10.24',
    cgroupVersion: '1',
    hostMemory: 8_000_000_000,
    hostCpus: 2,
    containers: [{ ...container, ...change }],
    notInspected: 0,
    notRead: [],
    space,
  };
  const memory = new Map([['api', window]]);
  return diagnose({ targets: [{ name: 'docker', kind: 'docker', snapshot, memory, ...more }] });
}

async function rules(change: Partial<DockerContainer>): Promise<string[]> {
  const { findings } = await found(change);
  for (const f of findings) expect(f.subject).toBe('api');
  return findings.map((f) => f.id);
}

it.each([
  ['in order', {}, []],
  ['no limit', { memoryLimit: 0 }, ['docker/no-memory-limit']],
  ['no limit, stopped', { memoryLimit: 0, state: 'exited', workingSet: null }, []],
  ['a limit of all that the machine has', { memoryLimit: 8_000_000_000 }, ['docker/no-memory-limit']],
  ['three ends in ten minutes', { recentEnds: 3 }, ['docker/restarting']],
  ['two ends in ten minutes', { recentEnds: 2 }, []],
  ['twice the memory it needs', { memoryLimit: 600_000_000 }, ['docker/over-provisioned']],
  ['near its limit', { workingSet: 210_000_000 }, ['docker/near-memory-limit']],
  ['at 80 %', { workingSet: 204_800_000 }, []],
  ['OOM killed', { oomKilled: true, state: 'exited', workingSet: null }, ['docker/oom-killed']],
  ['throttled', { cpuThrottledPeriods: 501 }, ['docker/cpu-throttled']],
  ['throttled for a moment only', { cpuPeriods: 500, cpuThrottledPeriods: 400 }, []],
])('%s', async (_, change, expected) => {
  expect(await rules(change)).toEqual(expected);
});

it('judges throttling by the last minutes where they were watched, and says so', async () => {
  const judged = async (mean: number, seconds: number) => {
    const { findings } = await found({ cpuThrottledPeriods: 5_000 }, usual, null, {
      throttled: new Map([['api', { mean, seconds }]]),
    });
    return findings.map((f) => f.detail.replace(/^.*? time\. /, ''));
  };
  // It was held back when it started, and is not any more.
  expect(await judged(0.05, 600)).toEqual([]);
  expect(await judged(0.06, 600)).toEqual(['Averaged over the readings of the last 10 minutes.']);
  expect(await judged(0, 59)).toEqual([expect.stringMatching(/^Counted since the container started/)]);
});

const crowd = (
  mean: number,
  otherMean: number,
  shares: { api?: number; other?: number } = {},
  seconds = 600,
) => {
  const snapshot: DockerSnapshot = {
    takenAt: '2026-11-23T12:00:00Z',
    version: '20.10.24',
    cgroupVersion: '1',
    hostMemory: 8_000_000_000,
    hostCpus: 2,
    containers: [
      { ...container, cpuShares: shares.api ?? 0 },
      { ...container, id: 'c2', name: 'other', cpuShares: shares.other ?? 0 },
    ],
    notInspected: 0,
    notRead: [],
    space: null,
  };
  const cpu = new Map([
    ['api', { mean, seconds }],
    ['other', { mean: otherMean, seconds }],
  ]);
  return diagnose({ targets: [{ name: 'docker', kind: 'docker', snapshot, cpu }] });
};

it.each([
  ['most of a machine that is short of CPU', [1.6, 0.2], ['api']],
  ['most of a machine that has some left', [1.2, 0.2], []],
  ['no more than another', [0.9, 0.9], []],
  ['what nobody else asks for', [1.9, 0.01], []],
  ['it with fewer shares', [1.6, 0.2, { api: 512 }], []],
  ['it from one with fewer shares', [1.6, 0.2, { other: 512 }], ['api']],
  ['it for a moment', [1.6, 0.2, {}, 100], []],
] as const)('a container that takes %s', async (_, [mean, other, shares, seconds], expected) => {
  const { findings, cannotCheck } = await crowd(mean, other, shares, seconds);
  const own = findings.filter((f) => f.id === 'docker/cpu-crowded');
  expect(own.map((f) => f.subject)).toEqual(expected);
  for (const f of own) expect(f.facts).toEqual({ container: 'api', update: { CpuShares: 512 } });
  const short = seconds === 100;
  expect(cannotCheck.some((c) => c.id === 'docker/cpu-crowded')).toBe(short);
});

it.each([
  ['1.5 times the p99', { p99: 200 * MiB, peak: 220 * MiB }, 0, 304],
  ['1.2 times the peak', { p99: 100 * MiB, peak: 200 * MiB }, 0, 240],
  ['64 MiB above what it uses now', { p99: 10 * MiB, peak: 10 * MiB }, 100 * MiB, 176],
])('a proposed limit is %s, rounded up to 16 MiB', (_, window, now, expected) => {
  expect(proposedLimit({ ...window, seconds: 600 }, now) / MiB).toBe(expected);
});

it('a limit is proposed only after some minutes, and the rule that needs them says so', async () => {
  const short = { ...usual, seconds: 200 };
  const unlimited = await found({ memoryLimit: 0 }, short);
  expect(unlimited.findings.map((f) => [f.id, f.optimizations])).toEqual([['docker/no-memory-limit', []]]);
  const limited = await found({ memoryLimit: 600_000_000 }, short);
  expect(limited.findings).toEqual([]);
  expect(limited.cannotCheck).toMatchObject([{ id: 'docker/over-provisioned', subjects: ['api'] }]);
  const { findings } = await found({ memoryLimit: 0 });
  expect(findings[0]?.facts).toMatchObject({ update: { Memory: 224 * MiB, MemorySwap: 448 * MiB } });
});

it.each([
  ['in cores', { nanoCpus: 1e9 }, { NanoCpus: 2e9 }],
  ['as a quota', { cpuQuota: 25_000, cpuPeriod: 50_000 }, { CpuQuota: 50_000 }],
  ['at all the machine has', { nanoCpus: 2e9 }, undefined],
])('a CPU limit %s is doubled, at most to the machine', async (_, limits, update) => {
  const { findings } = await found({ ...limits, cpuThrottledPeriods: 900 });
  expect(findings[0]?.id).toBe('docker/cpu-throttled');
  expect(findings[0]?.facts.update).toEqual(update);
});

it('what nothing uses is named with its size: stopped for a day, dangling, unreferenced; never a volume', async () => {
  const at = (hours: number) =>
    new Date(Date.parse('2026-11-23T12:00:00Z') - hours * 3_600_000).toISOString();
  const space = (unused: DockerSpace['unused']): DockerSpace => ({
    takenAt: at(0),
    imagesBytes: 0,
    volumes: [{ name: 'data', bytes: 5_000, inUse: false }],
    buildCacheBytes: 0,
    unused,
  });
  const stopped = { state: 'exited', workingSet: null } as const;
  const old = { kind: 'container', id: 'c1', name: 'api', bytes: 2_000, since: null } as const;
  const image = { kind: 'image', id: 'i', name: 'i', bytes: 3_000, since: at(1) } as const;
  const subjects = async (hours: number, unused: DockerSpace['unused']) =>
    (await found({ ...stopped, finishedAt: at(hours) }, usual, space(unused))).findings.map((f) => f.subject);
  expect(await subjects(25, [old, image])).toEqual(['dangling images', 'stopped containers']);
  expect(await subjects(23, [old])).toEqual([]);
  expect(await subjects(1, [{ kind: 'network', id: 'n', name: 'n', bytes: null, since: at(0.5) }])).toEqual(
    [],
  );
  expect(await subjects(1, [{ kind: 'network', id: 'n', name: 'n', bytes: null, since: at(2) }])).toEqual([
    'networks without a container',
  ]);
  expect(await subjects(1, [])).toEqual([]);
});
