'use client';
import { cx } from '@/lib/client/cx';
import { ago } from '@/lib/client/format';
import { useNow } from '@/lib/client/use-now';
import type { TargetStatus, TargetView } from '@/lib/contracts/target';
import { StackLink } from '../shell/stack-link';

const dot: Record<TargetStatus, string> = {
  ok: 'bg-after',
  waiting: 'bg-mark animate-pulse',
  unreachable: 'bg-bad',
  paused: 'bg-before',
};

/** A sign per target; what does not answer says since when, and why. */
export function TargetsStrip({ targets, at }: { targets: TargetView[]; at: string }) {
  const now = useNow();
  const age = now - new Date(at).getTime();
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
            {t.status === 'paused' && <span className="text-ink3">paused</span>}
            {t.status === 'ok' && <span className="sr-only">answers</span>}
          </StackLink>
        </li>
      ))}
      <li className={cx(pill, age > 20_000 && 'border-warn text-warn-ink')}>
        <span
          aria-hidden="true"
          className={cx('size-[7px] rounded-full', age > 20_000 ? 'bg-warn' : 'bg-after')}
        />
        {age > 20_000 ? `stale, as of ${ago(at, now)}` : 'live, 5 s'}
      </li>
    </ul>
  );
}
