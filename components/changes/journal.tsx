import { cx } from '@/lib/client/cx';
import { dateLong } from '@/lib/client/format';
import type { JournalLine } from '@/lib/contracts/change';
import { Tag, type TagTone } from '../ui/tag';

const phase: Record<JournalLine['phase'], { text: string; tone: TagTone }> = {
  before: { text: 'about to', tone: 'neutral' },
  after: { text: 'done', tone: 'good' },
  failed: { text: 'failed', tone: 'bad' },
  settled: { text: 'settled after a crash', tone: 'warn' },
};

/** Every step that was carried out on a target, oldest first. */
export function Journal({ lines }: { lines: JournalLine[] }) {
  if (lines.length === 0) return <p className="text-sm text-ink2">Nothing has been carried out yet.</p>;
  return (
    <ol className="grid">
      {lines.map((line, i) => (
        <li
          key={`${line.at}${i}`}
          className={cx(
            'grid gap-x-3 gap-y-0.5 py-2 sm:grid-cols-[9.5rem_1fr]',
            i > 0 && 'border-t border-line2',
          )}
        >
          <span className="text-xs text-ink3">
            <time dateTime={line.at}>{dateLong(line.at)}</time>
          </span>
          <span className="min-w-0">
            <span className="flex flex-wrap items-center gap-1.5 text-xs">
              <Tag tone={phase[line.phase].tone}>{phase[line.phase].text}</Tag>
              <span className="text-ink2">
                {line.direction === 'apply' ? 'apply' : 'roll back'}, step {line.step + 1}
              </span>
            </span>
            <code className="mt-0.5 block font-mono text-xs wrap-anywhere whitespace-pre-wrap">
              {line.statement}
            </code>
            {line.detail && <span className="block text-xs break-words text-ink2">{line.detail}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
