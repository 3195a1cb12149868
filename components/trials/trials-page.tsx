'use client';
import { useQuery } from '@tanstack/react-query';
import { createColumnHelper } from '@tanstack/react-table';
import { useMemo } from 'react';
import { dateText, ratioText, timeLeft } from '@/lib/client/format';
import { trialsQuery } from '@/lib/client/queries/trials';
import { useStack } from '@/lib/client/use-stack';
import { metricWord } from '@/lib/client/words';
import type { TrialSummary } from '@/lib/contracts/trial';
import { intervalDomain } from '../charts/prepare/interval';
import { IntervalBar } from '../charts/render/interval-bar';
import { Term } from '../help/term';
import { StackLink } from '../shell/stack-link';
import { NoStack } from '../targets/no-stack';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { PageHead } from '../ui/page-head';
import { Progress } from '../ui/progress';
import { Empty, Loaded } from '../ui/states';
import { Tag } from '../ui/tag';
import { DecisionTag, OutcomeTag, StateTag } from '../ui/word-tag';

const col = createColumnHelper<TrialSummary>();

/** Shown to have what effect: a bar, or how far it is, or why there is none. */
function Effect({ trial, domain }: { trial: TrialSummary; domain: [number, number] }) {
  if (trial.state === 'running') {
    const p = trial.progress;
    return (
      <span className="grid gap-1">
        <Progress
          share={p && p.segmentsTotal > 0 ? p.segmentsDone / p.segmentsTotal : null}
          label={`Progress of ${trial.title}`}
        />
        <span className="text-xs text-ink3">
          {p ? `round ${Math.min(p.round + 1, p.rounds)} of ${p.rounds}` : 'starting'}
          {p?.secondsLeft != null && ` · ${timeLeft(p.secondsLeft)} left`}
        </span>
      </span>
    );
  }
  const { ratio, low, high, outcome } = trial;
  if (ratio === null || low === null || high === null || outcome === null) {
    return (
      <span className="line-clamp-2 text-xs text-ink3">
        {trial.error ?? (trial.state === 'queued' ? 'waiting for its turn' : 'no verdict')}
      </span>
    );
  }
  return (
    <span className="grid grid-cols-[minmax(6rem,1fr)_9rem] items-center gap-2">
      <IntervalBar effect={{ ratio, low, high }} domain={domain} outcome={outcome} />
      <span className="text-xs whitespace-nowrap text-ink2">
        {ratioText(ratio)}{' '}
        <span className="text-ink3">
          ({ratioText(low)}–{ratioText(high)})
        </span>
      </span>
    </span>
  );
}

export function TrialsPage() {
  const { stack, none } = useStack();
  const query = useQuery(trialsQuery(stack));
  const domain = useMemo(
    () =>
      intervalDomain(
        (query.data ?? []).flatMap((t) =>
          t.ratio !== null && t.low !== null && t.high !== null
            ? [{ ratio: t.ratio, low: t.low, high: t.high }]
            : [],
        ),
      ),
    [query.data],
  );
  const columns = useMemo(
    () => [
      col.accessor('id', { header: 'trial', cell: (x) => <span className="text-ink3">{x.getValue()}</span> }),
      col.accessor('title', {
        header: 'what was tried',
        cell: ({ row: { original: t } }) => (
          <>
            <StackLink href={`/trials/${t.id}`} className="font-medium break-words hover:underline">
              {t.title}
            </StackLink>{' '}
            {t.kind === 'aa' && <Tag>noise</Tag>}
            <span className="block truncate text-xs text-ink3">
              {t.goal
                ? `${metricWord[t.metric ?? 'p50'] ?? t.metric} of ${t.goal}`
                : 'all endpoints together'}
            </span>
          </>
        ),
      }),
      col.accessor((t) => t.outcome ?? t.state, {
        id: 'verdict',
        header: 'verdict',
        cell: ({ row: { original: t } }) => (
          <span className="inline-flex flex-wrap gap-1">
            {t.outcome && t.kind !== 'aa' ? <OutcomeTag outcome={t.outcome} /> : <StateTag state={t.state} />}
            {t.decision && <DecisionTag decision={t.decision} />}
          </span>
        ),
      }),
      col.accessor((t) => t.ratio ?? Number.POSITIVE_INFINITY, {
        id: 'effect',
        header: 'after ÷ before, 95% interval',
        meta: { className: 'min-w-64' },
        cell: ({ row: { original: t } }) => <Effect trial={t} domain={domain} />,
      }),
      col.accessor('createdAt', {
        header: 'started',
        meta: { numeric: true },
        cell: (x) => <span className="text-ink2">{dateText(x.getValue())}</span>,
      }),
    ],
    [domain],
  );
  if (none) return <NoStack />;
  return (
    <>
      <PageHead
        title="Trials"
        sub={
          <>
            Each <Term id="trial">trial</Term> is an experiment on one change: the same load, with it and
            without it, in turn.
          </>
        }
      />
      <Card id="trial-list">
        <Loaded query={query}>
          {(all) =>
            all.length === 0 ? (
              <Empty title="No trial yet">
                Open a finding and press Prove: the change is measured before anything is claimed about it.
              </Empty>
            ) : (
              <DataTable
                caption="Trials"
                data={all}
                columns={columns}
                rowKey={(t) => String(t.id)}
                initialSort={[{ id: 'createdAt', desc: true }]}
                minWidth={820}
              />
            )
          }
        </Loaded>
      </Card>
    </>
  );
}
