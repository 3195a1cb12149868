import type { Outcome } from '@/lib/contracts/verdict';
import { outcomeColor, placeInterval } from '../prepare/interval';

interface IntervalBarProps {
  effect: { ratio: number; low: number; high: number };
  domain: [number, number];
  outcome: Outcome;
  /** Margin within which a difference does not matter, drawn as a band round no change. */
  margin?: number;
}

/** A ratio with its interval on one line of a table: bar, square, and the line of no change. */
export function IntervalBar({ effect, domain, outcome, margin }: IntervalBarProps) {
  const mark = placeInterval(effect, domain);
  if (!mark) return null;
  const x = (share: number) => 6 + share * 188;
  const color = outcomeColor(outcome);
  const band = margin ? placeInterval({ ratio: 1, low: 1 - margin, high: 1 + margin }, domain) : null;
  return (
    <svg viewBox="0 0 200 18" aria-hidden="true" className="block h-[18px] w-full min-w-32">
      {band && (
        <rect
          x={x(band.low)}
          width={Math.max(1, x(band.high) - x(band.low))}
          y="0"
          height="18"
          fill="var(--line2)"
        />
      )}
      <line x1={x(mark.one)} x2={x(mark.one)} y1="0" y2="18" stroke="var(--edge)" />
      <line
        x1={x(mark.low)}
        x2={x(mark.high)}
        y1="9"
        y2="9"
        stroke={color}
        strokeWidth="2.5"
        strokeLinecap="round"
      />
      {mark.cutLow && <path d={`M${x(0) - 4},9l4,-3.5v7z`} fill={color} />}
      {mark.cutHigh && <path d={`M${x(1) + 4},9l-4,-3.5v7z`} fill={color} />}
      <rect x={x(mark.middle) - 3.5} y="5.5" width="7" height="7" rx="2" fill={color} />
    </svg>
  );
}
