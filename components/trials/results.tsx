'use client';
import { useMemo, useState } from 'react';
import { durationText, ratioText } from '@/lib/client/format';
import { useUrlState } from '@/lib/client/use-url-state';
import type { TrialDetail } from '@/lib/contracts/trial';
import { prepareDistribution } from '../charts/prepare/distribution';
import { prepareRounds, type RoundMetric } from '../charts/prepare/rounds';
import { axisUnit } from '../charts/prepare/unit';
import { ChartSlot, DistributionChart, RoundsChart } from '../charts/render/lazy';
import { Card } from '../ui/card';
import { Segmented } from '../ui/segmented';
import { ArmLegend } from './arm-legend';
import { EndpointSelect, endpointsOf } from './endpoint-select';
import { EndpointTable } from './endpoint-table';
import { RoundsTable } from './rounds-table';

const metrics = [
  { value: 'p50', label: 'p50' },
  { value: 'p95', label: 'p95' },
  { value: 'p99', label: 'p99' },
  { value: 'throughput', label: 'throughput' },
] as const;

/** As tall as the distribution beside it with its table. */
const roundsHeight = 340;

/** Everything measured: one endpoint in two charts, all endpoints in a table, and the rounds behind them. */
export function Results({ trial }: { trial: TrialDetail }) {
  const names = useMemo(
    () => endpointsOf(trial.segments, trial.verdict?.goal ?? trial.design.goal?.endpoint),
    [trial.segments, trial.verdict, trial.design.goal],
  );
  const [asked, setAsked] = useUrlState('endpoint', names[0] ?? '');
  const endpoint = names.includes(asked) ? asked : (names[0] ?? '');
  const [metric, setMetric] = useState<RoundMetric>('p50');
  const distribution = useMemo(
    () => prepareDistribution(trial.distributions, endpoint),
    [trial.distributions, endpoint],
  );
  const rounds = useMemo(
    () => prepareRounds(trial.segments, endpoint, metric),
    [trial.segments, endpoint, metric],
  );
  return (
    <>
      <div className="mt-4 mb-2.5 flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 className="text-base font-semibold">Measured on</h2>
        <EndpointSelect names={names} value={endpoint} onChange={setAsked} />
      </div>
      <div className="mb-3 grid gap-3 lg:grid-cols-2">
        <Card
          title="All requests"
          term="percentile"
          note={`share answered within, ${distribution ? axisUnit('ms', distribution.domain[1]).name : 'ms'} (log)`}
        >
          {distribution ? (
            <>
              <ChartSlot height={250}>
                <DistributionChart distribution={distribution} endpoint={endpoint} />
              </ChartSlot>
              <ArmLegend />
              <Percentiles rows={distribution.percentiles} endpoint={endpoint} />
            </>
          ) : (
            <p className="flex h-40 items-center justify-center text-sm text-ink2">Not measured.</p>
          )}
        </Card>
        <Card
          title="Rounds in order"
          note={
            metric === 'throughput'
              ? 'each segment, requests/s (log)'
              : `${metric} of each segment, ${rounds ? axisUnit('ms', rounds.domain[1]).name : 'ms'} (log)`
          }
        >
          <div className="mb-2">
            <Segmented label="Figure of each segment" options={metrics} value={metric} onChange={setMetric} />
          </div>
          {rounds ? (
            <>
              <ChartSlot height={roundsHeight}>
                <RoundsChart rounds={rounds} metric={metric} endpoint={endpoint} height={roundsHeight} />
              </ChartSlot>
              <ArmLegend rounds />
            </>
          ) : (
            <p className="flex h-40 items-center justify-center text-sm text-ink2">Not measured.</p>
          )}
        </Card>
      </div>
      {trial.verdict && <EndpointTable verdict={trial.verdict} chosen={endpoint} onChoose={setAsked} />}
      <RoundsTable trial={trial} endpoint={endpoint} />
    </>
  );
}

interface PercentilesProps {
  rows: { label: string; before: number | null; after: number | null }[];
  endpoint: string;
}

/** The marks of the distribution in figures; this is also what a screen reader gets of the drawing. */
function Percentiles({ rows, endpoint }: PercentilesProps) {
  return (
    <table className="mt-3 w-full max-w-md text-sm">
      <caption className="sr-only">Response time of {endpoint} over all requests, before and after</caption>
      <thead className="text-xs text-ink2">
        <tr>
          <th scope="col" className="py-1 text-left font-medium">
            all requests
          </th>
          {['before', 'after', 'after ÷ before'].map((h) => (
            <th key={h} scope="col" className="py-1 text-right font-medium">
              {h}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((r) => (
          <tr key={r.label} className="border-t border-line2">
            <th scope="row" className="py-1 text-left font-normal">
              {r.label}
            </th>
            <td className="py-1 text-right text-ink2">{durationText(r.before)}</td>
            <td className="py-1 text-right font-medium">{durationText(r.after)}</td>
            <td className="py-1 text-right text-ink2">
              {r.before !== null && r.after !== null && r.before > 0 ? ratioText(r.after / r.before) : '–'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
