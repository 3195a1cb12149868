'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { cx } from '@/lib/client/cx';
import { dateText, spanText } from '@/lib/client/format';
import { useStack } from '@/lib/client/use-stack';
import { type MarkGroup, signWidth, type TimeMark } from '../prepare/marks';

const when = (m: TimeMark) => (m.to === undefined ? dateText(m.at) : spanText(m.at, m.to));
const said = (m: TimeMark) => [m.label, m.note].filter(Boolean).join(', ');

/** The signs above a plot: what was done when. Pointing at one, or reaching it by Tab, tells all of it. */
export function MarkSigns({ groups, left, width }: { groups: MarkGroup[]; left: number; width: number }) {
  const [open, setOpen] = useState<number | null>(null);
  const router = useRouter();
  const { href } = useStack();
  return (
    <div className="absolute inset-x-0 top-0">
      {groups.map((group, i) => {
        const { path } = group.marks.at(-1) ?? {};
        const bad = group.marks.every((m) => m.bad);
        return (
          <button
            key={group.marks.map((m) => `${m.at}${m.label}`).join()}
            type="button"
            aria-label={group.marks.map((m) => `${said(m)}, ${when(m)}`).join('; ')}
            onPointerEnter={() => setOpen(i)}
            onPointerLeave={() => setOpen(null)}
            onFocus={() => setOpen(i)}
            onBlur={() => setOpen(null)}
            onClick={() => path && router.push(href(path))}
            className="absolute top-0 flex h-6 items-center justify-center"
            style={{ left: left + group.x - signWidth / 2, width: signWidth }}
          >
            <span
              aria-hidden="true"
              className={cx('size-2 rotate-45 rounded-[1px]', bad ? 'bg-bad' : 'bg-mark')}
            />
            {group.text !== '' && (
              <span
                aria-hidden="true"
                className={cx(
                  'pointer-events-none absolute text-[11px] whitespace-nowrap',
                  bad ? 'text-bad-ink' : 'text-mark',
                  group.leftward ? 'right-5' : 'left-5',
                )}
              >
                {group.text}
              </span>
            )}
          </button>
        );
      })}
      {open !== null && groups[open] && <MarkTip group={groups[open]} left={left} width={width} />}
    </div>
  );
}

const tipWidth = 260;

function MarkTip({ group, left, width }: { group: MarkGroup; left: number; width: number }) {
  const x = Math.max(0, Math.min(left + group.x - tipWidth / 2, width - tipWidth));
  return (
    <div
      role="tooltip"
      className="pointer-events-none absolute top-6 z-10 grid gap-1.5 rounded-lg border border-line bg-panel px-2.5 py-2 text-xs shadow-lg"
      style={{ left: x, width: Math.min(tipWidth, width) }}
    >
      {group.marks.slice(-4).map((m) => (
        <div key={`${m.at}${m.label}`}>
          <p className="font-medium break-words">{m.label}</p>
          <p className="text-ink2">
            {m.note && `${m.note} · `}
            {when(m)}
          </p>
        </div>
      ))}
      {group.marks.length > 4 && <p className="text-ink3">and {group.marks.length - 4} before</p>}
    </div>
  );
}
