'use client';
import { number } from '@/lib/client/format';
import { linearTicks } from '../charts/prepare/ticks';
import { ChartBox } from '../charts/render/chart-box';

const height = 150;
const edge = { left: 44, right: 10, top: 8, bottom: 22 };

interface ProfileCurveProps {
  curve: [number, number][];
  unit: string;
  /** The last corner is not the end: a stress test goes on until a limit breaks. */
  open: boolean;
}

/** The planned load over time. */
export function ProfileCurve({ curve, unit, open }: ProfileCurveProps) {
  const seconds = Math.max(1, curve.at(-1)?.[0] ?? 1);
  const peak = Math.max(0, ...curve.map(([, v]) => v));
  const ticks = linearTicks(Math.max(1, peak), 3);
  const top = ticks.at(-1) ?? 1;
  const label = `Planned load: up to ${number(peak)} ${unit} over ${number(seconds)} s${open ? ', and on until a limit breaks' : ''}`;
  return (
    <div className="min-w-0 max-w-3xl">
      <ChartBox height={height} label={label}>
        {(width) => {
          const plot = { w: width - edge.left - edge.right, h: height - edge.top - edge.bottom };
          const x = (t: number) => edge.left + (t / seconds) * plot.w;
          const y = (v: number) => edge.top + plot.h - (v / top) * plot.h;
          const line = curve
            .map(([t, v], i) => `${i === 0 ? 'M' : 'L'}${x(t).toFixed(1)},${y(v).toFixed(1)}`)
            .join('');
          return (
            <svg width={width} height={height} aria-hidden="true" className="block">
              {ticks.map((v) => (
                <g key={v}>
                  <line x1={edge.left} x2={width - edge.right} y1={y(v)} y2={y(v)} stroke="var(--line2)" />
                  <text x={edge.left - 8} y={y(v) + 4} textAnchor="end" fontSize="11.5" fill="var(--ink3)">
                    {number(v)}
                  </text>
                </g>
              ))}
              {[0, 0.5, 1].map((share) => (
                <text
                  key={share}
                  x={x(share * seconds)}
                  y={height - 5}
                  textAnchor={share === 0 ? 'start' : share === 1 ? 'end' : 'middle'}
                  fontSize="11.5"
                  fill="var(--ink3)"
                >
                  {number(share * seconds)} s
                </text>
              ))}
              <path
                d={`${line}L${x(seconds)},${y(0)}L${x(0)},${y(0)}Z`}
                fill="var(--after-soft)"
                opacity="0.7"
              />
              <path
                d={line}
                fill="none"
                stroke="var(--after)"
                strokeWidth="2"
                {...(open ? { strokeDasharray: '6 3' } : {})}
              />
            </svg>
          );
        }}
      </ChartBox>
      <p className="text-xs text-ink3">
        {unit} over time{open ? '; it goes on step by step until a limit breaks' : ''}
      </p>
    </div>
  );
}
