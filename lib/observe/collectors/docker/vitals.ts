import { measured, type Value } from '../../collector-types';
import { CounterTrack } from '../../rates';
import { gapAfter } from '../../series/levels';
import { type MemoryStats, memoryLimit, workingSet } from './memory';

/** What is used of a stats answer. */
export interface ContainerReading {
  id: string;
  name: string;
  /** When the engine read it: its own clock. */
  read: string;
  /** CPU time used since the container started, ns. */
  cpuNanoseconds: number | null;
  memory: MemoryStats;
}

/** Turns stats of containers into values. CPU is computed from two readings of ours: one-shot stats hold only one. */
export class DockerVitals {
  #tracks = new Map<string, CounterTrack>();

  next(readings: readonly ContainerReading[], hostMemory: number): Value[] {
    const present = new Set(readings.map((r) => r.id));
    for (const id of this.#tracks.keys()) if (!present.has(id)) this.#tracks.delete(id);
    return [
      ...measured({ 'docker.containers': readings.length }),
      ...readings.flatMap((r) =>
        measured(
          {
            'docker.cpu': this.#cores(r),
            'docker.memory': workingSet(r.memory),
            'docker.memory_limit': memoryLimit(r.memory, hostMemory),
          },
          r.name,
        ),
      ),
    ];
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
