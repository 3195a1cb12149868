'use client';
import { cx } from '@/lib/client/cx';
import { ago } from '@/lib/client/format';
import { useNow } from '@/lib/client/use-now';
import type { TargetStatus, TargetView } from '@/lib/contracts/target';
import { StackLink } from '../shell/stack-link';

const dot: Record<TargetStatus, string> = {
  ok: 'bg-after',
  waiting: 'bg-mark animate-pulse',
  stale: 'bg-warn',
  unreachable: 'bg-bad',
  paused: 'bg-before',
};

/** Several times the 5 s at which samples come. */
const oldAfterMs = 20_000;
const isOld = (at: string, now: number) => now - new Date(at).getTime() > oldAfterMs;

/** Says so when nothing reads the targets any more though they have been read before; null while samples come. */
function silence(targets: TargetView[], now: number): string | null {
  const newest = targets
    .flatMap((t) => (t.status !== 'paused' && t.lastSampleAt ? t.lastSampleAt : []))
    .toSorted()
    .at(-1);
  return newest && isOld(newest, now) ? `no new sample, the last ${ago(newest, now)}` : null;
}

/** A sign per target; what does not answer says since when, and why. */
export function TargetsStrip({ targets, at }: { targets: TargetView[]; at: string }) {
  const now = useNow();
  const old = isOld(at, now) ? `stale, as of ${ago(at, now)}` : silence(targets, now);
  const pill =
    'inline-flex items-center gap-1.5 rounded-lg border border-line bg-panel px-2.5 py-1 text-xs text-ink2';
  return (
    <ul className="flex flex-wrap gap-1.5">
      {targets.map((t) => (
        <li key={t.id}>
          <StackLink
            href="/targets"
            title={t.unreachableWhy ?? t.version ?? undefined}
            className={cx(pill, 'hover:bg-line2', t.status === 'unreachable' && 'border-bad text-bad-ink')}
          >
            <span aria-hidden="true" className={cx('size-[7px] rounded-full', dot[t.status])} />
            {t.name}
            {t.status === 'unreachable' && (
              <span>
                unreachable
                {t.unreachableSince ? ` since ${ago(t.unreachableSince, now).replace(' ago', '')}` : ''}
              </span>
            )}
            {t.status === 'waiting' && <span className="text-ink3">waiting for the first sample</span>}
            {t.status === 'stale' && t.lastSampleAt && (
              <span className="text-warn-ink">last read {ago(t.lastSampleAt, now)}</span>
            )}
            {t.status === 'paused' && <span className="text-ink3">paused</span>}
            {t.status === 'ok' && <span className="sr-only">answers</span>}
          </StackLink>
        </li>
      ))}
      <li className={cx(pill, old && 'border-warn text-warn-ink')}>
        <span aria-hidden="true" className={cx('size-[7px] rounded-full', old ? 'bg-warn' : 'bg-after')} />
        {old ?? 'live, 5 s'}
      </li>
    </ul>
  );
}
