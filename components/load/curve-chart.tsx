'use client';
import { durationText, figureText, number } from '@/lib/client/format';
import type { LoadModel } from '@/lib/contracts/load';
import type { ThroughputCurve } from '@/lib/contracts/load-analysis';
import { linearTicks, logDomain, logTicks } from '../charts/prepare/ticks';
import { ChartBox } from '../charts/render/chart-box';
import { Key } from '../charts/render/tip';
import { Card } from '../ui/card';
import { levelUnit } from './load-words';

const height = 240;
const left = 56;
const bottom = 34;

/** Throughput against latency, one point a load; the knee is where more load begins to cost more than it brings. */
export function CurveChart({ curve, model }: { curve: ThroughputCurve; model: LoadModel | null }) {
  const { points, knee } = curve;
  const ticks = linearTicks(Math.max(...points.map((p) => p.throughput)));
  const top = ticks.at(-1) ?? 1;
  const [low, high] = logDomain(points.flatMap((p) => [p.p50, p.p95])) ?? [1, 10];
  const at = knee === null ? null : (points[knee] ?? null);
  return (
    <Card title="Throughput against latency" note="p50 and p95 (log) by throughput">
      <ChartBox height={height} label="Latency by throughput, one point for each load">
        {(width) => {
          const plot = { w: width - left - 10, h: height - bottom - 6 };
          const x = (v: number) => left + (v / top) * plot.w;
          const y = (ms: number) => 6 + plot.h * (1 - Math.log(ms / low) / Math.log(high / low));
          const path = (key: 'p50' | 'p95') =>
            points
              .map((p, i) => `${i === 0 ? 'M' : 'L'}${x(p.throughput).toFixed(1)},${y(p[key]).toFixed(1)}`)
              .join('');
          return (
            <svg width={width} height={height} aria-hidden="true">
              {logTicks(low, high, 6).map((ms) => (
                <g key={ms}>
                  <line x1={left} x2={width - 10} y1={y(ms)} y2={y(ms)} stroke="var(--line2)" />
                  <text x={left - 6} y={y(ms) + 4} textAnchor="end" fontSize="11.5" fill="var(--ink3)">
                    {durationText(ms)}
                  </text>
                </g>
              ))}
              {ticks.map((v) => (
                <text key={v} x={x(v)} y={height - 18} textAnchor="middle" fontSize="11.5" fill="var(--ink3)">
                  {number(v)}
                </text>
              ))}
              <text x={width - 10} y={height - 4} textAnchor="end" fontSize="11.5" fill="var(--ink3)">
                succeeded requests/s
              </text>
              <path d={path('p50')} fill="none" stroke="var(--before)" strokeWidth="1.7" />
              <path d={path('p95')} fill="none" stroke="var(--after)" strokeWidth="2" />
              {points.map((p) => (
                <circle key={p.level} cx={x(p.throughput)} cy={y(p.p95)} r="3.5" fill="var(--after)">
                  <title>{`${number(p.level)} ${levelUnit(model)}: ${figureText(p.throughput, '/s')}, p50 ${durationText(p.p50)}, p95 ${durationText(p.p95)}`}</title>
                </circle>
              ))}
              {at && (
                <circle
                  cx={x(at.throughput)}
                  cy={y(at.p95)}
                  r="8"
                  fill="none"
                  stroke="var(--mark)"
                  strokeWidth="2"
                />
              )}
            </svg>
          );
        }}
      </ChartBox>
      <ul className="mt-1 flex flex-wrap gap-x-4 text-xs text-ink2">
        <li className="inline-flex items-center gap-1.5">
          <Key color="var(--before)" /> p50
        </li>
        <li className="inline-flex items-center gap-1.5">
          <Key color="var(--after)" /> p95
        </li>
        {at && (
          <li className="inline-flex items-center gap-1.5">
            <Key color="var(--mark)" shape="circle" /> knee
          </li>
        )}
      </ul>
      <p className="mt-1.5 text-sm text-ink2">
        {at
          ? `The knee lies at ${number(at.level)} ${levelUnit(model)}: ${figureText(at.throughput, '/s')} at p95 ${durationText(at.p95)}. Beyond it each further request costs more latency than it brings throughput.`
          : curve.why}
      </p>
    </Card>
  );
}
