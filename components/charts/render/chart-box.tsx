'use client';
import type { ReactNode } from 'react';
import { useBox } from './use-box';

interface ChartBoxProps {
  height: number;
  /** What the chart shows, for those who do not see it. */
  label: string;
  children: (width: number) => ReactNode;
}

/** A box of fixed height, so that nothing jumps when the chart is drawn into it. */
export function ChartBox({ height, label, children }: ChartBoxProps) {
  const { ref, width, seen } = useBox<HTMLDivElement>();
  return (
    <figure ref={ref} aria-label={label} className="relative m-0 w-full overflow-hidden" style={{ height }}>
      {seen && width > 60 ? children(width) : null}
    </figure>
  );
}
