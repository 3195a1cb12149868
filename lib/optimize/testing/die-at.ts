import type pg from 'pg';
import type { Store } from '@/lib/store/client';
import { optimizationById } from '../catalogue';
import { openSession } from '../session';
import { loadChange, saveChange } from '../stored-change';
import type { ChangeSession, Direction } from '../types';

/**
 * Carries a change out as the runner does, up to a point: before one of its statements or notes. From there on nothing that it does reaches the server or the store, as if the process had been killed; at the end of the steps
 * it dies before the state is stored. Returns whether the point came before the end.
 */
export async function dieAt(
  store: Store,
  at: { url: string; id: number; direction: Direction; point: number },
): Promise<boolean> {
  const change = await loadChange(store, at.id);
  const optimization = optimizationById(change.plan.optimization);
  if ('runs' in optimization) throw new Error(`${change.plan.optimization} is not one of Postgres`);
  const session = await openSession(store, {
    changeId: at.id,
    direction: at.direction,
    connection: { kind: 'postgres', url: at.url },
    wasApplied: change.state === 'applied',
  });
  await saveChange(store, at.id, { state: at.direction === 'apply' ? 'applying' : 'rolling-back' });
  let passed = 0;
  let dead = false;
  const alive = () => {
    if (dead) throw new Error('dead');
  };
  // Before a step is as good as after the one before it: between them the target is only read.
  const step = async (work: () => Promise<void>) => {
    alive();
    dead = passed++ === at.point;
    alive();
    await work();
  };
  const dying: ChangeSession = {
    ...session,
    client: new Proxy(session.client, {
      get: (client, key: keyof pg.Client) => {
        alive();
        const value = client[key];
        return typeof value === 'function' ? value.bind(client) : value;
      },
    }),
    execute: (...a) => step(() => session.execute(...a)),
    record: (...a) => step(() => session.record(...a)),
    skip: (...a) => step(() => session.skip(...a)),
    undo: (...a) => step(() => session.undo(...a)),
  };
  try {
    await optimization[at.direction](dying, change.plan);
    return false;
  } catch (error) {
    if (!dead) throw error;
    return true;
  } finally {
    await session.close();
  }
}
