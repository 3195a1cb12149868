'use client';
import { ComposedChart, ErrorBar, ReferenceArea, ReferenceLine, Scatter, XAxis, YAxis } from 'recharts';
import { number } from '@/lib/client/format';
import type { PreparedForest, PreparedForestRow } from '../prepare/forest';
import { axisText } from './axis';
import { ChartBox } from './chart-box';

interface ForestChartProps {
  forest: PreparedForest;
  rowHeight: number;
  margin: number;
}

interface ShapeProps {
  cx?: number;
  cy?: number;
  payload?: PreparedForestRow;
}
const square = ({ cx, cy, payload }: ShapeProps) =>
  cx === undefined || cy === undefined ? (
    <g />
  ) : (
    <rect x={cx - 4} y={cy - 4} width={8} height={8} rx={2} fill={payload?.color} />
  );

/**
 * The drawing of the forest plot: one row each, effect with its 95 % interval on a logarithmic axis. The words beside
 * it are HTML (components/overview/forest.tsx), laid out on the same rows.
 */
export default function ForestChart({ forest, rowHeight, margin }: ForestChartProps) {
  const { rows, domain, ticks } = forest;
  const axis = 24;
  const height = rows.length * rowHeight + axis;
  return (
    <div aria-hidden="true">
      <ChartBox height={height} label="">
        {(width) => (
          <ComposedChart
            width={width}
            height={height}
            data={rows}
            layout="vertical"
            margin={{ top: 0, right: 30, bottom: 0, left: 16 }}
            accessibilityLayer={false}
          >
            <XAxis
              type="number"
              scale="log"
              domain={domain}
              ticks={spread(ticks, domain, width - 46)}
              interval={0}
              allowDataOverflow
              tickLine={false}
              axisLine={false}
              height={axis}
              tick={axisText}
              tickFormatter={(v: number) => (v === 1 ? 'no change' : `${number(v)}×`)}
            />
            <YAxis type="number" dataKey="y" domain={[-0.5, rows.length - 0.5]} hide allowDataOverflow />
            <ReferenceArea
              x1={1 - margin}
              x2={1 + margin}
              fill="var(--line2)"
              fillOpacity={1}
              ifOverflow="hidden"
            />
            {ticks.map((t) => (
              <ReferenceLine
                key={t}
                x={t}
                stroke={t === 1 ? 'var(--ink2)' : 'var(--line)'}
                {...(t === 1 ? {} : { strokeDasharray: '2 3' })}
              />
            ))}
            {rows.map((row) => (
              <Scatter
                key={row.trialId}
                data={[{ ...row, error: [row.x - row.xLow, row.xHigh - row.x] }]}
                dataKey="x"
                shape={square}
                isAnimationActive={false}
              >
                <ErrorBar
                  dataKey="error"
                  direction="x"
                  width={0}
                  stroke={row.color}
                  strokeWidth={2.5}
                  strokeLinecap="round"
                  isAnimationActive={false}
                />
              </Scatter>
            ))}
          </ComposedChart>
        )}
      </ChartBox>
    </div>
  );
}

/** Marks whose words would touch are left without words, "no change" first of all kept. */
function spread(ticks: number[], [lo, hi]: [number, number], width: number): number[] {
  const x = (v: number) => (Math.log(v / lo) / Math.log(hi / lo)) * width;
  const kept: number[] = [1];
  for (const t of [...ticks].sort((a, b) => a - b)) {
    if (t !== 1 && kept.every((k) => Math.abs(x(k) - x(t)) > (k === 1 ? 58 : 44))) kept.push(t);
  }
  return kept;
}
