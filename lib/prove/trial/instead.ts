import type { ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import type { Probe, Workload } from '@/lib/contracts/workload';
import { names } from './control';

/**
 * The workload with the statements that the application sends once these changes are there: probes of those that they
 * replace send them in the arm *after*. What reads a relation that the changes make cannot be sent in the arm *before*,
 * and is left out. Without changes (A/A) both arms send the same.
 * @throws AppError bad-input where nothing is left.
 */
export function insteadOf(workload: Workload, plans: readonly Pick<ChangePlan, 'instead'>[]): Workload {
  const all = plans.flatMap((plan) => plan.instead ?? []);
  const probes = workload.probes.flatMap((probe): Probe[] => {
    if (probe.kind !== 'sql') return [probe];
    if (all.some(({ relation }) => names(probe.sql, relation.name))) return [];
    const { instead: _, ...now } = probe;
    const later = all.find(({ statement }) => statement === probe.queryId)?.sql;
    return [later === undefined ? now : { ...now, instead: later }];
  });
  if (probes.length === 0)
    throw new AppError('bad-input', 'Every statement of the workload reads what the changes make.');
  return { ...workload, probes };
}
