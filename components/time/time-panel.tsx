'use client';
import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { ChartLine as ChartIcon, Table2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { figureText, spanText } from '@/lib/client/format';
import { seriesQuery, type Window, windowBefore } from '@/lib/client/queries/series';
import { pointsFor } from '@/lib/client/time-range';
import type { SeriesData } from '@/lib/contracts/metrics';
import type { TimeMark } from '../charts/prepare/marks';
import { type PreparedSeries, prepareSeries } from '../charts/prepare/series';
import { ChartSlot, TimeChart } from '../charts/render/lazy';
import { beforeDash, Key } from '../charts/render/tip';
import { useBox } from '../charts/render/use-box';
import { Card } from '../ui/card';
import { Failed, Skeleton, StaleNote } from '../ui/states';
import { labelSeries, type Panel } from './label-series';
import { useTimeScope } from './time-scope';

const height = 170;

interface TimePanelProps {
  panel: Panel;
  stack: string;
  marks: readonly TimeMark[];
}

/** The answers of a panel's metrics as one: kept the same between renders while no answer changes. */
function together(queries: UseQueryResult<SeriesData[]>[]) {
  return {
    answers: queries.map((q) => q.data),
    error: queries.find((q) => q.error)?.error ?? null,
    loaded: queries.some((q) => q.data !== undefined),
    refetch: () => void Promise.all(queries.map((q) => q.refetch())),
  };
}

const identity = (s: SeriesData) => `${s.target} ${s.metric} ${s.label}`;

/** One chart of the page's time range: as lines or as a table, zoomed by dragging. */
export function TimePanel({ panel, stack, marks }: TimePanelProps) {
  const [asTable, setAsTable] = useState(false);
  const { fixed, preset, live, compare, from, to, zoom, points } = useTimeScope();
  const { ref, width } = useBox<HTMLDivElement>();
  const window: Window = live ? { lengthMs: preset.ms } : (fixed ?? { from, to });
  const ask = (of: Window) =>
    panel.metrics.map((m) => ({
      ...seriesQuery({
        stack,
        metric: m.metric,
        ...(panel.target === undefined ? {} : { target: panel.target }),
        window: of,
        points: points ?? pointsFor(width),
      }),
      enabled: width > 0,
    }));
  const { answers, error, loaded, refetch } = useQueries({ queries: ask(window), combine: together });
  const before = useQueries({ queries: compare ? ask(windowBefore(window)) : [], combine: together });
  const length = to - from;
  const series = useMemo(() => {
    const earlier = new Map(labelSeries(panel, before.answers).map((s) => [identity(s.data), s.data]));
    const input = labelSeries(panel, answers).map((s) => {
      const was = earlier.get(identity(s.data));
      return was ? { ...s, before: was } : s;
    });
    return prepareSeries(input, {
      beforeBy: length,
      ...(panel.top === undefined ? {} : { top: panel.top }),
      ...(panel.keepOrder ? { keepOrder: true } : {}),
    });
  }, [panel, answers, before.answers, length]);
  const said = live ? `over the ${preset.words}` : spanText(from, to);
  return (
    <Card
      title={panel.title}
      {...(panel.term ? { term: panel.term } : {})}
      note={
        <span className="flex h-6 items-center gap-2">
          {series.unit.name}
          <button
            type="button"
            onClick={() => setAsTable(!asTable)}
            aria-pressed={asTable}
            aria-label={`${panel.title} as a table`}
            title={asTable ? 'Show the chart' : 'Show as a table'}
            className="rounded-md p-1 text-ink3 hover:bg-line2 hover:text-ink"
          >
            {asTable ? <ChartIcon className="size-3.5" /> : <Table2 className="size-3.5" />}
          </button>
        </span>
      }
    >
      <div ref={ref} />
      {error && loaded && <StaleNote error={error} />}
      {before.error && !error && <StaleNote error={before.error} />}
      {!loaded && error ? (
        <Failed error={error} retry={refetch} />
      ) : !loaded ? (
        <div role="status" style={{ height: height + 26 }}>
          <span className="sr-only">Loading</span>
          <Skeleton className="h-full" />
        </div>
      ) : series.empty ? (
        <div
          style={{ height: height + 26 }}
          className="flex flex-col items-center justify-center px-4 text-center text-sm text-ink2"
        >
          <p className="font-medium">No sample in this window</p>
          <p className="text-xs text-ink3">These come from {panel.needs}.</p>
        </div>
      ) : asTable ? (
        <SeriesTable series={series} title={panel.title} />
      ) : (
        <>
          <ChartSlot height={height}>
            <TimeChart
              series={series}
              from={from}
              to={to}
              label={`${panel.title}, ${said}`}
              marks={marks}
              height={height}
              syncId="page"
              onZoom={zoom}
            />
          </ChartSlot>
          <Legend series={series} before={compare ? spanText(from - length, from) : null} />
        </>
      )}
    </Card>
  );
}

function Legend({ series, before }: { series: PreparedSeries; before: string | null }) {
  const compared = series.lines.some((l) => l.before);
  return (
    <ul className="mt-1.5 flex flex-wrap gap-x-4 gap-y-0.5 text-xs text-ink2">
      {series.lines.map((line) => (
        <li key={line.key} className="inline-flex max-w-full items-center gap-1.5">
          <Key color={line.color} dash={line.dash} />
          <span className="truncate">{line.label}</span>
          <span className="text-ink3">{figureText(line.last, series.rawUnit)}</span>
        </li>
      ))}
      {before !== null && (
        <li className="inline-flex max-w-full items-center gap-1.5 text-ink3">
          {compared && <Key color="var(--ink3)" dash={beforeDash} />}
          {compared ? `the period before, ${before}` : `no sample in the period before, ${before}`}
        </li>
      )}
      {series.dropped > 0 && <li className="text-ink3">and {series.dropped} smaller ones not drawn</li>}
    </ul>
  );
}

function SeriesTable({ series, title }: { series: PreparedSeries; title: string }) {
  const cell = 'py-1 pl-3 text-right whitespace-nowrap';
  const compared = series.lines.some((l) => l.before);
  return (
    <div style={{ minHeight: height + 26 }} className="relative overflow-x-auto">
      <table className="w-full text-sm">
        <caption className="sr-only">{title} in this window</caption>
        <thead className="text-ink2">
          <tr>
            <th scope="col" className="py-1 text-left font-medium">
              series
            </th>
            {['newest', 'mean', 'least', 'most', ...(compared ? ['mean before'] : [])].map((h) => (
              <th key={h} scope="col" className={`${cell} font-medium`}>
                {h}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.lines.map((l) => (
            <tr key={l.key} className="border-t border-line2">
              <th scope="row" className="py-1 text-left font-normal">
                {l.label}
              </th>
              {[l.last, l.mean, l.min, l.max, ...(compared ? [l.before?.mean] : [])].map((v, i) => (
                <td key={i} className={cell}>
                  {figureText(v, series.rawUnit)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
