import { AppError } from '@/lib/contracts/error';
import type { JobContext } from '@/lib/contracts/job';
import type { TrialDesign, TrialProgress } from '@/lib/contracts/trial';
import type { Arm, RecordSegment } from '@/lib/contracts/trial-record';
import type { Generator, SegmentResult } from '@/lib/load/generator';
import { decodeHistogram } from '@/lib/stats/histogram';
import { quantileOfHistogram } from '@/lib/stats/histogram-quantile';
import { roundSignificant } from '@/lib/stats/round-significant';
import type { Store } from '@/lib/store/client';
import { type Part, settleMs, turnsOf } from './design';
import { joinTurns, type MeasuredSegment } from './turns';

/** Measures the segments of one trial and saves each as soon as it is there, so that a crash loses at most one. */
export class Bench {
  readonly segments: RecordSegment[] = [];
  readonly #progress: TrialProgress;
  #firstStarted: number | null = null;

  constructor(
    readonly store: Store,
    readonly trialId: number,
    readonly generator: Generator,
    readonly ctx: JobContext,
    readonly design: TrialDesign,
    readonly segmentMs: number,
    segmentsTotal: number,
  ) {
    this.#progress = {
      phase: 'Warming up',
      segmentsDone: 0,
      segmentsTotal,
      round: 0,
      rounds: design.settings.rounds,
      secondsLeft: null,
      soFar: [],
    };
  }

  /**
   * Runs the load without recording, so that caches and connections of this arm are as they will be. Throws
   * AppError when the endpoint that matters answers nothing but errors.
   */
  async warm(arm: Arm, mustAnswer: string | null): Promise<SegmentResult> {
    this.ctx.signal.throwIfAborted();
    // What comes before the window is for the generator itself, whose code is compiled as it runs.
    const result = await this.generator.segment({
      ms: Math.max(this.segmentMs, 500),
      warmupMs: 500,
      changed: arm === 'after',
    });
    refuseHopeless(result, mustAnswer);
    return result;
  }

  async phase(text: string): Promise<void> {
    this.#progress.phase = text;
    await this.#saveProgress();
  }

  /** Measures one segment of an arm that the target is in already. */
  async segment(round: number, arm: Arm, part: Part): Promise<RecordSegment> {
    this.ctx.signal.throwIfAborted();
    this.#firstStarted ??= performance.now();
    const { settings, goal } = this.design;
    const endpoints = this.#endpointsOf(part);
    const changed = arm === 'after';
    await this.generator.segment({ ms: settleMs(this.segmentMs), warmupMs: 0, only: endpoints, changed });
    const turns: SegmentResult[] = [];
    for (const timing of turnsOf(endpoints, this.segmentMs, settings, goal)) {
      this.ctx.signal.throwIfAborted();
      turns.push(await this.generator.segment({ ...timing, changed }));
    }
    const result = joinTurns(turns, endpoints);
    refuseHopeless(result, null);
    const segment = asRecord(result, { round, order: this.segments.length, arm });
    await this.store.db.segment.create({ data: { ...segment, trialId: this.trialId } });
    this.segments.push(segment);
    await this.#measured(segment);
    return segment;
  }

  #endpointsOf(part: Part): string[] {
    const { control, workload } = this.design;
    const all = workload.probes.map((p) => p.name);
    if (part === 'all') return all;
    return all.filter((name) => control.includes(name) === (part === 'control'));
  }

  /** Marks a round as not counting; its segments stay in the record with the reason. */
  async voidRound(round: number, why: string): Promise<void> {
    await this.store.db.segment.updateMany({ where: { trialId: this.trialId, round }, data: { void: why } });
    for (const segment of this.segments) if (segment.round === round) segment.void = why;
  }

  /** A round was voided and is run again: there is more to do. */
  addSegments(n: number): void {
    this.#progress.segmentsTotal += n;
  }

  async roundDone(rounds: number): Promise<void> {
    this.#progress.round = rounds;
    await this.#saveProgress();
  }

  async #measured(segment: RecordSegment): Promise<void> {
    const p = this.#progress;
    p.segmentsDone += 1;
    p.phase = 'Measuring';
    const elapsed = performance.now() - (this.#firstStarted ?? 0);
    p.secondsLeft = Math.round(((p.segmentsTotal - p.segmentsDone) * elapsed) / p.segmentsDone / 1000);
    p.soFar.push({ order: segment.order, round: segment.round, arm: segment.arm, p50: p50Of(segment) });
    await this.#saveProgress();
  }

  async #saveProgress(): Promise<void> {
    const p = this.#progress;
    await this.store.db.trial.update({ where: { id: this.trialId }, data: { progress: p } });
    await this.ctx.progress({
      done: p.segmentsDone,
      total: p.segmentsTotal,
      message: p.phase === 'Measuring' ? `Round ${Math.min(p.round + 1, p.rounds)} of ${p.rounds}` : p.phase,
      secondsLeft: p.secondsLeft,
    });
  }
}

function asRecord(result: MeasuredSegment, at: { round: number; order: number; arm: Arm }): RecordSegment {
  const endpoints: RecordSegment['endpoints'] = {};
  for (const [name, { errors, count, histogram, durationMs }] of Object.entries(result.endpoints)) {
    // An endpoint without a response in this segment was not measured in it.
    if (count > 0) endpoints[name] = { errors, histogram, durationMs };
  }
  const { startedAt, durationMs, generator } = result;
  return { ...at, startedAt, durationMs, endpoints, generator };
}

/** Median of each endpoint, ms, for the live view. */
function p50Of(segment: RecordSegment): Record<string, number> {
  const p50: Record<string, number> = {};
  for (const [name, { histogram }] of Object.entries(segment.endpoints)) {
    if (!histogram) continue;
    p50[name] = roundSignificant(quantileOfHistogram(decodeHistogram(histogram), 0.5) * histogram.msPerUnit);
  }
  return p50;
}

/** A target that answers nothing but errors cannot be measured; going on would only take time. */
function refuseHopeless(result: SegmentResult, goal: string | null): void {
  const why = result.firstError ?? 'no response at all';
  const all = Object.values(result.endpoints).filter((e) => e.count > 0);
  if (all.every((e) => e.errors === e.count)) {
    throw new AppError(
      'unreachable',
      `Every request of a segment failed (${why}). Look at the target, then start the trial again.`,
    );
  }
  const own = goal === null ? undefined : result.endpoints[goal];
  if (own && own.count > 0 && own.errors === own.count) {
    throw new AppError(
      'bad-input',
      `Every request to the trial's goal failed in the warm-up (${why}), so it cannot be measured.`,
    );
  }
}
