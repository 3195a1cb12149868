import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { GeneratorHealth } from '../contracts/trial-record';

const resolutionMs = 5;

/** Watches the generator process itself, from `reset` to `read`. */
export class HealthMeter {
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs });
  #cpu = process.cpuUsage();
  #since = performance.now();

  reset(): void {
    this.#delay.enable();
    this.#delay.reset();
    this.#cpu = process.cpuUsage();
    this.#since = performance.now();
  }

  read(): GeneratorHealth {
    const cpu = process.cpuUsage(this.#cpu);
    const elapsedMs = Math.max(1, performance.now() - this.#since);
    // The monitor reports the time between its ticks, which holds the tick's own interval.
    const p99 = this.#delay.count > 0 ? this.#delay.percentile(99) / 1e6 - resolutionMs : 0;
    this.#delay.disable();
    return {
      cpuShare: (cpu.user + cpu.system) / 1000 / elapsedMs,
      eventLoopDelayP99Ms: Math.max(0, p99),
      // A closed model has no schedule to be late for.
      lateSends: 0,
    };
  }
}
