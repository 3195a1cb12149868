'use client';
import { useQuery } from '@tanstack/react-query';
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { count, durationText, figureText, number, plural } from '@/lib/client/format';
import { loadAnalysisQuery } from '@/lib/client/queries/load';
import type { LoadTestDetail } from '@/lib/contracts/load-api';
import { Term } from '../help/term';
import { Card } from '../ui/card';
import { Loaded, Loading } from '../ui/states';
import { CurveChart } from './curve-chart';
import { EndpointFigures } from './endpoint-figures';
import { Exhausted } from './exhausted';
import { FigureRow } from './figure-row';
import { Generator } from './generator';
import { GradeCard } from './grade-card';
import { HeatMapChart } from './heat-map';
import { LatencyHistogram } from './latency-histogram';
import { Thresholds } from './thresholds';

/** What a load test measured, and what follows from it. */
export function LoadResult({ test }: { test: LoadTestDetail }) {
  const analysis = useQuery({ ...loadAnalysisQuery(test.id), enabled: test.summary !== null });
  return (
    <>
      <Warnings test={test} />
      <Summary test={test} />
      {test.summary && (
        <Loaded framed query={analysis} loading={<Loading rows={3} height="h-24" />}>
          {(a) => (
            <>
              <div className="mb-3 grid gap-3 lg:grid-cols-2">
                <GradeCard grade={a.grade} />
                <Exhausted items={a.exhausted} limit={test.limit} model={test.model} />
              </div>
              <EndpointFigures summary={test.summary ?? null} bytes={test.machine !== null} />
              {test.summary && test.summary.thresholds.length > 0 && (
                <Thresholds results={test.summary.thresholds} />
              )}
              {a.heat && (
                <div className="mb-3 grid gap-3 lg:grid-cols-2">
                  <HeatMapChart heat={a.heat} />
                  <LatencyHistogram bars={a.bars} objectiveMs={a.grade.objectiveMs} />
                  {a.curve.points.length > 1 && <CurveChart curve={a.curve} model={test.model} />}
                  {test.machine && <Generator test={test} />}
                </div>
              )}
            </>
          )}
        </Loaded>
      )}
    </>
  );
}

function Note({ children }: { children: ReactNode }) {
  return (
    <p className="mb-3 flex items-start gap-2 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn-ink">
      <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      <span>{children}</span>
    </p>
  );
}

/** What stands between the figures and a conclusion. */
function Warnings({ test }: { test: LoadTestDetail }) {
  const { summary, stalls, generatorLimit, firstError, certificate } = test;
  const corrected = summary?.corrected;
  const longest = Math.max(0, ...(stalls ?? []).map(([, ms]) => ms));
  return (
    <>
      {generatorLimit && (
        <Note>
          From second {number(generatorLimit.from)} on the generator, not the target, was the limit:{' '}
          {generatorLimit.why}. These figures say nothing about what the target can carry.
        </Note>
      )}
      {corrected && stalls && stalls.length > 0 && (
        <Note>
          <Term id="coordinated-omission">Coordinated omission</Term>: the target stalled {stalls.length}× (up
          to {durationText(longest)}), and users who waited did not send meanwhile, so the plain percentiles
          are too good. Corrected: p50 {durationText(corrected.p50)}, p95 {durationText(corrected.p95)}, p99{' '}
          {durationText(corrected.p99)}. A test with an arrival rate measures it directly.
        </Note>
      )}
      {certificate === 'unchecked' && (
        <Note>
          Certificate not checked: this target is set to accept any, so whoever answered was taken for it.
        </Note>
      )}
      {firstError !== null && (
        <Note>
          {plural(summary?.total.errors ?? 0, 'request')} failed. The first:{' '}
          <span className="break-words">{firstError}</span>
        </Note>
      )}
      {test.state === 'interrupted' && (
        <Note>The worker stopped in the middle of this test. What had been measured is kept.</Note>
      )}
    </>
  );
}

function Summary({ test }: { test: LoadTestDetail }) {
  const { summary, total } = test;
  if (!total || !summary || total.count === 0) {
    return (
      <Card className="mb-3">
        <p className="font-medium">Nothing was measured</p>
        <p className="text-sm text-ink2">{test.reason ?? 'No request was answered before the test ended.'}</p>
      </Card>
    );
  }
  const corrected = summary.corrected;
  return (
    <Card className="mb-3" title="Result" note={`${durationText(summary.durationMs)} measured`}>
      {test.reason && <p className="text-sm text-ink2">{test.reason}</p>}
      <FigureRow
        label="Result"
        items={[
          {
            label: 'p95',
            value: durationText(total.p95),
            ...(corrected ? { note: `${durationText(corrected.p95)} corrected` } : {}),
          },
          {
            label: 'p99',
            value: durationText(total.p99),
            ...(corrected ? { note: `${durationText(corrected.p99)} corrected` } : {}),
          },
          { label: 'p50', value: durationText(total.p50) },
          { label: 'average', value: durationText(total.average) },
          { label: 'throughput', value: figureText(total.rps, '/s') },
          { label: 'errors', value: figureText(total.errorRate, 'ratio'), bad: total.errors > 0 },
          { label: 'requests', value: count(total.count) },
          ...(summary.dropped > 0 ? [{ label: 'dropped', value: count(summary.dropped), bad: true }] : []),
        ]}
      />
    </Card>
  );
}
