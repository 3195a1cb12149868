'use client';
import { count, durationText, percent } from '@/lib/client/format';
import { useUrlState } from '@/lib/client/use-url-state';
import type { LoadAnalysis } from '@/lib/contracts/load-analysis';
import { logTicks } from '../charts/prepare/ticks';
import { ChartBox } from '../charts/render/chart-box';
import { Card } from '../ui/card';
import { Select } from '../ui/field';

const height = 226;
const bottom = 22;

/** How many requests took how long, of all or of one endpoint; the objective is a line in it. */
export function LatencyHistogram({
  bars,
  objectiveMs,
}: {
  bars: LoadAnalysis['bars'];
  objectiveMs: number | null;
}) {
  const [asked, setAsked] = useUrlState('endpoint', '');
  const chosen = bars.find((b) => b.endpoint === asked) ?? bars[0];
  if (!chosen) return null;
  const { edges, counts } = chosen.bars;
  const most = Math.max(1, ...counts);
  const total = counts.reduce((sum, n) => sum + n, 0);
  const [low, high] = [edges[0] ?? 1, edges.at(-1) ?? 10];
  const name = chosen.endpoint === '' ? 'all requests' : chosen.endpoint;
  return (
    <Card title="Histogram" note="requests by latency (log)">
      <Select
        aria-label="Endpoint of the histogram"
        className="mb-2"
        value={chosen.endpoint}
        onChange={(e) => setAsked(e.target.value)}
      >
        {bars.map((b) => (
          <option key={b.endpoint} value={b.endpoint}>
            {b.endpoint === '' ? 'all requests' : b.endpoint}
          </option>
        ))}
      </Select>
      <ChartBox
        height={height}
        label={`Latencies of ${name}: ${count(total)} requests from ${durationText(low)} to ${durationText(high)}`}
      >
        {(width) => {
          const plot = height - bottom;
          const x = (ms: number) => (width * Math.log(ms / low)) / Math.log(high / low);
          return (
            <svg width={width} height={height} aria-hidden="true">
              {counts.map((n, i) => {
                const [from, to] = [edges[i] ?? low, edges[i + 1] ?? high];
                const h = ((plot - 10) * n) / most;
                return n === 0 ? null : (
                  <rect
                    key={from}
                    x={x(from)}
                    y={plot - h}
                    width={Math.max(1, x(to) - x(from) - 1)}
                    height={h}
                    fill="var(--after)"
                  >
                    <title>{`${count(n)} requests (${percent(n / total)}%) in ${durationText(from)} to ${durationText(to)}`}</title>
                  </rect>
                );
              })}
              <line x1={0} x2={width} y1={plot} y2={plot} stroke="var(--line)" />
              {objectiveMs !== null && objectiveMs > low && objectiveMs < high && (
                <g>
                  <line
                    x1={x(objectiveMs)}
                    x2={x(objectiveMs)}
                    y1={0}
                    y2={plot}
                    stroke="var(--mark)"
                    strokeDasharray="3 3"
                  />
                  <text
                    x={x(objectiveMs) + (x(objectiveMs) > width - 90 ? -4 : 4)}
                    y={10}
                    textAnchor={x(objectiveMs) > width - 90 ? 'end' : 'start'}
                    fontSize="11.5"
                    fill="var(--mark)"
                  >
                    objective
                  </text>
                </g>
              )}
              {logTicks(low, high, Math.max(2, Math.floor(width / 80))).map((ms) => (
                <text
                  key={ms}
                  x={x(ms)}
                  y={height - 5}
                  textAnchor={x(ms) < 20 ? 'start' : x(ms) > width - 20 ? 'end' : 'middle'}
                  fontSize="11.5"
                  fill="var(--ink3)"
                >
                  {durationText(ms)}
                </text>
              ))}
            </svg>
          );
        }}
      </ChartBox>
    </Card>
  );
}
