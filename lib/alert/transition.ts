import type { AlertCondition, AlertState } from '@/lib/contracts/alert';

/** What is known of one rule on one series. Times are ms since the epoch. */
export interface AlertMemory {
  state: AlertState;
  /** Since when it is in this state. */
  since: number;
  /** Since when the value is beyond the threshold; null when it is not. */
  breachSince: number | null;
  /** When it was last measured; null before the first value. */
  lastDataAt: number | null;
  /** The last measured value. */
  value: number | null;
}

/** One look at the series: the newest value, or null where there is none fresh enough. */
export interface Observation {
  at: number;
  value: number | null;
}

export type AlertEventKind = 'fired' | 'resolved' | 'no-data';

export interface Transition {
  memory: AlertMemory;
  /** What people should hear of, if anything. */
  event: AlertEventKind | null;
}

/** The memory of a series that was never looked at. */
export const unseen = (at: number): AlertMemory => ({
  state: 'ok',
  since: at,
  breachSince: null,
  lastDataAt: null,
  value: null,
});

/** Whether a value is beyond the threshold. */
export function breaches(condition: AlertCondition, value: number): boolean {
  return condition.comparison === 'above' ? value > condition.threshold : value < condition.threshold;
}

/** Whether a firing alert has recovered: on the good side of the recovery bound (hysteresis). */
export function recovered(condition: AlertCondition, value: number): boolean {
  const bound = condition.recover ?? condition.threshold;
  return condition.comparison === 'above' ? value <= bound : value >= bound;
}

/**
 * The state machine of an alert, pure: the memory and one observation give the next memory and what is to be told.
 *
 *     ok, resolved, no-data --beyond--> pending --held long enough--> firing --recovered--> resolved
 *     pending --within--> ok      any --nothing measured for too long--> no-data --within--> ok
 *
 * A gap shorter than `noDataSeconds` changes nothing. Firing does not end by silence unless the rule says so: what
 * is not measured has not recovered.
 */
export function transition(
  memory: AlertMemory,
  observation: Observation,
  condition: AlertCondition,
): Transition {
  const { at, value } = observation;
  if (value === null) return silence(memory, at, condition);
  const seen = { ...memory, lastDataAt: at, value };
  const to = (state: AlertState, event: AlertEventKind | null, breachSince: number | null): Transition => ({
    memory: { ...seen, state, since: state === memory.state ? memory.since : at, breachSince },
    event,
  });
  if (memory.state === 'firing') {
    return recovered(condition, value)
      ? to('resolved', 'resolved', null)
      : to('firing', null, memory.breachSince);
  }
  if (!breaches(condition, value)) return to(memory.state === 'resolved' ? 'resolved' : 'ok', null, null);
  const since = memory.state === 'pending' ? (memory.breachSince ?? at) : at;
  return at - since >= condition.holdSeconds * 1000
    ? to('firing', 'fired', since)
    : to('pending', null, since);
}

function silence(memory: AlertMemory, at: number, condition: AlertCondition): Transition {
  const { noDataSeconds } = condition;
  const last = memory.lastDataAt ?? memory.since;
  if (noDataSeconds === null || memory.state === 'no-data' || at - last < noDataSeconds * 1000)
    return { memory, event: null };
  return { memory: { ...memory, state: 'no-data', since: at, breachSince: null }, event: 'no-data' };
}
