import type { Finding } from '@/lib/contracts/finding';
import { bytes, finding } from '../../finding';
import { defaultLimits } from '../../limits';
import type { PostgresContext, Rule } from '../../types';
import { notConnected, unlessAllSeen } from './not-connected';

const id = 'postgres/replication';

/** Slots that nobody reads, and replicas that fall behind. */
export const replication: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Replication slots and replicas',
    kind: 'postgres',
    needs: ['a connection', 'pg_monitor'],
    thresholds: [
      { name: 'slots that are not read', value: 0, unit: '', source: 'PgHero, Coroot' },
      { name: 'lag of a replica', value: defaultLimits.replicaLagMs, unit: 'ms', source: 'Coroot' },
    ],
  },
  check(context) {
    const { live, target, limits, snapshot } = context;
    if (live === null) return { findings: [], cannotCheck: [notConnected(id, context)] };
    const { slots, replicas, standbyLagMs } = live.replication;
    const findings: Finding[] = slots
      .filter((s) => !s.active)
      .map((s) =>
        finding({
          id,
          severity: (s.retainedBytes ?? 0) > 1e9 ? 'high' : 'medium',
          target,
          subject: s.name,
          title: `Nobody reads the replication slot ${s.name}${s.retainedBytes ? `, and the server keeps ${bytes(s.retainedBytes)} of WAL for it` : ''}`,
          detail: `The server keeps all WAL from where the reader stopped, until the disk is full, and VACUUM may keep dead rows for it. Start its reader, or drop it when it is not needed any more: SELECT pg_drop_replication_slot('${s.name.replaceAll("'", "''")}'); A reader cannot go on from a dropped slot, so there is no button for it.`,
          evidence: [
            { label: 'kind', value: s.type, unit: '' },
            ...(s.retainedBytes === null
              ? []
              : [{ label: 'WAL kept for it', value: s.retainedBytes, unit: 'bytes' }]),
          ],
          weight: (s.retainedBytes ?? 0) / Math.max(1, snapshot.databaseBytes),
        }),
      );
    for (const r of replicas) {
      if (r.replayLagMs === null || r.replayLagMs < limits.replicaLagMs) continue;
      findings.push(
        lagging(target, r.name, `The replica ${r.name}`, r.replayLagMs, [
          ...(r.behindBytes === null
            ? []
            : [{ label: 'WAL not yet replayed', value: r.behindBytes, unit: 'bytes' }]),
          { label: 'state', value: r.state ?? 'not known', unit: '' },
        ]),
      );
    }
    if (standbyLagMs !== null && standbyLagMs >= limits.replicaLagMs)
      findings.push(lagging(target, 'standby', 'This standby', standbyLagMs, []));
    return { findings, cannotCheck: replicas.length > 0 ? unlessAllSeen(id, context) : [] };
  },
};

function lagging(
  target: string,
  subject: string,
  who: string,
  lagMs: number,
  more: Finding['evidence'],
): Finding {
  return finding({
    id,
    severity: 'high',
    target,
    subject,
    title: `${who} is ${(lagMs / 1000).toFixed(0)} s behind`,
    detail:
      'Reads from it are that old, and as much is lost if the primary fails. A long query on the replica, a slow disk or network, or one large transaction holds it up.',
    evidence: [{ label: 'replay lag', value: lagMs, unit: 'ms' }, ...more],
    weight: Math.min(1, lagMs / 3_600_000),
  });
}
