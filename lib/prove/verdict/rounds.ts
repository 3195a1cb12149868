import type { Arm } from '@/lib/contracts/trial-record';
import type { SegmentMeasure } from './measure';

/** The segments of a round that counts, by arm. A separated round has one arm only. */
export interface Round {
  round: number;
  before: SegmentMeasure[];
  after: SegmentMeasure[];
}

export interface VoidRound {
  round: number;
  why: string;
}

/**
 * Groups segments into rounds and sets aside those that do not count: with a void segment, with fewer than
 * two segments of an arm, or without a single request to the goal in an arm. A round counts whole or not at all.
 */
export function splitRounds(
  segments: readonly SegmentMeasure[],
  o: { separated: boolean; goal: string | null },
): { counting: Round[]; voided: VoidRound[] } {
  const groups = new Map<string, Round>();
  for (const segment of segments) {
    const key = o.separated ? `${segment.arm} ${segment.round}` : `${segment.round}`;
    const group = groups.get(key) ?? { round: segment.round, before: [], after: [] };
    group[segment.arm].push(segment);
    groups.set(key, group);
  }
  const counting: Round[] = [];
  const voided: VoidRound[] = [];
  for (const round of groups.values()) {
    const why = whyVoid(round, o);
    if (why === null) counting.push(round);
    else voided.push({ round: round.round, why });
  }
  return { counting, voided };
}

function whyVoid(round: Round, o: { separated: boolean; goal: string | null }): string | null {
  const all = [...round.before, ...round.after];
  for (const segment of all) if (segment.void !== null) return segment.void;
  const arms: Arm[] = o.separated ? [all[0]?.arm ?? 'before'] : ['before', 'after'];
  for (const arm of arms) {
    const segments = round[arm];
    const least = o.separated ? 1 : 2;
    if (segments.length < least) return `${segments.length} of at least ${least} segments of the ${arm} arm`;
    const { goal } = o;
    if (goal !== null && segments.every((s) => (s.endpoints.get(goal)?.requests ?? 0) === 0)) {
      return `no request to ${goal} in the ${arm} arm`;
    }
  }
  return null;
}
