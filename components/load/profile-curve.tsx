import { number } from '@/lib/client/format';
import { linearTicks } from '../charts/prepare/ticks';

const size = { width: 560, height: 150, left: 44, bottom: 22, top: 8, right: 10 };

/** The planned load over time. `open`: the last corner is not the end (a stress test goes on until a limit breaks). */
export function ProfileCurve({
  curve,
  unit,
  open,
}: {
  curve: [number, number][];
  unit: string;
  open: boolean;
}) {
  const seconds = Math.max(1, curve.at(-1)?.[0] ?? 1);
  const ticks = linearTicks(Math.max(1, ...curve.map(([, v]) => v)), 3);
  const top = ticks.at(-1) ?? 1;
  const plot = { w: size.width - size.left - size.right, h: size.height - size.top - size.bottom };
  const x = (t: number) => size.left + (t / seconds) * plot.w;
  const y = (v: number) => size.top + plot.h - (v / top) * plot.h;
  const line = curve
    .map(([t, v], i) => `${i === 0 ? 'M' : 'L'}${x(t).toFixed(1)},${y(v).toFixed(1)}`)
    .join('');
  const peak = Math.max(0, ...curve.map(([, v]) => v));
  return (
    <figure className="m-0">
      <svg
        viewBox={`0 0 ${size.width} ${size.height}`}
        role="img"
        aria-label={`Planned load: up to ${number(peak)} ${unit} over ${number(seconds)} s${open ? ', and on until a limit breaks' : ''}`}
        className="block h-auto w-full max-w-[44rem]"
      >
        {ticks.map((v) => (
          <g key={v}>
            <line x1={size.left} x2={size.width - size.right} y1={y(v)} y2={y(v)} stroke="var(--line2)" />
            <text x={size.left - 8} y={y(v) + 4} textAnchor="end" fontSize="11.5" fill="var(--ink3)">
              {number(v)}
            </text>
          </g>
        ))}
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <text
            key={share}
            x={x(share * seconds)}
            y={size.height - 5}
            textAnchor={share === 0 ? 'start' : share === 1 ? 'end' : 'middle'}
            fontSize="11.5"
            fill="var(--ink3)"
          >
            {number(share * seconds)} s
          </text>
        ))}
        <path d={`${line}L${x(seconds)},${y(0)}L${x(0)},${y(0)}Z`} fill="var(--after-soft)" opacity="0.7" />
        <path
          d={line}
          fill="none"
          stroke="var(--after)"
          strokeWidth="2"
          {...(open ? { strokeDasharray: '6 3' } : {})}
        />
      </svg>
      <figcaption className="text-xs text-ink3">
        {unit} over time{open ? '; it goes on step by step until a limit breaks' : ''}
      </figcaption>
    </figure>
  );
}
