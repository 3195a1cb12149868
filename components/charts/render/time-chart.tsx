'use client';
import { useCallback } from 'react';
import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceArea,
  ReferenceLine,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { clockText, dateText, figureText } from '@/lib/client/format';
import { type PlacedMark, placeMarks, type TimeMark } from '../prepare/marks';
import type { PreparedSeries } from '../prepare/series';
import { timeTicks } from '../prepare/ticks';
import { axisBase, cursorLine, gridLine } from './axis';
import { ChartBox } from './chart-box';
import { Tip, TipRow } from './tip';

const yAxis = 42;
const right = 10;

export interface TimeChartProps {
  series: PreparedSeries;
  from: number;
  to: number;
  label: string;
  marks?: TimeMark[];
  height?: number;
  /** Charts with the same id share one cursor. */
  syncId?: string;
}

/** Series of different steps share a cursor by nearest time, not by position in a list. */
function nearest(
  ticks: readonly { value: unknown }[],
  other: { activeLabel?: string | number | undefined },
): number {
  const wanted = Number(other.activeLabel);
  let best = -1;
  let distance = Number.POSITIVE_INFINITY;
  ticks.forEach((tick, i) => {
    const d = Math.abs(Number(tick.value) - wanted);
    if (d < distance) {
      best = i;
      distance = d;
    }
  });
  return best;
}

export default function TimeChart(props: TimeChartProps) {
  const { series, from, to, label, marks = [], height = 170, syncId } = props;
  const { lines, rows, unit, rawUnit, yTicks } = series;
  const span = to - from;
  const tip = useCallback(
    ({
      active,
      payload,
      label: at,
    }: {
      active?: boolean;
      payload?: readonly unknown[];
      label?: string | number;
    }) => {
      const row = (payload?.[0] as { payload?: Record<string, number | null> } | undefined)?.payload;
      if (!active || !row) return null;
      return (
        <Tip title={span > 86_400_000 ? dateText(Number(at)) : clockText(Number(at), span < 7_200_000)}>
          {lines.map((l) => (
            <TipRow key={l.key} color={l.color} label={l.label} value={figureText(row[l.key], rawUnit)} />
          ))}
        </Tip>
      );
    },
    [lines, rawUnit, span],
  );
  return (
    <ChartBox height={height} label={label}>
      {(width) => {
        const { ticks, step } = timeTicks(
          from,
          to,
          Math.max(2, Math.floor(width / 92)),
          -new Date(to).getTimezoneOffset() * 60_000,
        );
        const placed = placeMarks(marks, from, to, width - yAxis - right);
        return (
          <LineChart
            width={width}
            height={height}
            data={rows}
            margin={{ top: 16, right, bottom: 0, left: 0 }}
            {...(syncId ? { syncId, syncMethod: nearest } : {})}
            title={label}
          >
            <CartesianGrid vertical={false} {...gridLine} />
            <XAxis
              {...axisBase}
              dataKey="t"
              type="number"
              scale="time"
              domain={[from, to]}
              allowDataOverflow
              ticks={ticks}
              interval={0}
              height={22}
              tickFormatter={(t: number) =>
                step >= 86_400_000 ? (dateText(t).split(',')[0] ?? '') : clockText(t, step < 60_000)
              }
            />
            <YAxis
              {...axisBase}
              width={yAxis}
              domain={[0, yTicks.at(-1) ?? 'auto']}
              ticks={yTicks}
              interval={0}
              tickFormatter={unit.write}
            />
            <Tooltip
              content={tip}
              cursor={cursorLine}
              isAnimationActive={false}
              wrapperStyle={{ zIndex: 5, outline: 'none' }}
            />
            {placed.map((m) =>
              m.to === undefined ? (
                <ReferenceLine
                  key={`${m.at}${m.label}`}
                  x={m.at}
                  stroke="var(--mark)"
                  strokeDasharray="3 3"
                  label={markLabel(m)}
                />
              ) : (
                <ReferenceArea
                  key={`${m.at}${m.label}`}
                  x1={m.at}
                  x2={m.to}
                  fill="var(--mark-soft)"
                  fillOpacity={0.55}
                  label={markLabel(m)}
                />
              ),
            )}
            {lines.map((l) => (
              <Line
                key={l.key}
                dataKey={l.key}
                name={l.label}
                stroke={l.color}
                strokeWidth={1.7}
                {...(l.dash ? { strokeDasharray: l.dash } : {})}
                type="linear"
                dot={false}
                activeDot={{ r: 3, strokeWidth: 0 }}
                connectNulls={false}
                isAnimationActive={false}
              />
            ))}
          </LineChart>
        );
      }}
    </ChartBox>
  );
}

/** The words of a mark stand above the plot, on the side where prepare found room. */
function markLabel(mark: PlacedMark) {
  if (mark.text === '') return undefined;
  const leftward = mark.leftward && mark.to === undefined;
  return {
    value: mark.text,
    position: leftward ? ('insideTopRight' as const) : ('insideTopLeft' as const),
    fill: 'var(--mark)',
    fontSize: 11,
    offset: 4,
    dy: -15,
  };
}
