import type { Workload } from '../contracts/workload';
import { type LatencyHistogram, newHistogram, recordMs } from '../stats/histogram';
import { HealthMeter } from './health';
import type { SegmentOptions } from './protocol';
import { now, type ProbeClient } from './senders';
import { type Turn, weightedSequence } from './sequence';
import { timeIsOver } from './window';

export interface LoopResult {
  startedAt: Date;
  durationMs: number;
  /** In the order of the workload's probes. */
  probes: { errors: number; count: number; histogram: LatencyHistogram }[];
  health: ReturnType<HealthMeter['read']>;
  firstError: string | null;
}

const tickMs = 20;
/** Pause of a client whose connection failed, so that a dead target is not hammered (and does not spin the CPU). */
const brokenPauseMs = 25;

/**
 * The closed model: each client sends a request, waits for the whole response, takes the next probe.
 *
 * What counts: every request that *ends* in the measured window, with its full latency. So a request in
 * flight when the window opens counts, and when the time is up the window stays open until the requests
 * then in flight have ended (the request timeout bounds that), with the other clients still sending so that
 * the load stays the same. That way a stall at the end of a window is seen and not cut off. What is in flight when the
 * window finally closes is waited for and not counted.
 */
export class ClosedLoop {
  /** One sequence a set of probes, over all its segments: a rare probe keeps its place in line from one to the next. */
  readonly #sequences = new Map<string, () => Turn>();
  constructor(
    readonly workload: Workload,
    readonly clients: readonly ProbeClient[],
  ) {}

  /** What comes next among the probes with these indexes. */
  #sequence(chosen: readonly number[]): () => Turn {
    const key = chosen.join();
    const known = this.#sequences.get(key);
    if (known) return known;
    const next = weightedSequence(
      chosen.map((i) => this.workload.probes[i]?.weight ?? 0),
      this.workload.seed,
    );
    const sequence = (): Turn => {
      const { probe, turn } = next();
      return { probe: chosen[probe] ?? 0, turn };
    };
    this.#sequences.set(key, sequence);
    return sequence;
  }

  async segment(o: SegmentOptions): Promise<LoopResult> {
    const probes = this.workload.probes.map(() => ({ errors: 0, count: 0, histogram: newHistogram() }));
    const chosen = [...probes.keys()].filter(
      (i) => o.only?.includes(this.workload.probes[i]?.name ?? '') ?? true,
    );
    if (chosen.length === 0) throw new Error('none of the probes asked for is in the workload');
    const next = this.#sequence(chosen);
    const goal =
      o.minRequestsOf === undefined ? -1 : this.workload.probes.findIndex((p) => p.name === o.minRequestsOf);
    const plan = {
      ms: o.ms,
      maxMs: o.maxMs ?? o.ms,
      minRequestsOf: chosen.includes(goal) ? chosen.indexOf(goal) : null,
      minRequests: o.minRequests ?? 0,
    };
    const meter = new HealthMeter();
    let health: LoopResult['health'] | null = null;
    let firstError: string | null = null;
    const opensAt = now() + o.warmupMs;
    const startedAt = new Date(Date.now() + o.warmupMs);
    const inFlight = new Set<number>();
    /** When the time was up; requests sent before it are still waited for. */
    let closingAt: number | null = null;
    let closedAt: number | null = null;

    const check = (at: number): void => {
      if (closedAt !== null || at < opensAt) return;
      const counts = chosen.map((i) => probes[i]?.count ?? 0);
      if (closingAt === null && timeIsOver(plan, at - opensAt, counts)) closingAt = at;
      if (closingAt === null) return;
      for (const started of inFlight) if (started < closingAt) return;
      closedAt = at;
      health = meter.read();
    };

    const client = async (sender: ProbeClient): Promise<void> => {
      while (closedAt === null) {
        const { probe, turn } = next();
        const definition = this.workload.probes[probe];
        const figures = probes[probe];
        if (!definition || !figures) throw new Error('sequence out of range');
        let started = now();
        // Starting times tell requests apart, so two clients must not share one.
        while (inFlight.has(started)) started += 1e-6;
        inFlight.add(started);
        const sent = await sender.send(definition, turn, o.changed ?? false);
        inFlight.delete(started);
        const at = now();
        if (at >= opensAt && closedAt === null) {
          figures.count += 1;
          recordMs(figures.histogram, sent.ms);
          if (sent.error !== null) {
            figures.errors += 1;
            firstError ??= `${definition.name}: ${sent.error}`;
          }
        }
        check(at);
        if (sent.broken) await new Promise((resolve) => setTimeout(resolve, brokenPauseMs));
      }
    };

    const opening = setTimeout(() => meter.reset(), o.warmupMs);
    const ticker = setInterval(() => check(now()), tickMs);
    try {
      await Promise.all(this.clients.map(client));
    } finally {
      clearTimeout(opening);
      clearInterval(ticker);
    }
    const durationMs = (closedAt ?? now()) - opensAt;
    return { startedAt, durationMs, probes, health: health ?? meter.read(), firstError };
  }
}
