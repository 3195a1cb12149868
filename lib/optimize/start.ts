import type { Actor } from '@/lib/contracts/auth';
import { ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import { enqueue } from '@/lib/jobs/queue';
import type { Store } from '@/lib/store/client';
import { refuseConfigFile } from './redis/config-file';
import { refuseRestartUnlessMeant } from './refuse-restart';
import type { Asked, Direction } from './types';

/**
 * Has a worker apply or roll back a change. It waits in the queue of the stack, behind a trial that is measuring.
 * @throws AppError 'not-found'; 'unsupported' when what is asked for besides cannot be had; 'bad-input' for one that
 * restarts the server, unless that is said to be meant.
 */
export async function startChangeJob(
  store: Store,
  actor: Actor,
  changeId: number,
  direction: Direction,
  asked: Asked & { restart?: boolean | undefined } = {},
): Promise<{ jobId: number }> {
  const change = await store.db.change.findUnique({ where: { id: changeId }, include: { target: true } });
  if (!change) throw new AppError('not-found', `There is no change ${changeId}.`);
  const plan = ChangePlan.parse(change.plan);
  refuseConfigFile(plan, asked);
  refuseRestartUnlessMeant(plan, asked.restart, '"restart": true');
  const jobId = await enqueue(store, {
    kind: 'change',
    payload: { changeId, direction, actor, asked },
    queue: `stack:${change.target.stackId}`,
    createdBy: actor.name,
  });
  return { jobId };
}
