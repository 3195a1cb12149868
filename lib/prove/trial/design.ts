import type { TrialDesign, TrialSettings } from '@/lib/contracts/trial';
import type { Arm, GeneratorHealth, Goal } from '@/lib/contracts/trial-record';
import { seededRandom, seedOf } from '@/lib/stats/random';

export type Order = TrialDesign['orders'][number];

/** Segments of a round in the interleaved design. */
export const segmentsPerRound = 4;
/** Switching there and back may cost this share of a round's measured time. See docs/decisions/0001. */
export const switchShare = 0.1;
/** A segment is lengthened to at most this so that switching fits, ms. */
export const longestSegmentMs = 5_000;
/** Above these the generator, not the target, may be what was measured: share of a core, and ms of event loop delay (p99). */
export const generatorLimits = { cpuShare: 0.9, eventLoopDelayP99Ms: 50 };

/** The order of arms of each round by a seeded coin; A is before, B is after. */
export function drawOrders(rounds: number, seed: number): Order[] {
  const coin = seededRandom(seed, seedOf('orders'));
  return Array.from({ length: rounds }, () => (coin.next() < 0.5 ? 'ABBA' : 'BAAB'));
}

export function armsOf(order: Order): Arm[] {
  return [...order].map((letter) => (letter === 'A' ? 'before' : 'after'));
}

/** `control`: only the control endpoints are run; `rest`: all others. */
export type Part = 'all' | 'control' | 'rest';

export interface PlannedRound {
  round: number;
  segments: { arm: Arm; part: Part }[];
}

/**
 * All rounds. Interleaved: each round holds both arms by its order. Separated: as many rounds of the before arm, then
 * of the after arm, each with a segment of the control endpoints and one of the rest, in an order that
 * alternates. The control runs by itself: beside the rest it would gain from a machine that the change relieves.
 */
export function planRounds(
  orders: readonly Order[],
  o: { interleaved: boolean; rounds: number },
): PlannedRound[] {
  if (o.interleaved) return orders.map(interleavedRound);
  return Array.from({ length: 2 * o.rounds }, (_, round) =>
    separatedRound(round < o.rounds ? 'before' : 'after', round),
  );
}

export function interleavedRound(order: Order, round: number): PlannedRound {
  return { round, segments: armsOf(order).map((arm) => ({ arm, part: 'all' })) };
}

export function separatedRound(arm: Arm, round: number): PlannedRound {
  const parts: Part[] = round % 2 === 0 ? ['control', 'rest'] : ['rest', 'control'];
  return { round, segments: parts.map((part) => ({ arm, part })) };
}

/**
 * Whether switching is cheap enough to happen inside the round. The segment is lengthened (to at most 5 s) when
 * that makes it fit. Times in ms, as measured by switching once there and back.
 */
export function decideSwitching(o: { applyMs: number; rollbackMs: number; segmentMs: number }): {
  interleaved: boolean;
  segmentMs: number;
} {
  const needed = (o.applyMs + o.rollbackMs) / (switchShare * segmentsPerRound);
  if (needed <= o.segmentMs) return { interleaved: true, segmentMs: o.segmentMs };
  if (needed <= longestSegmentMs) return { interleaved: true, segmentMs: Math.ceil(needed) };
  return { interleaved: false, segmentMs: o.segmentMs };
}

/** Load that is not recorded before the windows of a segment, ms: caches and connections settle, on both arms alike. */
export function settleMs(segmentMs: number): number {
  return Math.min(1_000, Math.max(100, segmentMs / 4));
}

/** One endpoint's turn within a segment: `ms` measured after `warmupMs` of load that is not. */
export interface TurnTiming {
  only: [string];
  ms: number;
  warmupMs: number;
  maxMs: number;
  minRequestsOf?: string;
  minRequests?: number;
}

/**
 * The turns of the endpoints within a segment: one at a time, so that an endpoint which a change makes faster
 * does not send more and thereby slow the others (docs/decisions/0004). The goal has half of the segment, the
 * others share the rest; without a goal all have the same. The first tenth of each turn is dropped.
 */
export function turnsOf(
  endpoints: readonly string[],
  segmentMs: number,
  settings: TrialSettings,
  goal: Goal | null,
): TurnTiming[] {
  const hasGoal = goal !== null && endpoints.includes(goal.endpoint) && endpoints.length > 1;
  return endpoints.map((name) => {
    const isGoal = goal?.endpoint === name;
    const others = endpoints.length - 1;
    const share = !hasGoal ? 1 / endpoints.length : isGoal ? 0.5 : 0.5 / others;
    const ms = Math.max(50, segmentMs * share);
    const timing: TurnTiming = {
      only: [name],
      ms,
      warmupMs: Math.round(ms / 10),
      maxMs: ms * settings.maxStretch,
    };
    return isGoal ? { ...timing, minRequestsOf: name, minRequests: settings.minRequests } : timing;
  });
}

/** Why a segment with this generator health does not count, or null when it does. */
export function generatorWasLimit(health: GeneratorHealth | undefined): string | null {
  if (!health) return null;
  if (health.cpuShare > generatorLimits.cpuShare) {
    return `the load generator used ${Math.round(health.cpuShare * 100)} % of a core`;
  }
  if (health.eventLoopDelayP99Ms > generatorLimits.eventLoopDelayP99Ms) {
    return `the load generator was held up for ${Math.round(health.eventLoopDelayP99Ms)} ms (p99)`;
  }
  return null;
}

/** True when the generator has room to spare at this load; without it, rounds would be void one after another. */
export function generatorHasRoom(health: GeneratorHealth): boolean {
  return health.cpuShare <= 0.85 * generatorLimits.cpuShare && generatorWasLimit(health) === null;
}

/** How many void rounds are run again at most. */
export function mostExtraRounds(rounds: number): number {
  return Math.max(2, Math.ceil(rounds / 2));
}

/** The goal of a change's trial: the first endpoint it affects that the workload has; null when it has none. */
export function goalOf(affects: readonly string[], probeNames: readonly string[]): Goal | null {
  const endpoint = affects.find((name) => probeNames.includes(name));
  return endpoint === undefined ? null : { endpoint, metric: 'p50' };
}
