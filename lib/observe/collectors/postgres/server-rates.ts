import { measured, type Value } from '../../collector-types';
import { CounterTrack, perSecond } from '../../rates';
import { gapAfter } from '../../series/levels';
import type { PgServerCounters } from './server-counters';

/** Turns readings of the server's counters into values. Each view is reset on its own, so each is followed apart. */
export class ServerRates {
  #wal = new CounterTrack(gapAfter('pg.wal'));
  #checkpoints = new CounterTrack(gapAfter('pg.checkpoint_written'));

  next(read: PgServerCounters, serverStart: string, startedAt: number, endedAt: number): Value[] {
    const since = (reset: Date | null) => `${serverStart} ${reset?.toISOString() ?? ''}`;
    const wal = this.#wal.next({
      startedAt,
      endedAt,
      epoch: since(read.walReset),
      counters: {
        bytes: read.walBytes,
        ...(read.fullPageImages === null ? {} : { images: read.fullPageImages }),
      },
    });
    const checkpoints = this.#checkpoints.next({
      startedAt,
      endedAt,
      epoch: since(read.checkpointReset),
      counters: { bytes: read.checkpointBytes },
    });
    return [
      ...measured({
        'pg.wal': perSecond(wal, 'bytes'),
        'pg.wal_full_pages': perSecond(wal, 'images'),
        'pg.checkpoint_written': perSecond(checkpoints, 'bytes'),
        'pg.standby_lag': read.standbyLagMs,
      }),
      ...read.replicas.flatMap((r) =>
        measured({ 'pg.replica_lag': r.lagMs, 'pg.replica_behind': r.behindBytes }, r.name),
      ),
      ...read.slots.flatMap((s) => measured({ 'pg.slot_retained': s.retainedBytes }, s.name)),
    ];
  }
}
