import { describe, expect, it } from 'vitest';
import { memoryLimit, workingSet } from './memory';
import { type ContainerReading, DockerVitals } from './vitals';

// Recorded from Docker 20.10 on cgroup v1: a container with a limit of 64 MiB that wrote a file of 20 MB.
const v1 = {
  usage: 22044672,
  max_usage: 23138304,
  stats: {
    active_anon: 4096,
    active_file: 4096,
    cache: 20975616,
    hierarchical_memory_limit: 67108864,
    inactive_anon: 53248,
    inactive_file: 20971520,
    rss: 57344,
    total_active_file: 4096,
    total_cache: 20975616,
    total_inactive_file: 20971520,
    total_rss: 57344,
  },
  limit: 67108864,
};

// Not recorded, for want of an engine on cgroup v2: written by hand with the fields that the API gives there.
const v2 = {
  usage: 50_000_000,
  stats: {
    active_anon: 30_000_000,
    active_file: 5_000_000,
    anon: 30_000_000,
    file: 17_000_000,
    inactive_file: 12_000_000,
  },
  limit: 8_000_000_000,
};

const host = 8_000_000_000;

describe('workingSet', () => {
  it('takes total_inactive_file off on cgroup v1, that of children included', () => {
    expect(workingSet(v1)).toBe(22044672 - 20971520);
    expect(workingSet({ usage: 100, stats: { inactive_file: 10, total_inactive_file: 40 } })).toBe(60);
  });

  it('takes inactive_file off on cgroup v2', () => {
    expect(workingSet(v2)).toBe(38_000_000);
  });

  it('is never negative, and null where nothing was measured', () => {
    expect(workingSet({ usage: 10, stats: { inactive_file: 20 } })).toBe(10);
    expect(workingSet({ usage: 10 })).toBe(10);
    expect(workingSet({})).toBeNull();
    expect(workingSet({ usage: 0, stats: {} })).toBeNull();
  });
});

it("memoryLimit: the host's memory, and v1's number near 2^63, mean none", () => {
  expect(memoryLimit(v1, host)).toBe(67108864);
  expect(memoryLimit(v2, host)).toBeNull();
  expect(memoryLimit({ limit: 2 ** 63 - 4096 }, host)).toBeNull();
  expect(memoryLimit({ limit: 0 }, host)).toBeNull();
  expect(memoryLimit({}, host)).toBeNull();
});

describe('DockerVitals', () => {
  const reading = (o: Partial<ContainerReading> = {}): ContainerReading => ({
    id: 'a',
    name: 'api',
    read: '2026-11-23T13:00:00.000000000Z',
    cpuNanoseconds: 1e9,
    memory: v1,
    ...o,
  });
  const values = (list: ReturnType<DockerVitals['next']>) =>
    Object.fromEntries(list.map((v) => [`${v.metric} ${v.label}`, v.value]));

  it('computes cores from two readings, by the clock of the engine', () => {
    const vitals = new DockerVitals();
    expect(values(vitals.next([reading()], host))).toEqual({
      'docker.containers ': 1,
      'docker.memory api': 1073152,
      'docker.memory_limit api': 67108864,
    });
    const second = vitals.next(
      [reading({ read: '2026-11-23T13:00:05.500000000Z', cpuNanoseconds: 1e9 + 8.25e9 })],
      host,
    );
    expect(values(second)['docker.cpu api']).toBeCloseTo(1.5, 9);
  });

  it('gives the share of throttled periods between two readings, none without a CPU limit', () => {
    const vitals = new DockerVitals();
    let second = 0;
    const next = (throttling: ContainerReading['throttling']) => {
      second += 5;
      const read = `2026-11-23T13:00:${String(second).padStart(2, '0')}Z`;
      return values(vitals.next([reading({ read, throttling: throttling ?? null })], host));
    };
    const key = 'docker.throttled api';
    expect(next({ periods: 100, throttledPeriods: 90 })).not.toHaveProperty(key);
    expect(next({ periods: 150, throttledPeriods: 100 })[key]).toBe(0.2);
    expect(next({ periods: 150, throttledPeriods: 100 })[key]).toBe(0);
    // Started anew: the counters begin again.
    expect(next({ periods: 10, throttledPeriods: 10 })).not.toHaveProperty(key);
    expect(next({ periods: 20, throttledPeriods: 10 })[key]).toBe(0);
    expect(next({ periods: 0, throttledPeriods: 0 })).not.toHaveProperty(key);
    expect(next(null)).not.toHaveProperty(key);
  });

  it('gives no value over a restart of the container, and none for one that has just stopped', () => {
    const vitals = new DockerVitals();
    vitals.next([reading({ cpuNanoseconds: 9e12 })], host);
    const restarted = vitals.next([reading({ read: '2026-11-23T13:00:05Z', cpuNanoseconds: 5e8 })], host);
    expect(values(restarted)).not.toHaveProperty('docker.cpu api');
    const replaced = vitals.next(
      [reading({ id: 'b', read: '2026-11-23T13:00:10Z', cpuNanoseconds: 9e12 })],
      host,
    );
    expect(values(replaced)).not.toHaveProperty('docker.cpu api');
    const stopped = vitals.next(
      [reading({ id: 'b', read: '0001-01-01T00:00:00Z', cpuNanoseconds: null, memory: {} })],
      host,
    );
    expect(values(stopped)).toEqual({ 'docker.containers ': 1 });
  });
});
