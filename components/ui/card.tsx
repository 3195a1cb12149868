import type { ReactNode } from 'react';
import { cx } from '@/lib/client/cx';
import type { TermId } from '@/lib/client/glossary';
import { Term } from '../help/term';

interface CardProps {
  title?: ReactNode;
  /** What the panel shows, units and window: small, on the right. */
  note?: ReactNode;
  /** What the title means, in the glossary. */
  term?: TermId;
  id?: string;
  className?: string;
  children: ReactNode;
}

export function Card({ title, note, term, id, className, children }: CardProps) {
  return (
    <section
      id={id}
      aria-label={typeof title === 'string' ? title : undefined}
      className={cx('min-w-0 rounded-[10px] border border-line bg-panel px-4 py-3.5 print:py-2', className)}
    >
      {(title !== undefined || note !== undefined) && (
        <div className="mb-2.5 flex flex-wrap items-center justify-between gap-x-4 gap-y-0.5">
          {title !== undefined && (
            <div className="flex items-center gap-1">
              <h2 className="text-base font-semibold">{title}</h2>
              {term && <Term id={term} />}
            </div>
          )}
          {note !== undefined && <div className="min-w-0 max-w-full text-xs text-ink3">{note}</div>}
        </div>
      )}
      {children}
    </section>
  );
}
