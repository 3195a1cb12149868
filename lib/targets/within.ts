import { AppError } from '@/lib/contracts/error';

/**
 * Waits for `work` at most `ms`. The signal given to `work` is aborted at the end of that time, or when `outer`
 * is; work that pays no heed to it is left behind, and what becomes of it is not reported.
 * @throws AppError timeout naming `what`; cancelled when `outer` was aborted; else what `work` throws
 */
export async function within<T>(
  ms: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  const controller = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const end = (error: AppError) => {
      reject(error);
      controller.abort(error);
    };
    const timer = setTimeout(
      () => end(new AppError('timeout', `${what} did not answer within ${ms / 1000} s.`)),
      ms,
    );
    const cancel = () => end(new AppError('cancelled', `${what}: stopped.`));
    if (outer?.aborted) cancel();
    outer?.addEventListener('abort', cancel, { once: true });
    // After the time is up `reject` has been called, and calling it or `resolve` again does nothing: a late
    // rejection is thereby handled, not lost unseen.
    (async () =>
      controller.signal.aborted ? Promise.reject(controller.signal.reason) : work(controller.signal))()
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
        outer?.removeEventListener('abort', cancel);
      });
  });
}
