'use client';
import { useMemo } from 'react';
import { figureText } from '@/lib/client/format';
import type { LoadTestDetail } from '@/lib/contracts/load-api';
import { type PreparedSeries, prepareSeries } from '../charts/prepare/series';
import { ChartSlot, TimeChart } from '../charts/render/lazy';
import { Key } from '../charts/render/tip';
import { Card } from '../ui/card';
import { loadPanels, type RunPanel, resourcePanels } from './run-panels';

const height = 170;

/** What was sent and answered, and below it on the same axis what the targets did meanwhile. */
export function RunCharts({ test }: { test: LoadTestDetail }) {
  const from = new Date(test.startedAt ?? test.createdAt).getTime();
  const { ticks, resources, model } = test;
  const last = ticks.at(-1)?.t ?? 0;
  const planned = test.state === 'running' ? (test.secondsPlanned ?? 0) : 0;
  const to = from + Math.max(last + 1, planned, 10) * 1000;
  const load = useMemo(() => loadPanels(ticks, model, from), [ticks, model, from]);
  const targets = useMemo(() => resourcePanels(resources, from), [resources, from]);
  return (
    <>
      <h2 className="mt-4 mb-2.5 text-base font-semibold">The run</h2>
      <Panels panels={load} from={from} to={to} />
      {targets.length > 0 && (
        <>
          <h2 className="mt-4 mb-2.5 text-base font-semibold">The targets meanwhile</h2>
          <Panels panels={targets} from={from} to={to} />
        </>
      )}
    </>
  );
}

function Panels({ panels, from, to }: { panels: RunPanel[]; from: number; to: number }) {
  return (
    <div className="mb-3 grid gap-3 lg:grid-cols-2 3xl:grid-cols-3">
      {panels.map((panel) => (
        <Panel key={panel.id} panel={panel} from={from} to={to} />
      ))}
    </div>
  );
}

function Panel({ panel, from, to }: { panel: RunPanel; from: number; to: number }) {
  const series = useMemo(
    () =>
      prepareSeries(panel.series, {
        keepOrder: panel.keepOrder,
        ...(panel.top === undefined ? {} : { top: panel.top }),
      }),
    [panel],
  );
  return (
    <Card title={panel.title} note={series.unit.name}>
      {series.empty ? (
        <p style={{ height: height + 26 }} className="flex items-center justify-center text-sm text-ink2">
          {panel.none}
        </p>
      ) : (
        <>
          <ChartSlot height={height}>
            <TimeChart
              series={series}
              from={from}
              to={to}
              label={`${panel.title} during the run`}
              height={height}
              syncId="load-run"
            />
          </ChartSlot>
          <Legend series={series} />
        </>
      )}
    </Card>
  );
}

function Legend({ series }: { series: PreparedSeries }) {
  return (
    <ul className="mt-1.5 flex flex-wrap gap-x-4 gap-y-0.5 text-xs text-ink2">
      {series.lines.map((line) => (
        <li key={line.key} className="inline-flex max-w-full items-center gap-1.5">
          <Key color={line.color} dash={line.dash} />
          <span className="truncate">{line.label}</span>
          <span className="text-ink3">
            {figureText(line.last, series.rawUnit)}, most {figureText(line.max, series.rawUnit)}
          </span>
        </li>
      ))}
      {series.dropped > 0 && <li className="text-ink3">and {series.dropped} smaller ones not drawn</li>}
    </ul>
  );
}
