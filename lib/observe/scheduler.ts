import { log } from '@/lib/config/log';
import { AppError } from '@/lib/contracts/error';
import type { Store } from '@/lib/store/client';
import { type StoredTarget, storedTargets, targetsMark } from '@/lib/targets/load';
import { toTarget } from '@/lib/targets/target';
import { pause } from '@/lib/time/pause';
import { Leases } from './lease';
import { startMaintenance } from './maintenance';
import { observeOnce } from './observe-once';
import { forgetSeriesIds } from './series/ids';
import { heavyEveryMs, vitalsEveryMs } from './series/levels';
import { ensurePartitions } from './series/partitions';
import { type LoopOptions, TargetLoop } from './target-loop';
import { TargetState } from './target-state';

export interface ObserverOptions extends Partial<LoopOptions> {
  /** How often the list of targets is read again, ms. */
  reloadEveryMs?: number;
}

export interface Observer {
  /** Ends all loops, waits for what is under way, closes all connections. Does nothing the second time. */
  stop(): Promise<void>;
  /** Reads a target now, vitals and snapshot. @throws AppError */
  observeNow(targetId: number): Promise<void>;
}

/**
 * Observes all targets that are not paused, each in its own loop, and keeps the series in order. Several
 * workers may do so at once: a target is read by the one that holds its lease.
 */
export async function startObserver(store: Store, options: ObserverOptions = {}): Promise<Observer> {
  await ensurePartitions(store);
  const controller = new AbortController();
  const leases = new Leases(store.url);
  const maintenance = startMaintenance(store);
  const loops = new Map<number, { loop: TargetLoop | null; fingerprint: string }>();

  const end = async (id: number) => {
    const entry = loops.get(id);
    loops.delete(id);
    await entry?.loop?.stop();
    forgetSeriesIds(store, id);
  };
  const begin = async (row: StoredTarget) => {
    const fingerprint = fingerprintOf(row);
    if (loops.get(row.id)?.fingerprint === fingerprint) return;
    await end(row.id);
    const loop = await loopFor(store, leases, row, options);
    loops.set(row.id, { loop, fingerprint });
    loop?.start();
  };
  let loaded: string | null = null;
  const reload = async () => {
    const mark = await targetsMark(store);
    if (mark === loaded) return;
    // What fails below is tried again: nothing counts as loaded until all of it is.
    loaded = null;
    const rows = (await storedTargets(store)).filter((row) => !row.paused);
    const wanted = new Set(rows.map((row) => row.id));
    await Promise.all([...loops.keys()].filter((id) => !wanted.has(id)).map(end));
    if (controller.signal.aborted) return;
    await Promise.all(rows.map(begin));
    loaded = mark;
  };
  const shutDown = async () => {
    await Promise.all([maintenance.stop(), ...[...loops.keys()].map(end)]);
    await leases.close();
  };
  try {
    await reload();
  } catch (error) {
    await shutDown();
    throw error;
  }
  const reloading = (async () => {
    while (!controller.signal.aborted) {
      await pause(options.reloadEveryMs ?? 3_000, controller.signal);
      if (controller.signal.aborted) return;
      await reload().catch((error) => log.error({ err: error }, 'the list of targets could not be read'));
    }
  })();

  let stopping: Promise<void> | undefined;
  return {
    stop: () => {
      stopping ??= (async () => {
        controller.abort();
        await reloading;
        await shutDown();
      })();
      return stopping;
    },
    observeNow: async (targetId) => {
      const loop = loops.get(targetId)?.loop;
      if (!loop) {
        await observeOnce(store, targetId, controller.signal);
        return;
      }
      await loop.observeNow().catch(async (error) => {
        // Another worker holds it: read once over a connection of our own.
        if (!(error instanceof AppError && error.code === 'conflict')) throw error;
        await observeOnce(store, targetId, controller.signal);
      });
    },
  };
}

/** Changes whenever the target must be connected anew. */
const fingerprintOf = (row: StoredTarget) =>
  JSON.stringify([row.sealedConnection, row.options, row.name, row.stack.name]);

/** The loop of a target; null, with the reason stored, when its settings cannot be opened. */
async function loopFor(
  store: Store,
  leases: Leases,
  row: StoredTarget,
  options: ObserverOptions,
): Promise<TargetLoop | null> {
  try {
    const target = toTarget(row);
    return new TargetLoop(target, store, leases, {
      vitalsEveryMs: options.vitalsEveryMs ?? vitalsEveryMs,
      heavyEveryMs: options.heavyEveryMs ?? heavyEveryMs,
      // Stats of a Docker engine take seconds when it runs many containers.
      vitalsTimeoutMs: options.vitalsTimeoutMs ?? (target.kind === 'docker' ? 12_000 : 4_000),
    });
  } catch (error) {
    const why =
      error instanceof AppError ? error.message : 'The stored settings of this target cannot be read.';
    await new TargetState(store, row.id).failed(new Date(), why);
    return null;
  }
}
