import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import type { Store } from '@/lib/store/client';
import { connectDocker } from '@/lib/targets/docker/connect';
import { dockerError } from '@/lib/targets/docker/errors';
import { loadTarget } from '@/lib/targets/registry';
import type { ChangeSwitch } from './switch';

const Changed = z.object({ container: z.string(), update: z.object({ Memory: z.number() }) });

const Stats = z.object({ memory_stats: z.object({ failcnt: z.number().optional() }).optional() });

interface State {
  id: string;
  restarts: number;
  running: boolean;
  oomKilled: boolean;
  /** How often it met its memory limit; only cgroup v1 tells. */
  met: number | null;
}

/**
 * Watches the containers whose memory a trial limits. What it returns throws AppError('conflict') when one was killed,
 * restarted or removed, or met its limit, since the watch began: such a limit is too low, and the trial ends at once.
 * Without such changes it looks at nothing. Whether a container met its limit is asked only when it looks at the `whole`:
 * an older engine takes a second or two to tell.
 */
export async function watchContainers(
  store: Store,
  changes: ChangeSwitch,
): Promise<(whole?: boolean) => Promise<void>> {
  const watched: { container: string; read(whole: boolean): Promise<State>; first: State }[] = [];
  for (const { id, plan } of changes.changes) {
    const facts = Changed.safeParse(plan.facts).data;
    if (!facts) continue;
    const row = await store.db.change.findUniqueOrThrow({ where: { id }, select: { targetId: true } });
    const { connection, address } = await loadTarget(store, row.targetId);
    if (connection.kind !== 'docker') continue;
    const container = connectDocker(connection).getContainer(facts.container);
    const read = async (whole: boolean): Promise<State> => {
      try {
        const { Id, RestartCount, State } = await container.inspect();
        const stats =
          whole && State.Running ? await container.stats({ stream: false, 'one-shot': true }) : null;
        return {
          id: Id,
          restarts: RestartCount,
          running: State.Running,
          oomKilled: State.OOMKilled,
          met: Stats.parse(stats ?? {}).memory_stats?.failcnt ?? null,
        };
      } catch (error) {
        throw dockerError(error, address);
      }
    };
    watched.push({ container: facts.container, read, first: await read(true) });
  }
  return async (whole = false) => {
    for (const { container, read, first } of watched) {
      const why = harmOf(first, await read(whole));
      if (why !== null)
        throw new AppError(
          'conflict',
          `The container ${container} ${why} during the trial: the limit is too low.`,
        );
    }
  };
}

/** What happened to a container between two looks that its limit may have done; null for nothing. */
export function harmOf(first: State, now: State): string | null {
  if (now.id !== first.id) return 'was made anew';
  if (now.oomKilled && !first.oomKilled) return 'was killed for want of memory';
  if (now.restarts > first.restarts) return 'restarted';
  if (first.running && !now.running) return 'ended';
  if (now.met !== null && first.met !== null && now.met > first.met)
    return `met its memory limit ${now.met - first.met} times`;
  return null;
}
