'use client';
import { Fragment, useCallback } from 'react';
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { clockText, dateText, figureText } from '@/lib/client/format';
import { marksWithin, placeMarks, type TimeMark } from '../prepare/marks';
import { type ChartRow, numberIn, type PreparedSeries } from '../prepare/series';
import { timeTicks } from '../prepare/ticks';
import { axisBase, cursorLine, gridLine } from './axis';
import { ChartBox } from './chart-box';
import { DragZoom } from './drag-zoom';
import { MarkSigns } from './mark-signs';
import { beforeDash, Tip, TipRow } from './tip';

const yAxis = 42;
const right = 10;
/** Room above the plot for the signs of marks. */
const top = 24;
const xAxis = 22;

export interface TimeChartProps {
  series: PreparedSeries;
  from: number;
  to: number;
  label: string;
  marks?: readonly TimeMark[];
  height?: number;
  /** Charts with the same id share one cursor. */
  syncId?: string;
  /** Called with a span, ms, that a person dragged over. */
  onZoom?: (from: number, to: number) => void;
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

/** What the tooltip is handed of the row under the cursor. */
const rowOf = (payload: readonly unknown[] | undefined): ChartRow | undefined =>
  (payload?.[0] as { payload?: ChartRow } | undefined)?.payload;

export default function TimeChart(props: TimeChartProps) {
  const { series, from, to, label, marks = [], height = 170, syncId, onZoom } = props;
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
      const row = rowOf(payload);
      if (!active || !row) return null;
      return (
        <Tip title={span > 86_400_000 ? dateText(Number(at)) : clockText(Number(at), span < 7_200_000)}>
          {lines.map((l) => (
            <Fragment key={l.key}>
              <TipRow
                color={l.color}
                label={l.label}
                value={`${figureText(numberIn(row, l.key), rawUnit)}${spread(row, l.band, rawUnit)}`}
              />
              {l.before && (
                <TipRow
                  color={l.color}
                  dash={beforeDash}
                  label="the period before"
                  value={figureText(numberIn(row, l.before.key), rawUnit)}
                />
              )}
            </Fragment>
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
        const plot = { left: yAxis, width: width - yAxis - right, top, height: height - top - xAxis };
        return (
          <DragZoom from={from} to={to} plot={plot} {...(onZoom ? { onZoom } : {})}>
            <ComposedChart
              width={width}
              height={height}
              data={rows}
              margin={{ top, right, bottom: 0, left: 0 }}
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
                height={xAxis}
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
              {marksWithin(marks, from, to).map((m) =>
                m.to === undefined ? (
                  <ReferenceLine
                    key={`${m.at}${m.label}`}
                    x={m.at}
                    stroke={m.bad ? 'var(--bad)' : 'var(--mark)'}
                    strokeDasharray="3 3"
                  />
                ) : (
                  <ReferenceArea
                    key={`${m.at}${m.label}`}
                    x1={m.at}
                    x2={m.to}
                    fill={m.bad ? 'var(--bad-soft)' : 'var(--mark-soft)'}
                    fillOpacity={0.55}
                  />
                ),
              )}
              {lines.map(
                (l) =>
                  l.band !== null && (
                    <Area
                      key={l.band}
                      dataKey={l.band}
                      stroke="none"
                      fill={l.color}
                      fillOpacity={0.16}
                      type="linear"
                      dot={false}
                      activeDot={false}
                      connectNulls={false}
                      isAnimationActive={false}
                      legendType="none"
                    />
                  ),
              )}
              {lines.map(
                (l) =>
                  l.before && (
                    <Line
                      key={l.before.key}
                      dataKey={l.before.key}
                      stroke={l.color}
                      strokeWidth={1.3}
                      strokeOpacity={0.6}
                      strokeDasharray={beforeDash}
                      type="linear"
                      dot={false}
                      activeDot={false}
                      connectNulls={false}
                      isAnimationActive={false}
                      legendType="none"
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
                  // One value makes no line.
                  dot={
                    rows.filter((row) => numberIn(row, l.key) !== null).length === 1
                      ? { r: 2.5, strokeWidth: 0, fill: l.color }
                      : false
                  }
                  activeDot={{ r: 3, strokeWidth: 0 }}
                  connectNulls={false}
                  isAnimationActive={false}
                />
              ))}
            </ComposedChart>
            <MarkSigns groups={placeMarks(marks, from, to, plot.width)} left={plot.left} width={width} />
          </DragZoom>
        );
      }}
    </ChartBox>
  );
}

/** Least and largest sample behind a point, where it stands for several. */
function spread(row: ChartRow, band: string | null, unit: string): string {
  const range = band === null ? null : row[band];
  if (!Array.isArray(range) || range[0] === range[1]) return '';
  return ` (${figureText(range[0], unit)} to ${figureText(range[1], unit)})`;
}
