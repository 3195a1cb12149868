import type { MetricName } from '@/lib/contracts/metrics';
import { measured, type Value } from '../../collector-types';
import { CounterTrack, perSecond } from '../../rates';
import { gapAfter } from '../../series/levels';
import { type MemoryStats, memoryLimit, workingSet } from './memory';
import type { Traffic } from './traffic';

/**
 * Periods of the CPU scheduler (100 ms by default) in which the container ran under a CPU limit, and those in which it used
 * its quota up and was held until the next one: `nr_periods` and `nr_throttled` of `cpu.stat`, the same in cgroup v1 and v2.
 */
export interface Throttling {
  periods: number;
  throttledPeriods: number;
}

/** What is used of a stats answer. */
export interface ContainerReading {
  id: string;
  name: string;
  /** When the engine read it: its own clock. */
  read: string;
  /** CPU time used since the container started, ns. */
  cpuNanoseconds: number | null;
  /** Since the container started; null where the engine does not count them. */
  throttling?: Throttling | null;
  memory: MemoryStats;
  /** Bytes since the container started, by the name of the counter; what the engine does not give is not there. */
  traffic?: Traffic;
}

/** Turns stats of containers into values. CPU is computed from two readings of ours: one-shot stats hold only one. */
export class DockerVitals {
  #tracks = new Map<string, CounterTrack>();
  #traffics = new Map<string, CounterTrack>();
  #throttlings = new Map<string, CounterTrack>();

  next(readings: readonly ContainerReading[], hostMemory: number): Value[] {
    const present = new Set(readings.map((r) => r.id));
    for (const tracks of [this.#tracks, this.#traffics, this.#throttlings]) {
      for (const id of tracks.keys()) if (!present.has(id)) tracks.delete(id);
    }
    return [
      ...measured({ 'docker.containers': readings.length }),
      ...readings.flatMap((r) =>
        measured(
          {
            'docker.cpu': this.#cores(r),
            'docker.throttled': this.#throttled(r),
            'docker.memory': workingSet(r.memory),
            'docker.memory_limit': memoryLimit(r.memory, hostMemory),
            ...this.#traffic(r),
          },
          r.name,
        ),
      ),
    ];
  }

  /** Bytes per second. A container on the host's network has no counters of its own, and no values. */
  #traffic({ id, read, traffic }: ContainerReading): Partial<Record<MetricName, number | null>> {
    const at = Date.parse(read);
    if (!traffic || !(at > 0)) return {};
    const track = this.#traffics.get(id) ?? new CounterTrack(gapAfter('docker.network_in'));
    this.#traffics.set(id, track);
    const increase = track.next({ startedAt: at, endedAt: at, epoch: id, counters: { ...traffic } });
    return {
      'docker.network_in': perSecond(increase, 'networkIn'),
      'docker.network_out': perSecond(increase, 'networkOut'),
      'docker.disk_read': perSecond(increase, 'diskRead'),
      'docker.disk_write': perSecond(increase, 'diskWrite'),
    };
  }

  /**
   * Share of the periods since the last reading in which the container was held back. No period is counted without a
   * CPU limit: then there is no value. Under a limit, a container that did not run at all was not held back either.
   */
  #throttled({ id, read, throttling }: ContainerReading): number | null {
    const at = Date.parse(read);
    if (!throttling || throttling.periods === 0 || !(at > 0)) return null;
    const track = this.#throttlings.get(id) ?? new CounterTrack(gapAfter('docker.throttled'));
    this.#throttlings.set(id, track);
    const increase = track.next({ startedAt: at, endedAt: at, epoch: id, counters: { ...throttling } });
    if (!increase) return null;
    const { periods = 0, throttledPeriods = 0 } = increase.counters;
    return periods === 0 ? 0 : throttledPeriods / periods;
  }

  #cores({ id, read, cpuNanoseconds }: ContainerReading): number | null {
    const at = Date.parse(read);
    // A container that has just stopped is reported with the year 1 and without figures.
    if (cpuNanoseconds === null || !(at > 0)) return null;
    const track = this.#tracks.get(id) ?? new CounterTrack(gapAfter('docker.cpu'));
    this.#tracks.set(id, track);
    const increase = track.next({ startedAt: at, endedAt: at, epoch: id, counters: { cpu: cpuNanoseconds } });
    return increase ? (increase.counters.cpu ?? 0) / 1e9 / increase.seconds : null;
  }
}
