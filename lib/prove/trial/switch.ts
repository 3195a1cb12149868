import type { Actor } from '@/lib/contracts/auth';
import { ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import type { Arm } from '@/lib/contracts/trial-record';
import { applyChange, rollbackChange } from '@/lib/optimize/runner';
import type { Store } from '@/lib/store/client';

interface Switched {
  id: number;
  plan: ChangePlan;
  wasApplied: boolean;
  applied: boolean;
}

/**
 * The changes of a trial as one switch: `before` is all of them rolled back, `after` all applied. They are applied in
 * their order and rolled back in reverse. Each move is journaled by the optimizer's runner.
 */
export class ChangeSwitch {
  private constructor(
    readonly store: Store,
    readonly actor: Actor,
    readonly changes: readonly Switched[],
  ) {}

  /** Throws AppError: `not-found`, `conflict` for a change that no longer fits, `unsupported` for one without inverse. */
  static async load(store: Store, actor: Actor, ids: readonly number[]): Promise<ChangeSwitch> {
    const rows = await store.db.change.findMany({ where: { id: { in: [...ids] } } });
    const changes = ids.map((id) => {
      const row = rows.find((r) => r.id === id);
      if (!row) throw new AppError('not-found', `There is no change ${id}.`);
      const plan = ChangePlan.parse(row.plan);
      if (row.state === 'obsolete') {
        throw new AppError('conflict', `"${row.title}" is no longer proposed: what it answered is gone.`);
      }
      if (!plan.reversible || plan.inverse.length === 0) {
        throw new AppError(
          'unsupported',
          `"${row.title}" cannot be undone, so it cannot be compared with being off.`,
        );
      }
      return { id, plan, wasApplied: row.state === 'applied', applied: row.state === 'applied' };
    });
    return new ChangeSwitch(store, actor, changes);
  }

  /** The arm the target is in; null when only some of several changes are applied. */
  get arm(): Arm | null {
    if (this.changes.every((c) => c.applied)) return 'after';
    return this.changes.some((c) => c.applied) ? null : 'before';
  }

  /** Moves to an arm; returns the wall-clock time it took, ms (0 when nothing was to do). */
  async to(arm: Arm, signal?: AbortSignal): Promise<number> {
    return this.#move(() => arm === 'after', signal);
  }

  /** Puts every change back to the state it was in when the switch was loaded. Not cancellable. */
  async restore(): Promise<void> {
    // A move that failed or was cancelled may have done its work or not: ask again.
    const rows = await this.store.db.change.findMany({
      where: { id: { in: this.changes.map((c) => c.id) } },
    });
    for (const change of this.changes) {
      const state = rows.find((r) => r.id === change.id)?.state;
      // What is half done counts as being in the wrong state, so that the runner settles it.
      const halfDone = state === 'applying' || state === 'rolling-back';
      change.applied = state === 'applied' || (halfDone && !change.wasApplied);
    }
    await this.#move((change) => change.wasApplied);
  }

  async #move(wanted: (change: Switched) => boolean, signal?: AbortSignal): Promise<number> {
    const off = this.changes.filter((c) => c.applied && !wanted(c)).reverse();
    const on = this.changes.filter((c) => !c.applied && wanted(c));
    if (off.length + on.length === 0) return 0;
    const started = performance.now();
    for (const change of off) {
      await rollbackChange(this.store, change.id, this.actor, signal);
      change.applied = false;
    }
    for (const change of on) {
      await applyChange(this.store, change.id, this.actor, signal);
      change.applied = true;
    }
    return performance.now() - started;
  }
}
