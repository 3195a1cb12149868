'use client';
import { useCallback } from 'react';
import {
  CartesianGrid,
  ReferenceArea,
  ReferenceLine,
  Scatter,
  ScatterChart,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { count, durationText, figureText, number } from '@/lib/client/format';
import type { PreparedRounds, RoundMetric, RoundPoint } from '../prepare/rounds';
import { axisUnit } from '../prepare/unit';
import { axisBase, gridLine } from './axis';
import { ChartBox } from './chart-box';
import { Tip, TipRow } from './tip';

interface RoundsChartProps {
  rounds: PreparedRounds;
  metric: RoundMetric;
  endpoint: string;
  height?: number;
}

interface ShapeProps {
  cx?: number;
  cy?: number;
  payload?: RoundPoint;
}
const circle = ({ cx, cy, payload }: ShapeProps) => (
  <circle
    cx={cx}
    cy={cy}
    r={3.8}
    fill="var(--panel)"
    stroke="var(--before)"
    strokeWidth={2}
    opacity={payload?.void ? 0.45 : 1}
  />
);
const square = ({ cx, cy, payload }: ShapeProps) =>
  cx === undefined || cy === undefined ? (
    <g />
  ) : (
    <rect
      x={cx - 3.6}
      y={cy - 3.6}
      width={7.2}
      height={7.2}
      fill="var(--after)"
      opacity={payload?.void ? 0.4 : 1}
    />
  );

/** Segments in the order they ran: before as open circles, after as filled squares; void rounds are shaded. */
export default function RoundsChart({ rounds, metric, endpoint, height = 250 }: RoundsChartProps) {
  const { before, after, domain, ticks, xDomain, labelled } = rounds;
  const unit = metric === 'throughput' ? axisUnit('/s', domain[1]) : axisUnit('ms', domain[1]);
  const tip = useCallback(
    ({ active, payload }: { active?: boolean; payload?: readonly unknown[] }) => {
      const p = (payload?.[0] as { payload?: RoundPoint } | undefined)?.payload;
      if (!active || !p) return null;
      const color = p.arm === 'after' ? 'var(--after)' : 'var(--before)';
      return (
        <Tip title={`Round ${p.round + 1}, ${p.arm}`}>
          <TipRow
            color={color}
            shape={p.arm === 'after' ? 'square' : 'circle'}
            label={metric}
            value={metric === 'throughput' ? figureText(p.value, '/s') : durationText(p.value)}
          />
          <TipRow label="requests" value={count(p.requests)} />
          {p.errors > 0 && <TipRow label="errors" value={count(p.errors)} />}
          {p.void && <p className="mt-1 text-warn-ink">Does not count: {p.void}</p>}
        </Tip>
      );
    },
    [metric],
  );
  const label = `${metric} of ${endpoint} in each segment, in the order they ran`;
  const edges = rounds.rounds.slice(1).map((r) => r.from - 0.5);
  return (
    <ChartBox height={height} label={label}>
      {(width) => (
        <ScatterChart
          width={width}
          height={height}
          margin={{ top: 8, right: 14, bottom: 0, left: 0 }}
          title={label}
        >
          <CartesianGrid vertical={false} horizontalValues={ticks} {...gridLine} />
          {edges.map((x) => (
            <ReferenceLine key={x} x={x} stroke="var(--line2)" />
          ))}
          {rounds.rounds
            .filter((r) => r.void !== null)
            .map((r) => (
              <ReferenceArea
                key={r.round}
                x1={r.from - 0.5}
                x2={r.to + 0.5}
                fill="var(--warn-soft)"
                fillOpacity={0.7}
              />
            ))}
          <XAxis
            {...axisBase}
            dataKey="order"
            type="number"
            domain={xDomain}
            ticks={[...labelled.keys()]}
            interval={0}
            height={22}
            tickFormatter={(x: number) => String(labelled.get(x) ?? '')}
          />
          <YAxis
            {...axisBase}
            dataKey="value"
            type="number"
            scale="log"
            width={42}
            domain={domain}
            ticks={ticks}
            interval={0}
            allowDataOverflow
            tickFormatter={(v: number) => number(v / unit.by)}
          />
          <Tooltip
            content={tip}
            cursor={false}
            isAnimationActive={false}
            wrapperStyle={{ zIndex: 5, outline: 'none' }}
          />
          <Scatter name="before" data={before} shape={circle} isAnimationActive={false} />
          <Scatter name="after" data={after} shape={square} isAnimationActive={false} />
        </ScatterChart>
      )}
    </ChartBox>
  );
}
