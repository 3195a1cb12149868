import { count, finding } from '../../finding';
import { configurationFragment } from '../../server-settings/fragment';
import { settingOf, sizeOf, sizeText } from '../../server-settings/values';
import type { PostgresContext, Rule } from '../../types';
import { notConnected } from './not-connected';

const id = 'postgres/checkpoints';
const mostRequested = 0.1;
const fewest = 10;
const GB = 2 ** 30;

/** Checkpoints that come before their time, since WAL reached max_wal_size. */
export const checkpoints: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Checkpoints before their time',
    kind: 'postgres',
    needs: ['a connection'],
    thresholds: [
      { name: 'requested checkpoints of all', value: mostRequested, unit: 'ratio', source: 'PMM, Coroot' },
      { name: 'checkpoints in all, for it to mean something', value: fewest, unit: '', source: 'Ratchet' },
    ],
  },
  check(context) {
    const { live, target, snapshot, machine } = context;
    if (!live?.checkpoints) return { findings: [], cannotCheck: [notConnected(id, context)] };
    const { timed, requested, since } = live.checkpoints;
    const share = requested / Math.max(1, timed + requested);
    if (timed + requested < fewest || share <= mostRequested) return { findings: [] };
    const setting = settingOf(snapshot, 'max_wal_size');
    const size = sizeOf(setting);
    // Twice the present size, or the 4 GB of the formulas; the disk must hold it four times.
    const proposed = Math.max(4 * GB, 2 * (size ?? 0));
    const room = machine?.freeBytes == null || machine.freeBytes >= 4 * proposed;
    const row = size !== null && {
      name: 'max_wal_size',
      current: sizeText(size),
      proposed: sizeText(proposed),
      why: 'twice as much as now, at least 4 GB',
      takesEffect: 'reload' as const,
    };
    const settable = row !== false && room && setting?.source !== 'command line';
    // The tuner of the settings raises it too, when it is below half of 4 GB: then that change answers this.
    const inTuner = settable && size !== null && size * 2 <= 4 * GB;
    return {
      findings: [
        finding({
          id,
          severity: share > 0.5 ? 'medium' : 'low',
          target,
          subject: 'max_wal_size',
          title: `${count(requested)} of ${count(timed + requested)} checkpoints were requested, not timed`,
          detail: `WAL that reaches max_wal_size asks for a checkpoint before its time (so do backups and CHECKPOINT). After each, every page changed is written whole into the WAL once, so frequent ones cost writes. A larger max_wal_size lets them come by time. Counted since ${since ?? 'the counters began'}.${room ? '' : ' The disk of the server has too little space left to raise it.'}`,
          evidence: [
            { label: 'requested', value: requested, unit: '' },
            { label: 'timed', value: timed, unit: '' },
            { label: 'share requested', value: share, unit: 'ratio' },
            ...(size === null ? [] : [{ label: 'max_wal_size', value: size, unit: 'bytes' }]),
            ...(settable
              ? [
                  { label: 'current', value: row.current, unit: '' },
                  { label: 'proposed', value: row.proposed, unit: '' },
                  { label: 'formula', value: row.why, unit: '' },
                  { label: 'takes effect at a', value: row.takesEffect, unit: '' },
                  { label: 'postgresql.conf', value: configurationFragment([row], id), unit: '' },
                ]
              : []),
          ],
          optimizations: settable && !inTuner ? ['postgres/change-settings'] : [],
          facts: settable && !inTuner ? { change: 'max_wal_size', settings: [row] } : {},
          ...(inTuner ? { related: [`postgres/settings:${target}:max_wal_size`] } : {}),
        }),
      ],
    };
  },
};
