import type { FindingState } from '@/lib/contracts/finding';

export interface Standing {
  state: FindingState;
  mutedUntil: Date | null;
  mutedBy: string | null;
}

/**
 * State of a stored finding after a diagnosis that saw it or not. A muted one stays muted until its date
 * (for ever without one), also when it comes back; one that is not seen any more is resolved. Pure.
 */
export function nextState(standing: Standing | null, seen: boolean, now: Date): FindingState {
  if (!seen) return 'resolved';
  if (standing === null || standing.mutedBy === null) return 'open';
  return standing.mutedUntil === null || standing.mutedUntil > now ? 'muted' : 'open';
}
