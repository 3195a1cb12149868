import { log } from '@/lib/config/log';
import { diagnoseAndRecord } from '@/lib/diagnose/record';
import type { Store } from '@/lib/store/client';
import { KeptObservers } from '@/lib/targets/postgres/kept-observers';
import { type Repeating, repeat } from '@/lib/time/repeat';
import { proposeChanges } from './propose';
import { settleChanges } from './settle';

/** As often as the heavy reads; the first time once the collectors have seen something. */
const firstAfterMs = 10_000;
const everyMs = 60_000;

/**
 * Keeps the findings and proposals of every stack up to date while nothing is changed or measured on it: during a
 * trial the change comes and goes, and what is seen then is not how the stack is. Two workers that do it at once
 * do no harm, since recording takes a lock.
 */
export function startDiagnosing(store: Store): Repeating {
  // Each reading goes over the connection of the last, so that only what changed is read of a large catalogue.
  const observers = new KeptObservers();
  const diagnose = async (signal: AbortSignal) => {
    await settleLeft(store);
    for (const stack of await stacksAtRest(store)) {
      if (signal.aborted) return;
      await diagnoseAndRecord(store, stack, undefined, observers.with)
        .then((recorded) => proposeChanges(store, stack, recorded))
        .catch((error) =>
          log.warn({ err: error, stack }, 'could not be diagnosed; trying again in a minute'),
        );
    }
    observers.closeUnused();
  };
  const repeating = repeat(everyMs, diagnose, { firstAfterMs });
  return { stop: () => repeating.stop().finally(() => observers.close()) };
}

/** Settles what could not be settled at the start, for example because the target did not answer then. */
async function settleLeft(store: Store): Promise<void> {
  try {
    for (const { changeId, what } of await settleChanges(store)) log.info({ changeId, what }, 'settled');
  } catch (error) {
    log.warn({ err: error }, 'could not settle; trying again in a minute');
  }
}

/** Names of the stacks on which no job is running. */
async function stacksAtRest(store: Store): Promise<string[]> {
  try {
    const busy = await store.db.job.findMany({ where: { state: 'running' }, select: { queue: true } });
    const queues = new Set(busy.map((job) => job.queue));
    const stacks = await store.db.stack.findMany({ orderBy: { id: 'asc' } });
    return stacks.filter((stack) => !queues.has(`stack:${stack.id}`)).map((stack) => stack.name);
  } catch (error) {
    log.warn({ err: error }, 'the store did not answer; diagnosing again in a minute');
    return [];
  }
}
