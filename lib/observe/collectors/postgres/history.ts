import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { measured, type Value } from '../../collector-types';
import { CounterTrack, perSecond } from '../../rates';
import { heavyEveryMs } from '../../series/levels';

/** Statements whose history is kept, by total time; the rest are in the newest snapshot only. */
export const mostStatements = 50;
/** Tables whose size is kept, largest first. */
export const mostTables = 50;

/**
 * What snapshots tell over time: calls, database time and mean time of the costliest statements between two of them,
 * and sizes of the largest tables. A statement's label is its queryid, which a major version of the server may change.
 */
export class SnapshotHistory {
  #tracks = new Map<string, CounterTrack>();
  #values: Value[] = [];

  /** Takes a snapshot in that was read between two moments of one monotonic clock, ms. */
  add(snapshot: PostgresSnapshot, startedAt: number, endedAt: number): void {
    this.#values = [
      ...(snapshot.statements ?? []).slice(0, mostStatements).flatMap((s) => {
        const track = this.#tracks.get(s.queryId) ?? new CounterTrack(2.5 * heavyEveryMs);
        this.#tracks.set(s.queryId, track);
        const increase = track.next({
          startedAt,
          endedAt,
          epoch: snapshot.statementsSince ?? '',
          counters: { calls: s.calls, ms: s.totalMs },
        });
        if (!increase) return [];
        const { calls = 0, ms = 0 } = increase.counters;
        return measured(
          {
            'pg.statement_calls': perSecond(increase, 'calls'),
            'pg.statement_time': ms / 1000 / increase.seconds,
            'pg.statement_latency': calls === 0 ? null : ms / calls,
          },
          s.queryId,
        );
      }),
      ...snapshot.tables
        .filter((t) => t.kind === 'r' || t.kind === 'm')
        .sort((a, b) => b.totalBytes - a.totalBytes)
        .slice(0, mostTables)
        .flatMap((t) => measured({ 'pg.table_size': t.totalBytes }, `${t.schema}.${t.name}`)),
    ];
    const listed = new Set((snapshot.statements ?? []).map((s) => s.queryId));
    for (const id of this.#tracks.keys()) if (!listed.has(id)) this.#tracks.delete(id);
  }

  /** The values of the last snapshot, once. */
  take(): Value[] {
    return this.#values.splice(0);
  }
}
