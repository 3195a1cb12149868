'use client';
import { type PointerEvent, type ReactNode, useRef, useState } from 'react';

interface DragZoomProps {
  from: number;
  to: number;
  /** Where the plot lies in the box, px. */
  plot: { left: number; width: number; top: number; height: number };
  onZoom?: (from: number, to: number) => void;
  children: ReactNode;
}

/** A drag shorter than this is a click, px. */
const least = 6;

/**
 * Lets a person drag over a chart to choose a span of time. The same is offered to the keyboard by the fields of the
 * range picker. On touch screens a sideways drag chooses; up and down still scrolls the page.
 */
export function DragZoom({ from, to, plot, onZoom, children }: DragZoomProps) {
  const box = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<{ start: number; end: number } | null>(null);
  const inPlot = (event: PointerEvent): number => {
    const left = box.current?.getBoundingClientRect().left ?? 0;
    return Math.min(plot.width, Math.max(0, event.clientX - left - plot.left));
  };
  const timeAt = (x: number) => from + (x / plot.width) * (to - from);
  const end = (event: PointerEvent) => {
    if (!drag) return;
    setDrag(null);
    const x = inPlot(event);
    if (Math.abs(x - drag.start) < least) return;
    onZoom?.(timeAt(Math.min(drag.start, x)), timeAt(Math.max(drag.start, x)));
  };
  if (!onZoom) return children;
  return (
    <div
      ref={box}
      className="relative cursor-crosshair touch-pan-y select-none"
      onPointerDown={(event) => {
        const onButton = event.target instanceof Element && event.target.closest('button');
        if (event.button !== 0 || onButton) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const x = inPlot(event);
        setDrag({ start: x, end: x });
      }}
      onPointerMove={(event) => {
        if (drag) setDrag({ ...drag, end: inPlot(event) });
      }}
      onPointerUp={end}
      onPointerCancel={() => setDrag(null)}
    >
      {children}
      {drag && Math.abs(drag.end - drag.start) >= least && (
        <div
          aria-hidden="true"
          className="pointer-events-none absolute border-x border-mark bg-mark-soft/60"
          style={{
            left: plot.left + Math.min(drag.start, drag.end),
            width: Math.abs(drag.end - drag.start),
            top: plot.top,
            height: plot.height,
          }}
        />
      )}
    </div>
  );
}
