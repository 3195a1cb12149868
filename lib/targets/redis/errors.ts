import { AppError } from '@/lib/contracts/error';

/** Turns an error of the driver or the server into an AppError that names the address and what to do next. */
export function redisError(error: unknown, address: string): AppError {
  if (error instanceof AppError) return error;
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const text = first instanceof Error ? first.message : String(first);
  const make = (code: AppError['code'], message: string) => new AppError(code, message, { cause: error });
  if (/^(WRONGPASS|NOAUTH|ERR AUTH|ERR invalid password)/.test(text))
    return make('privilege-missing', `Redis at ${address} refused the sign-in. Check user and password.`);
  if (text.startsWith('NOPERM')) return make('privilege-missing', `Redis at ${address}: ${text}`);
  if (text.startsWith('LOADING'))
    return make('unreachable', `Redis at ${address} is still loading its data from disk.`);
  if (/certificate|altnames?|self.signed/i.test(text))
    return make(
      'unreachable',
      `The certificate of Redis at ${address} is not accepted: ${text}. Name its authority in NODE_EXTRA_CA_CERTS when Ratchet starts, or add ?skip_verify=true to the address to leave it unchecked.`,
    );
  if (/timed? ?out/i.test(text)) return make('timeout', `Redis at ${address} did not answer in time.`);
  if (
    /ECONN|EPIPE|ENOENT|ENOTFOUND|EAI_AGAIN|EHOST|ENET|EACCES|closed|not writeable|not writable/i.test(text)
  )
    return make(
      'unreachable',
      `Redis at ${address} does not answer: ${text}. Check that it runs and that the address is right.`,
    );
  return make('internal', `Redis at ${address}: ${text}`);
}
