import type { Target } from '@/lib/targets/target';
import { within } from '@/lib/targets/within';
import { type Collector, openCollector } from './collector';

/** Time to connect, ms. */
export const openTimeoutMs = 8_000;

/**
 * Connects the collector of a target in bounded time. A connection that comes about too late is closed.
 * @throws AppError as openCollector; timeout; cancelled
 */
export async function openWithin(
  target: Pick<Target, 'name' | 'address' | 'connection' | 'options'>,
  signal: AbortSignal,
  ms = openTimeoutMs,
): Promise<Collector> {
  let opening: Promise<Collector> | undefined;
  try {
    return await within(
      ms,
      `${target.name} at ${target.address}`,
      (inner) => {
        opening = openCollector(target, inner);
        return opening;
      },
      signal,
    );
  } catch (error) {
    // Either it failed, and there is nothing to close, or it is still under way.
    void opening?.then(
      (late) => late.close(),
      () => undefined,
    );
    throw error;
  }
}
