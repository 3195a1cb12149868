import type { LoadProfile, StressSearch } from '../../contracts/load';
import type { StressLimit } from '../../contracts/load-record';
import { type LatencyHistogram, MS_PER_UNIT, newHistogram } from '../../stats/histogram';
import { quantileOfHistogram } from '../../stats/histogram-quantile';
import { metricUnit } from '../metric-words';
import type { SecondFigures } from './meter';

interface Step {
  level: number;
  throughput: number;
}

/**
 * Steps a level up until a step breaks a limit: p95 over the objective, too many errors, or throughput that no longer grows
 * with the load. The first second of a step is left out when it has three or more: in it the level is new.
 */
export class Stress {
  readonly search: StressSearch;
  readonly #p95Ms: number;
  readonly #unit: string;
  #step = 0;
  #level: number;
  #good: Step | null = null;
  #seconds = 0;
  #durationMs = 0;
  #count = 0;
  #errors = 0;
  readonly #histogram: LatencyHistogram = newHistogram();

  constructor(profile: LoadProfile, search: StressSearch) {
    this.search = search;
    this.#level = profile.stages.at(-1)?.level ?? profile.startLevel;
    this.#p95Ms = search.until.p95Ms ?? profile.slo.latencyMs;
    this.#unit = profile.model === 'closed' ? 'users' : 'requests/s';
  }

  /** Begins the next step and returns its level; null when the highest was reached. */
  next(): number | null {
    if (this.#level >= this.search.maxLevel) return null;
    this.#step += 1;
    this.#level = Math.min(this.search.maxLevel, this.#level + this.search.step);
    this.#seconds = 0;
    this.#durationMs = 0;
    this.#count = 0;
    this.#errors = 0;
    this.#histogram.reset();
    return this.#level;
  }

  /** Adds a second of the running step. */
  second(figures: SecondFigures): void {
    this.#seconds += 1;
    if (this.#step === 0 || (this.#seconds === 1 && this.search.stepMs >= 3_000)) return;
    const all = figures.of(null);
    this.#durationMs += figures.durationMs;
    this.#count += all.count;
    this.#errors += all.errors;
    this.#histogram.add(all.histogram);
  }

  /** Judges the step that has ended: the limit, or null when it kept everything. */
  judge(): StressLimit | null {
    if (this.#step === 0 || this.#durationMs === 0) return null;
    const { until } = this.search;
    const throughput = (this.#count * 1_000) / this.#durationMs;
    const found = (cause: StressLimit['cause'], why: string): StressLimit => ({
      step: this.#step,
      level: this.#level,
      lastGoodLevel: this.#good?.level ?? null,
      throughput: this.#good?.throughput ?? null,
      cause,
      why: `At ${this.#level} ${this.#unit} ${why}`,
    });
    const share = this.#count === 0 ? 1 : this.#errors / this.#count;
    if (share > until.errors)
      return found(
        'errors',
        `${metricUnit('errors', share)} of the requests failed (limit ${metricUnit('errors', until.errors)}).`,
      );
    const p95 = quantileOfHistogram(this.#histogram, 0.95) * MS_PER_UNIT;
    if (p95 > this.#p95Ms)
      return found('latency', `p95 was ${metricUnit('p95', p95)} (limit ${metricUnit('p95', this.#p95Ms)}).`);
    if (this.#good && this.#good.throughput > 0) {
      const wanted = this.#level / this.#good.level - 1;
      const got = throughput / this.#good.throughput - 1;
      if (got < until.growth * wanted)
        return found(
          'throughput',
          `throughput was ${metricUnit('throughput', throughput)}, after ${metricUnit('throughput', this.#good.throughput)} at ${this.#good.level}: it no longer grows with the load.`,
        );
    }
    this.#good = { level: this.#level, throughput };
    return null;
  }

  get highest(): string {
    return `${this.#level} ${this.#unit}`;
  }
}
