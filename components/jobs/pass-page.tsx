'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { z } from 'zod';
import { cx } from '@/lib/client/cx';
import { apiUrl } from '@/lib/client/fetch';
import { clockText, dateLong, timeLeft } from '@/lib/client/format';
import { cancelJob, finished, jobQuery } from '@/lib/client/queries/jobs';
import { useEvents } from '@/lib/client/use-events';
import { JobEventView, JobProgress, JobView } from '@/lib/contracts/job';
import { useMay } from '../shell/me';
import { StackLink } from '../shell/stack-link';
import { Button, buttonClass } from '../ui/button';
import { Card } from '../ui/card';
import { Confirm } from '../ui/confirm';
import { PageHead } from '../ui/page-head';
import { Progress } from '../ui/progress';
import { Loaded } from '../ui/states';
import { StateTag } from '../ui/word-tag';

const PassResult = z.object({ reportId: z.number().int() });

/** A pass while it runs and after: where it is, what it said, and its report. */
export function PassPage({ id }: { id: number }) {
  const client = useQueryClient();
  const query = useQuery(jobQuery(id));
  const [lines, setLines] = useState<JobEventView[]>([]);
  const key = jobQuery(id).queryKey;
  const known = query.data !== undefined;
  const stream = useEvents(known ? apiUrl(`jobs/${id}/events`) : null, {
    progress: (data) => {
      const progress = JobProgress.safeParse(data);
      if (progress.success)
        client.setQueryData<JobView>(key, (old) => old && { ...old, progress: progress.data });
    },
    line: (data) => {
      const line = JobEventView.safeParse(data);
      if (!line.success) return;
      // A stream that reconnects tells again what was already told.
      setLines((all) => (all.some((l) => l.id === line.data.id) ? all : [...all, line.data]));
    },
    end: (data) => {
      const job = JobView.safeParse(data);
      if (job.success) client.setQueryData<JobView>(key, job.data);
      void client.invalidateQueries();
    },
  });
  return (
    <Loaded framed query={query}>
      {(job) => (
        <>
          <Head job={job} />
          <State job={job} broken={stream === 'broken'} />
          <Card title="What it said" note={job.startedAt ? `started ${dateLong(job.startedAt)}` : undefined}>
            <Lines lines={lines} running={!finished(job.state)} />
          </Card>
        </>
      )}
    </Loaded>
  );
}

function Head({ job }: { job: JobView }) {
  const may = useMay('operator');
  const [asking, setAsking] = useState(false);
  const cancel = useMutation({ mutationFn: cancelJob });
  const result = PassResult.safeParse(job.result);
  return (
    <PageHead
      trail={
        <>
          <StackLink href="/reports" className="link">
            Reports
          </StackLink>{' '}
          / pass {job.id}
        </>
      }
      title={finished(job.state) ? 'Pass' : 'Pass under way'}
      sub={
        <span className="inline-flex items-center gap-2">
          <StateTag state={job.state} /> started by {job.createdBy}
          {cancel.isSuccess && !finished(job.state) && ' · cancelling…'}
        </span>
      }
      actions={
        <>
          {may && !finished(job.state) && (
            <Button tone="danger" disabled={cancel.isSuccess} onClick={() => setAsking(true)}>
              Cancel…
            </Button>
          )}
          {result.success && (
            <StackLink href={`/reports/${result.data.reportId}`} className={buttonClass('primary')}>
              Open the report
            </StackLink>
          )}
          <Confirm
            open={asking}
            onClose={() => setAsking(false)}
            title="Cancel this pass"
            action="Cancel the pass"
            tone="danger"
            onConfirm={() => cancel.mutateAsync({ id: job.id })}
          >
            <p>
              The trial under way stops and its change is rolled back. Changes that were already kept stay
              applied. No report is written.
            </p>
          </Confirm>
        </>
      }
    />
  );
}

function State({ job, broken }: { job: JobView; broken: boolean }) {
  const p = job.progress;
  if (job.error) {
    return (
      <p role="alert" className="mb-3 rounded-lg bg-bad-soft px-3 py-2 text-sm break-words text-bad-ink">
        {job.error}
      </p>
    );
  }
  if (finished(job.state)) return null;
  return (
    <Card className="mb-3">
      <p className="mb-2 font-medium">
        {p?.message ?? (job.state === 'queued' ? 'Waiting for the worker' : 'Starting')}
        {broken && (
          <span className="font-normal text-warn-ink"> · the live connection is lost, asking again</span>
        )}
      </p>
      <Progress share={p && p.total > 0 ? p.done / p.total : null} label="Progress of the pass" />
      <p className="mt-1.5 flex justify-between text-xs text-ink2">
        <span>{p ? `${Math.floor(p.done)} of ${p.total}` : ''}</span>
        <span>{p?.secondsLeft != null ? `about ${timeLeft(p.secondsLeft)} left` : ''}</span>
      </p>
    </Card>
  );
}

function Lines({ lines, running }: { lines: JobEventView[]; running: boolean }) {
  const end = useRef<HTMLDivElement>(null);
  const count = lines.length;
  useEffect(() => {
    const box = end.current?.parentElement;
    // Follows the newest line only while the reader is at the end.
    if (count > 0 && box && box.scrollHeight - box.scrollTop - box.clientHeight < 80)
      box.scrollTop = box.scrollHeight;
  }, [count]);
  if (count === 0)
    return <p className="text-sm text-ink2">{running ? 'Nothing yet.' : 'It said nothing.'}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <div role="log" aria-label="Lines" tabIndex={0} className="max-h-[60dvh] overflow-y-auto">
      {lines.map((l) => (
        <p key={l.id} className="grid grid-cols-[4.5rem_1fr] gap-2 py-0.5 text-sm">
          <time dateTime={l.at} className="text-xs leading-5 text-ink3">
            {clockText(new Date(l.at).getTime(), true)}
          </time>
          <span
            className={cx(
              'break-words',
              l.level === 'warn' && 'text-warn-ink',
              l.level === 'error' && 'text-bad-ink',
            )}
          >
            {l.message}
          </span>
        </p>
      ))}
      <div ref={end} />
    </div>
  );
}
