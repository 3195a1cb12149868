import type { AlertCondition } from '@/lib/contracts/alert';
import type { LatestValue } from '@/lib/observe/series/latest';

/** The value of one series that a rule looks at now. */
export interface CurrentValue {
  target: string;
  label: string;
  t: number;
  v: number;
}

/**
 * The series of a condition with their newest values; where the condition divides, each by the value of the other
 * metric on the same target and label. A series without a divisor, or with a divisor of 0 (no limit set), has no
 * value: there is nothing that it could exceed. Pure.
 */
export function currentValues(
  condition: Pick<AlertCondition, 'metric' | 'per'>,
  values: readonly LatestValue[],
): CurrentValue[] {
  return values
    .filter((x) => x.metric === condition.metric)
    .flatMap(({ target, label, t, v }) => {
      if (condition.per === null) return [{ target, label, t, v }];
      const of = values.find((x) => x.metric === condition.per && x.target === target && x.label === label);
      return of && of.v > 0 ? [{ target, label, t: Math.min(t, of.t), v: v / of.v }] : [];
    });
}
