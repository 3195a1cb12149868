'use client';
import { useMemo } from 'react';
import { useUrlState } from '@/lib/client/use-url-state';
import type { ForestRow, TrialSummary } from '@/lib/contracts/trial';
import type { TimeMark } from '../charts/prepare/marks';
import { Select } from '../ui/field';
import { LiveChart } from './live-chart';
import { livePanels } from './live-panels';

const windows = [
  { value: '15', label: 'Last 15 min' },
  { value: '60', label: 'Last hour' },
  { value: '360', label: 'Last 6 hours' },
  { value: '1440', label: 'Last 24 hours' },
  { value: '10080', label: 'Last 7 days' },
];

interface LiveChartsProps {
  stack: string;
  forest: ForestRow[];
  running: TrialSummary[];
}

/** The live charts: one time axis, one cursor, changes kept and running trials marked on all of them. */
export function LiveCharts({ stack, forest, running }: LiveChartsProps) {
  const [window, setWindow] = useUrlState('window', '60');
  const minutes = windows.some((w) => w.value === window) ? Number(window) : 60;
  const marks = useMemo<TimeMark[]>(
    () => [
      ...forest
        .filter((row) => row.decision === 'kept')
        .map((row) => ({ at: new Date(row.at).getTime(), label: `kept: ${row.title}` })),
      ...running.map((t) => ({
        at: new Date(t.createdAt).getTime(),
        to: Date.now(),
        label: 'trial running',
      })),
    ],
    [forest, running],
  );
  return (
    <section aria-label="Live">
      <div className="mt-5 mb-2.5 flex items-center justify-between gap-3">
        <h2 className="text-base font-semibold">Live</h2>
        <Select aria-label="Time window" value={String(minutes)} onChange={(e) => setWindow(e.target.value)}>
          {windows.map((w) => (
            <option key={w.value} value={w.value}>
              {w.label}
            </option>
          ))}
        </Select>
      </div>
      <div className="grid gap-3 lg:grid-cols-2 3xl:grid-cols-3">
        {livePanels.map((panel) => (
          <LiveChart key={panel.id} panel={panel} stack={stack} minutes={minutes} marks={marks} />
        ))}
      </div>
    </section>
  );
}
