'use client';
import { count, durationText } from '@/lib/client/format';
import type { HeatMap } from '@/lib/contracts/load-analysis';
import { logTicks } from '../charts/prepare/ticks';
import { ChartBox } from '../charts/render/chart-box';
import { Card } from '../ui/card';

const left = 56;
const bottom = 22;
const height = 260;

/** Requests by time and latency: the darker, the more. A square root makes few among many visible. */
export function HeatMapChart({ heat }: { heat: HeatMap }) {
  const { counts, edges, columnSeconds, most } = heat;
  const rows = edges.length - 1;
  const [low, high] = [edges[0] ?? 1, edges.at(-1) ?? 10];
  const plotHeight = height - bottom;
  const y = (ms: number) => plotHeight * (1 - Math.log(ms / low) / Math.log(high / low));
  const label = `Requests by second of the run and latency, ${durationText(low)} to ${durationText(high)}; at most ${count(most)} in a cell`;
  return (
    <Card
      title="Latency over time"
      note={`requests in each ${columnSeconds === 1 ? 'second' : `${columnSeconds} s`} and latency (log)`}
    >
      <ChartBox height={height} label={label}>
        {(width) => {
          const cell = (width - left) / counts.length;
          const seconds = counts.length * columnSeconds;
          return (
            <svg width={width} height={height} aria-hidden="true">
              {counts.map((column, i) =>
                column.map((n, row) =>
                  n === 0 ? null : (
                    <rect
                      key={`${i}.${row}`}
                      x={left + i * cell}
                      y={y(edges[row + 1] ?? high)}
                      width={Math.max(0.5, cell - (cell > 4 ? 0.5 : 0))}
                      height={plotHeight / rows}
                      fill="var(--after)"
                      fillOpacity={0.12 + 0.88 * Math.sqrt(n / most)}
                    >
                      <title>
                        {`second ${i * columnSeconds}: ${count(n)} requests in ${durationText(edges[row])} to ${durationText(edges[row + 1])}`}
                      </title>
                    </rect>
                  ),
                ),
              )}
              {logTicks(low, high, 7).map((ms) => (
                <text
                  key={ms}
                  x={left - 6}
                  y={Math.min(plotHeight - 2, Math.max(10, y(ms) + 4))}
                  textAnchor="end"
                  fontSize="11.5"
                  fill="var(--ink3)"
                >
                  {durationText(ms)}
                </text>
              ))}
              {[0, 0.5, 1].map((share) => (
                <text
                  key={share}
                  x={left + share * (width - left)}
                  y={height - 5}
                  textAnchor={share === 0 ? 'start' : share === 1 ? 'end' : 'middle'}
                  fontSize="11.5"
                  fill="var(--ink3)"
                >
                  {Math.round(share * seconds)} s
                </text>
              ))}
            </svg>
          );
        }}
      </ChartBox>
    </Card>
  );
}
