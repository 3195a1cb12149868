'use client';
import { useCallback } from 'react';
import { CartesianGrid, Line, LineChart, ReferenceDot, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts';
import { durationText, number, percent } from '@/lib/client/format';
import {
  type DistributionRow,
  type PreparedDistribution,
  shareTicks,
  stretch,
  unstretch,
} from '../prepare/distribution';
import { axisUnit } from '../prepare/unit';
import { axisBase, cursorLine, gridLine } from './axis';
import { ChartBox } from './chart-box';
import { Tip, TipRow } from './tip';

interface DistributionChartProps {
  distribution: PreparedDistribution;
  endpoint: string;
  height?: number;
}

const share = (y: number | null) => (y === null ? '–' : `${percent(unstretch(y))}%`);

export default function DistributionChart({ distribution, endpoint, height = 250 }: DistributionChartProps) {
  const { rows, percentiles, domain, ticks } = distribution;
  const unit = axisUnit('ms', domain[1]);
  const tip = useCallback(({ active, payload }: { active?: boolean; payload?: readonly unknown[] }) => {
    const row = (payload?.[0] as { payload?: DistributionRow } | undefined)?.payload;
    if (!active || !row) return null;
    return (
      <Tip title={`Answered within ${durationText(row.ms)}`}>
        <TipRow color="var(--before)" label="before" value={share(row.before)} />
        <TipRow color="var(--after)" label="after" value={share(row.after)} />
      </Tip>
    );
  }, []);
  const top = shareTicks.at(-1)?.y ?? 3;
  const label = `Share of requests to ${endpoint} answered within a time, before and after`;
  return (
    <ChartBox height={height} label={label}>
      {(width) => (
        <LineChart
          width={width}
          height={height}
          data={rows}
          margin={{ top: 8, right: 14, bottom: 0, left: 0 }}
          title={label}
        >
          <CartesianGrid horizontal={false} verticalValues={ticks} {...gridLine} />
          <XAxis
            {...axisBase}
            dataKey="ms"
            type="number"
            scale="log"
            domain={domain}
            ticks={ticks}
            interval={0}
            allowDataOverflow
            height={22}
            tickFormatter={(v: number) => number(v / unit.by)}
          />
          <YAxis
            {...axisBase}
            type="number"
            width={42}
            domain={[0, top]}
            ticks={shareTicks.map((t) => t.y)}
            interval={0}
            tickFormatter={(y: number) => shareTicks.find((t) => Math.abs(t.y - y) < 1e-9)?.label ?? ''}
          />
          {shareTicks.map((t) => (
            <ReferenceLine key={t.label} y={t.y} stroke="var(--line)" strokeDasharray="2 3" />
          ))}
          <Tooltip
            content={tip}
            cursor={cursorLine}
            isAnimationActive={false}
            wrapperStyle={{ zIndex: 5, outline: 'none' }}
          />
          <Line
            dataKey="before"
            stroke="var(--before)"
            strokeWidth={2}
            dot={false}
            activeDot={{ r: 3, strokeWidth: 0 }}
            isAnimationActive={false}
            type="linear"
          />
          <Line
            dataKey="after"
            stroke="var(--after)"
            strokeWidth={2.2}
            dot={false}
            activeDot={{ r: 3, strokeWidth: 0 }}
            isAnimationActive={false}
            type="linear"
          />
          {percentiles.flatMap((p) => [
            p.before !== null && (
              <ReferenceDot
                key={`b${p.label}`}
                x={p.before}
                y={stretch(p.share)}
                r={3.5}
                fill="var(--panel)"
                stroke="var(--before)"
                strokeWidth={2}
              />
            ),
            p.after !== null && (
              <ReferenceDot
                key={`a${p.label}`}
                x={p.after}
                y={stretch(p.share)}
                r={3.5}
                fill="var(--after)"
                stroke="var(--panel)"
                strokeWidth={1}
              />
            ),
          ])}
        </LineChart>
      )}
    </ChartBox>
  );
}
