import { AppError } from '@/lib/contracts/error';

/** Turns an error of the client or the engine into an AppError that names the address and what to do next. */
export function dockerError(error: unknown, address: string): AppError {
  if (error instanceof AppError) return error;
  const code = field(error, 'code');
  const status = field(error, 'statusCode');
  const text = error instanceof Error ? error.message : String(error);
  const make = (kind: AppError['code'], message: string) => new AppError(kind, message, { cause: error });
  if (code === 'EACCES' || status === 403)
    return make(
      'privilege-missing',
      `The Docker engine at ${address} may not be used by this user. Add it to the group "docker".`,
    );
  if (code === 'ENOENT')
    return make(
      'unreachable',
      `There is no Docker socket at ${address}. Start the engine, or correct the path.`,
    );
  if (code === 'ECONNRESET' || /socket hang up|aborted|timeout/i.test(text))
    return make('timeout', `The Docker engine at ${address} did not answer in time.`);
  if (typeof code === 'string' && /^E[A-Z_]+$/.test(code))
    return make(
      'unreachable',
      `The Docker engine at ${address} does not answer (${code}). Check that it runs.`,
    );
  if (status === 404) return make('not-found', `The Docker engine at ${address}: ${text}`);
  return make('internal', `The Docker engine at ${address}: ${text}`);
}

/** HTTP status the engine answered with, or null. */
export function dockerStatus(error: unknown): number | null {
  const status = field(error, 'statusCode');
  return typeof status === 'number' ? status : null;
}

function field(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}
