import { AppError } from '@/lib/contracts/error';
import { messageOf } from '@/lib/targets/postgres/errors';

/**
 * A step failed and what it left could not be undone, usually because the target went away. The change stays in
 * the state it is in (applying, rolling-back) until settling has looked at the target.
 */
export class HalfDoneError extends AppError {
  constructor(what: string, cause: unknown) {
    super('unreachable', `${what}: ${messageOf(cause)}. It is settled as soon as the target answers again.`, {
      cause,
    });
    this.name = 'HalfDoneError';
  }
}

/** Something asked for besides failed; the change itself is applied as it was before the call. */
export class StillAppliedError extends AppError {
  constructor(cause: AppError) {
    super(cause.code, cause.message, { cause });
    this.name = 'StillAppliedError';
  }
}
