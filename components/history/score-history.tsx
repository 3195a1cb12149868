'use client';
import { useMemo } from 'react';
import { dateLong, dateText } from '@/lib/client/format';
import type { HistoryScore } from '@/lib/contracts/history';
import { prepareSeries } from '../charts/prepare/series';
import { ChartSlot, TimeChart } from '../charts/render/lazy';
import { StackLink } from '../shell/stack-link';
import { Card } from '../ui/card';
import { Empty } from '../ui/states';

const height = 170;
/** Reports listed below the chart. */
const listed = 5;

/** The score of each report, and which report it was. */
export function ScoreHistory({ scores }: { scores: readonly HistoryScore[] }) {
  const scored = useMemo(
    () => scores.flatMap((s) => (s.score === null ? [] : [{ ...s, score: s.score }])),
    [scores],
  );
  const points = useMemo(() => scored.map((s) => ({ t: Date.parse(s.at), v: s.score })), [scored]);
  const series = useMemo(
    () =>
      prepareSeries([{ label: 'score', data: { unit: '', step: 0, points }, color: 'var(--after)' }], {
        top: 100,
      }),
    [points],
  );
  const first = points[0]?.t ?? 0;
  const last = points.at(-1)?.t ?? 0;
  // A little room on both sides, so that the first and the last do not stand on the edge.
  const room = Math.max(3_600_000, (last - first) * 0.04);
  return (
    <Card title="Score of the reports" note="0 to 100, of what each measured">
      {scored.length === 0 ? (
        <Empty title="No scored report yet">
          Run a pass on the{' '}
          <StackLink href="/reports" className="link">
            reports page
          </StackLink>
          : each ends in a report with a score, and they line up here.
        </Empty>
      ) : (
        <>
          <ChartSlot height={height}>
            <TimeChart
              series={series}
              from={first - room}
              to={last + room}
              label="Score of the reports over time"
              height={height}
            />
          </ChartSlot>
          <ul className="mt-2 grid gap-1 text-sm">
            {scored
              .slice(-listed)
              .reverse()
              .map((s) => (
                <li
                  key={s.reportId}
                  className="flex flex-wrap justify-between gap-x-4 border-t border-line2 pt-1"
                >
                  <StackLink
                    href={`/reports/${s.reportId}`}
                    title={dateLong(s.at)}
                    className="min-w-0 break-words hover:underline"
                  >
                    Report {s.reportId}, {dateText(s.at)}
                  </StackLink>
                  <span className="tabular-nums">
                    {s.score.toFixed(1)} <span className="text-ink2">{s.grade}</span>
                    {s.measuredWeight !== null && s.measuredWeight < 100 && (
                      <span className="text-xs text-ink3">
                        {' '}
                        from parts that weigh {s.measuredWeight} of 100
                      </span>
                    )}
                  </span>
                </li>
              ))}
          </ul>
        </>
      )}
    </Card>
  );
}
