'use client';
import { cx } from '@/lib/client/cx';
import { ago, percent } from '@/lib/client/format';
import { useNow } from '@/lib/client/use-now';
import { severityWord } from '@/lib/client/words';
import type { FindingLink } from '@/lib/contracts/observe';
import { StackLink } from '../shell/stack-link';
import { TextInput } from '../ui/field';
import { Empty } from '../ui/states';
import { Tag } from '../ui/tag';

/** The open findings on what a row shows. */
export function FindingLinks({ findings }: { findings: readonly FindingLink[] }) {
  if (findings.length === 0) return null;
  return (
    <span className="inline-flex flex-wrap gap-1 align-[1px]">
      {findings.map((f) => (
        <StackLink
          key={f.number}
          href={`/findings/${f.number}`}
          title={f.title}
          aria-label={`${severityWord[f.severity].text} finding: ${f.title}`}
          className="inline-flex min-h-6 items-center hover:opacity-80"
        >
          <Tag tone={severityWord[f.severity].tone}>{severityWord[f.severity].text}</Tag>
        </StackLink>
      ))}
    </span>
  );
}

/** How old a reading is: "read 20 s ago". */
export function ReadAgo({ at, since }: { at: string | null; since?: string | null }) {
  const now = useNow();
  if (at === null) return null;
  return (
    <>
      read {ago(at, now)}
      {since && ` · counted since ${ago(since, now)}`}
    </>
  );
}

/** A target that was added a moment ago has no heavy reading yet. */
export function NotReadYet() {
  return (
    <Empty title="Not read yet">The first reading follows within a minute after the target answers.</Empty>
  );
}

export function FilterBox({
  value,
  onChange,
  what,
}: {
  value: string;
  onChange: (value: string) => void;
  what: string;
}) {
  return (
    <TextInput
      type="search"
      aria-label={`Filter ${what}`}
      placeholder={`Filter ${what}`}
      className="max-w-72"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** Whether a text holds every word of a filter. */
export const holds = (text: string, filter: string): boolean =>
  filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.toLowerCase().includes(word));

/** A share as a number and a bar, for a column that is compared by eye. */
export function ShareBar({ share, tone = 'after' }: { share: number; tone?: 'after' | 'bad' | 'warn' }) {
  const fill = { after: 'bg-after', bad: 'bg-bad', warn: 'bg-warn' }[tone];
  return (
    <span className="inline-flex items-center gap-2">
      <span aria-hidden="true" className="h-1.5 w-12 overflow-hidden rounded-full bg-line2">
        <span
          className={cx('block h-full rounded-full', fill)}
          style={{ width: `${Math.min(100, Math.max(0, share * 100))}%` }}
        />
      </span>
      <span className="w-12 text-right">{percent(share)}&#8239;%</span>
    </span>
  );
}
