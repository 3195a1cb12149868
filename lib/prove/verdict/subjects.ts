import { AppError } from '@/lib/contracts/error';
import type { TrialRecord } from '@/lib/contracts/trial-record';

export interface Subjects {
  /** Every endpoint of the record, by name. */
  endpoints: string[];
  goal: string | null;
  control: string[];
  /** Endpoints that may not be shown to have regressed. */
  guards: string[];
  /** The only endpoint that is no control, when the record names no goal: it is the goal then. */
  only: string | null;
}

/** Who is goal, guard and control. AppError bad-input with the field when a name does not occur. */
export function subjectsOf(record: TrialRecord): Subjects {
  const endpoints = [...new Set(record.segments.flatMap((segment) => Object.keys(segment.endpoints)))].sort();
  if (endpoints.length === 0) {
    throw new AppError('bad-input', 'segments: no segment has an endpoint', { field: 'segments' });
  }
  record.control.forEach((name, i) => {
    if (!endpoints.includes(name)) throw unknown(`control[${i}]`, name);
  });
  const control = [...new Set(record.control)].sort();
  if (record.design === 'separated' && control.length === 0) {
    const message =
      'control: a separated trial is judged against control endpoints, and the record names none';
    throw new AppError('bad-input', message, { field: 'control' });
  }
  const goal = record.goal?.endpoint ?? null;
  if (goal !== null && !endpoints.includes(goal)) throw unknown('goal.endpoint', goal);
  if (goal !== null && control.includes(goal)) {
    throw new AppError('bad-input', `goal.endpoint: ${goal} is also a control`, { field: 'goal.endpoint' });
  }
  const judged = endpoints.filter((name) => !control.includes(name));
  if (judged.length === 0) {
    throw new AppError('bad-input', 'control: every endpoint is a control, nothing is left to judge', {
      field: 'control',
    });
  }
  const only = goal === null && judged.length === 1 ? (judged[0] ?? null) : null;
  return { endpoints, goal, control, guards: judged.filter((name) => name !== goal && name !== only), only };
}

function unknown(field: string, name: string): AppError {
  return new AppError('bad-input', `${field}: no segment has an endpoint named ${JSON.stringify(name)}`, {
    field,
  });
}
