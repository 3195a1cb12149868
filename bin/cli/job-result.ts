import { AppError } from '@/lib/contracts/error';
import type { JobView } from '@/lib/contracts/job';

/** The result of a job that succeeded; AppError for one that did not (`cancelled` when a person stopped it). */
export function resultOf(view: JobView): unknown {
  if (view.state === 'succeeded') return view.result;
  if (view.state === 'cancelled')
    throw new AppError('cancelled', 'Cancelled. What was being tried is put back.');
  throw new AppError('unreachable', view.error ?? `The job ended as ${view.state}.`);
}
