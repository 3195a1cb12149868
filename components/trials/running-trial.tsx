'use client';
import { useMutation } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { timeLeft } from '@/lib/client/format';
import { cancelTrial } from '@/lib/client/queries/trials';
import type { SegmentFigures, TrialDetail } from '@/lib/contracts/trial';
import { prepareRounds } from '../charts/prepare/rounds';
import { ChartSlot, RoundsChart } from '../charts/render/lazy';
import { useMay } from '../shell/me';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Confirm } from '../ui/confirm';
import { Progress } from '../ui/progress';
import { StateTag } from '../ui/word-tag';
import { ArmLegend } from './arm-legend';
import { EndpointSelect, endpointsOf } from './endpoint-select';

/** A trial under way: where it is, how long it still takes, what was measured so far (no verdict), and a way out. */
export function RunningTrial({ trial, broken }: { trial: TrialDetail; broken: boolean }) {
  const may = useMay('operator');
  const [asking, setAsking] = useState(false);
  const cancel = useMutation({ mutationFn: cancelTrial });
  const p = trial.progress;
  const share = p && p.segmentsTotal > 0 ? p.segmentsDone / p.segmentsTotal : null;
  return (
    <>
      <Card className="mb-3">
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div className="min-w-0">
            <p className="flex flex-wrap items-center gap-2">
              <StateTag state={trial.state} />
              <span role="status" className="font-medium">
                {p
                  ? `Round ${Math.min(p.round + 1, p.rounds)} of ${p.rounds}`
                  : trial.state === 'queued'
                    ? 'Waiting for its turn'
                    : 'Starting'}
              </span>
              {cancel.isSuccess && <span className="text-warn-ink">cancelling…</span>}
            </p>
            <p className="mt-0.5 text-sm text-ink2">
              {p
                ? p.phase
                : 'One change at a time is tried on a target; this one starts when the target is free.'}
              {broken && ' · the live connection is lost, asking again every 5 s'}
            </p>
          </div>
          {may && (
            <Button tone="danger" onClick={() => setAsking(true)} disabled={cancel.isSuccess}>
              Cancel…
            </Button>
          )}
        </div>
        <div className="mt-3 grid gap-1.5">
          <Progress share={share} label="Progress of the trial" />
          <p className="flex justify-between text-xs text-ink2">
            <span>{p ? `${p.segmentsDone} of ${p.segmentsTotal} segments` : ''}</span>
            <span>{p?.secondsLeft != null ? `about ${timeLeft(p.secondsLeft)} left` : ''}</span>
          </p>
        </div>
      </Card>
      <SoFar trial={trial} />
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Cancel this trial"
        action="Cancel the trial"
        tone="danger"
        onConfirm={() => cancel.mutateAsync({ id: trial.id })}
      >
        <p>
          The load stops after the request under way, and the change is rolled back: the target is left as it
          was before the trial. What was measured so far is kept with the trial, without a verdict.
        </p>
      </Confirm>
    </>
  );
}

function SoFar({ trial }: { trial: TrialDetail }) {
  const segments = useMemo(() => segmentsSoFar(trial), [trial]);
  const names = useMemo(
    () => endpointsOf(segments, trial.design.goal?.endpoint),
    [segments, trial.design.goal],
  );
  const [choice, setChoice] = useState<string | null>(null);
  const endpoint = choice !== null && names.includes(choice) ? choice : names[0];
  const rounds = useMemo(
    () => (endpoint === undefined ? null : prepareRounds(segments, endpoint, 'p50')),
    [segments, endpoint],
  );
  return (
    <Card className="mb-3" title="So far" note="p50 of each segment, ms (log)">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <p className="rounded-lg bg-mark-soft px-2.5 py-1 text-xs text-mark">still running: no verdict</p>
        {endpoint !== undefined && <EndpointSelect names={names} value={endpoint} onChange={setChoice} />}
      </div>
      {rounds && endpoint !== undefined ? (
        <>
          <ChartSlot height={250}>
            <RoundsChart rounds={rounds} metric="p50" endpoint={endpoint} />
          </ChartSlot>
          <ArmLegend rounds />
        </>
      ) : (
        <p className="flex h-40 items-center justify-center text-sm text-ink2">
          The first segment has not ended yet.
        </p>
      )}
    </Card>
  );
}

/** What progress tells of the segments, in the shape of finished ones. Requests are not counted there. */
function segmentsSoFar(trial: TrialDetail): SegmentFigures[] {
  return (trial.progress?.soFar ?? []).map((s) => ({
    round: s.round,
    order: s.order,
    arm: s.arm,
    startedAt: '',
    durationMs: 0,
    void: null,
    endpoints: Object.fromEntries(
      Object.entries(s.p50).map(([name, p50]) => [
        name,
        { requests: 0, errors: 0, p50, p95: Number.NaN, p99: Number.NaN, throughput: Number.NaN },
      ]),
    ),
  }));
}
