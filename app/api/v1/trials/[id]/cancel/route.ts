import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { AppError } from '@/lib/contracts/error';
import { cancelJob } from '@/lib/jobs/cancel';

export const POST = route({ role: 'operator', params: IdPath }, async ({ store, actor, params }) => {
  const trial = await store.db.trial.findUnique({ where: { id: params.id } });
  if (!trial) throw new AppError('not-found', `There is no trial ${params.id}.`);
  if (trial.jobId === null) throw new AppError('conflict', `Trial ${params.id} is not run by a job.`);
  return cancelJob(store, actor, trial.jobId);
});
