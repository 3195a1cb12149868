'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { count, durationText, figureText, timeLeft } from '@/lib/client/format';
import { stopLoadTest } from '@/lib/client/queries/load';
import type { LoadTestDetail } from '@/lib/contracts/load-api';
import { useMay } from '../shell/me';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Confirm } from '../ui/confirm';
import { Progress } from '../ui/progress';
import { StateTag } from '../ui/word-tag';
import { FigureRow } from './figure-row';

/** A load test under way: where it is, the second that just ended, and a way to stop it. */
export function RunningLoad({ test, broken }: { test: LoadTestDetail; broken: boolean }) {
  const may = useMay('operator');
  const [asking, setAsking] = useState(false);
  const stop = useMutation({ mutationFn: stopLoadTest });
  const tick = test.ticks.at(-1);
  const done = tick ? tick.t + 1 : test.secondsDone;
  const planned = test.secondsPlanned;
  return (
    <Card className="mb-3">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <p className="flex min-w-0 flex-wrap items-center gap-2">
          <StateTag state={test.state} />
          <span role="status" className="font-medium">
            {test.state === 'queued' ? 'Waiting for its turn' : tick ? `Second ${count(done)}` : 'Starting'}
          </span>
          {stop.isSuccess && <span className="text-warn-ink">stopping…</span>}
          {broken && (
            <span className="text-sm text-ink2">the live connection is lost, asking again every 10 s</span>
          )}
        </p>
        {may && (
          <Button tone="danger" disabled={stop.isSuccess} onClick={() => setAsking(true)}>
            Stop…
          </Button>
        )}
      </div>
      <div className="mt-3 grid gap-1.5">
        <Progress
          share={planned === null ? null : Math.min(1, done / Math.max(1, planned))}
          label="Progress of the load test"
        />
        <p className="text-right text-xs text-ink2">
          {planned === null
            ? 'it ends when a limit breaks'
            : `about ${timeLeft(Math.max(0, planned - done))} left`}
        </p>
      </div>
      {tick && (
        <FigureRow
          label="The last second"
          items={[
            { label: test.model === 'open' ? 'offered' : 'sent', value: `${count(tick.offered)}/s` },
            { label: 'answered', value: `${count(tick.total.count)}/s` },
            { label: test.model === 'open' ? 'in flight' : 'users at work', value: count(tick.active) },
            { label: 'p50', value: durationText(tick.total.p50) },
            { label: 'p95', value: durationText(tick.total.p95) },
            { label: 'p99', value: durationText(tick.total.p99) },
            {
              label: 'errors',
              value: tick.total.count > 0 ? figureText(tick.total.errors / tick.total.count, 'ratio') : '–',
              bad: tick.total.errors > 0,
            },
          ]}
        />
      )}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Stop this load test"
        action="Stop the test"
        tone="danger"
        onConfirm={() => stop.mutateAsync({ id: test.id })}
      >
        <p>No further request is sent. What was measured so far is kept and can be read as a result.</p>
      </Confirm>
    </Card>
  );
}
