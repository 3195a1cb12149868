import type { LoadPlan } from '../../contracts/load';
import { type Turn, weightedSequence } from '../sequence';
import type { LevelPlan } from './level-plan';

/** When requests are due, and which. */
export interface Schedule {
  /** ms since the start; infinite when there are no more. */
  peek(): number;
  take(): Turn;
}

/** The endpoints of a plan in turn, by weight. */
export function turnsOf(plan: LoadPlan): () => Turn {
  return weightedSequence(
    plan.probes.map((p) => p.weight),
    plan.seed,
  );
}

/** Requests as the level says, endpoints by weight. */
export function levelSchedule(level: LevelPlan, next: () => Turn): Schedule {
  return {
    peek: () => level.peek(),
    take: () => {
      level.take();
      return next();
    },
  };
}

/** Requests at the times and in the order of a log; rows of an endpoint from the first on. */
export function replaySchedule(arrivals: readonly (readonly [number, number])[], probes: number): Schedule {
  const turns = new Array<number>(probes).fill(0);
  let at = 0;
  return {
    peek: () => arrivals[at]?.[0] ?? Number.POSITIVE_INFINITY,
    take: () => {
      const probe = arrivals[at++]?.[1] ?? 0;
      const turn = turns[probe] ?? 0;
      turns[probe] = turn + 1;
      return { probe, turn };
    },
  };
}
