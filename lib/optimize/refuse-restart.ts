import type { ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';

/** Refuses a change that restarts the server, unless whoever asks says that this is meant. @throws AppError 'bad-input' */
export function refuseRestartUnlessMeant(
  plan: Pick<ChangePlan, 'needsRestart' | 'title'>,
  meant: boolean | undefined,
  how: string,
): void {
  if (plan.needsRestart && meant !== true)
    throw new AppError(
      'bad-input',
      `"${plan.title}" restarts the server and cuts off every session. Say that it is meant: ${how}.`,
      { field: 'restart' },
    );
}
