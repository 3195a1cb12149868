'use client';
import { cx } from '@/lib/client/cx';
import type { Panel } from './label-series';
import { TimePanel } from './time-panel';
import { useMarks } from './use-marks';

/** Charts side by side: one time axis, one cursor, the same marks on all of them. */
export function TimePanels({
  panels,
  stack,
  className,
}: {
  panels: readonly Panel[];
  stack: string;
  className?: string;
}) {
  const marks = useMarks(stack);
  return (
    <div className={cx('grid gap-3 lg:grid-cols-2 3xl:grid-cols-3', className)}>
      {panels.map((panel) => (
        <TimePanel key={panel.id} panel={panel} stack={stack} marks={marks} />
      ))}
    </div>
  );
}
