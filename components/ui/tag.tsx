import type { ReactNode } from 'react';
import { cx } from '@/lib/client/cx';

export type TagTone = 'good' | 'bad' | 'warn' | 'neutral' | 'mark';

const tones: Record<TagTone, string> = {
  good: 'bg-after-soft text-after-ink',
  bad: 'bg-bad-soft text-bad-ink',
  warn: 'bg-warn-soft text-warn-ink',
  neutral: 'bg-line2 text-ink2',
  mark: 'bg-mark-soft text-mark',
};

/** A word with a colour. The word alone says it; the colour only helps. */
export function Tag({ tone = 'neutral', children }: { tone?: TagTone; children: ReactNode }) {
  return (
    <span
      className={cx(
        'inline-flex items-center rounded-full px-2 py-px text-2xs font-medium whitespace-nowrap',
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}
