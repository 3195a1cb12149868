import type { ReactNode } from 'react';
import { cx } from '@/lib/client/cx';

/** A named region that scrolls sideways by itself, so that the page does not; reachable by keyboard. */
export function ScrollBox({
  label,
  className,
  children,
}: {
  label: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    // Placed, so that words for screen readers inside it do not widen the page.
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={label}
      className={cx('relative overflow-x-auto', className)}
    >
      {children}
    </section>
  );
}
