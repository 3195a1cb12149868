import type { Capabilities } from '@/lib/contracts/target';
import type { Store } from '@/lib/store/client';

/** `last_sample_at` is written no more often than this, ms. */
const writeEveryMs = 10_000;

/** Keeps the reachability of one target in the store, writing only what changed. */
export class TargetState {
  #writtenAt = 0;
  /** Reason in the store; undefined while it is not known what is there. */
  #why: string | null | undefined;

  constructor(
    readonly store: Store,
    readonly targetId: number,
  ) {}

  /** It answered at `at`. With `problem` it did, but not as it should. */
  async reached(at: Date, problem: string | null = null): Promise<void> {
    const why = problem;
    if (why === this.#why && at.getTime() - this.#writtenAt < writeEveryMs) return;
    await this.store.pool.query(
      `UPDATE target SET last_sample_at = $2, unreachable_why = $3,
         unreachable_since = CASE WHEN $3::text IS NULL THEN NULL ELSE coalesce(unreachable_since, $2) END
       WHERE id = $1`,
      [this.targetId, at, why],
    );
    this.#why = why;
    this.#writtenAt = at.getTime();
  }

  /** It did not answer at `at`; the first such moment stays. */
  async failed(at: Date, why: string): Promise<void> {
    if (why === this.#why) return;
    await this.store.pool.query(
      `UPDATE target SET unreachable_since = coalesce(unreachable_since, $2), unreachable_why = $3 WHERE id = $1`,
      [this.targetId, at, why],
    );
    this.#why = why;
  }

  async able(capabilities: Capabilities): Promise<void> {
    await this.store.pool.query('UPDATE target SET capabilities = $2 WHERE id = $1', [
      this.targetId,
      JSON.stringify(capabilities),
    ]);
  }
}
