'use client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { trialEvents, trialQuery, trialRecordUrl } from '@/lib/client/queries/trials';
import { useEvents } from '@/lib/client/use-events';
import { type TrialDetail, TrialSummary } from '@/lib/contracts/trial';
import { StackLink } from '../shell/stack-link';
import { buttonClass } from '../ui/button';
import { PageHead } from '../ui/page-head';
import { Loaded, Loading } from '../ui/states';
import { Ended } from './ended';
import { PlanPairs } from './plan-pairs';
import { Results } from './results';
import { RunningTrial } from './running-trial';
import { VerdictCard } from './verdict-card';
import { WhatWasDone } from './what-was-done';

export function TrialPage({ id }: { id: number }) {
  const query = useQuery(trialQuery(id));
  const client = useQueryClient();
  const live = query.data?.state === 'running' || query.data?.state === 'queued';
  const stream = useEvents(live ? trialEvents(id) : null, {
    trial: (data) => {
      const summary = TrialSummary.safeParse(data);
      if (!summary.success) return;
      client.setQueryData<TrialDetail>(trialQuery(id).queryKey, (old) =>
        old ? { ...old, ...summary.data } : old,
      );
      if (summary.data.state !== 'running' && summary.data.state !== 'queued')
        void client.invalidateQueries();
    },
    end: () => void client.invalidateQueries(),
  });
  return (
    <Loaded framed query={query} loading={<Loading rows={5} height="h-24" />}>
      {(trial) => (
        <>
          <Head trial={trial} />
          {trial.state === 'running' || trial.state === 'queued' ? (
            <RunningTrial trial={trial} broken={stream === 'broken'} />
          ) : trial.verdict ? (
            <VerdictCard trial={trial} verdict={trial.verdict} />
          ) : (
            <Ended trial={trial} />
          )}
          {trial.segments.length > 0 && trial.state !== 'running' && <Results trial={trial} />}
          {trial.state !== 'running' && trial.design.plans && <PlanPairs pairs={trial.design.plans} />}
          <WhatWasDone trial={trial} />
        </>
      )}
    </Loaded>
  );
}

function Head({ trial }: { trial: TrialDetail }) {
  return (
    <PageHead
      trail={
        <>
          <StackLink href="/trials" className="link">
            Trials
          </StackLink>{' '}
          / {trial.id}
        </>
      }
      title={trial.title}
      actions={
        <>
          {trial.changeId !== null && (
            <StackLink href={`/changes/${trial.changeId}`} className={buttonClass()}>
              The change
            </StackLink>
          )}
          {trial.segments.length > 0 && (
            <a href={trialRecordUrl(trial.id)} download={`trial-${trial.id}.json`} className={buttonClass()}>
              <Download aria-hidden="true" className="size-3.5" /> Record (JSON)
            </a>
          )}
        </>
      }
    />
  );
}
