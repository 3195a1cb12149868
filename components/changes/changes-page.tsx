'use client';
import { useQuery } from '@tanstack/react-query';
import { createColumnHelper } from '@tanstack/react-table';
import { useMemo } from 'react';
import { dateText, plural } from '@/lib/client/format';
import { changesQuery } from '@/lib/client/queries/changes';
import { useStack } from '@/lib/client/use-stack';
import { useUrlState } from '@/lib/client/use-url-state';
import type { ChangeView } from '@/lib/contracts/change';
import { Outcome } from '@/lib/contracts/verdict';
import { StackLink } from '../shell/stack-link';
import { NoStack } from '../targets/no-stack';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { PageHead } from '../ui/page-head';
import { Segmented } from '../ui/segmented';
import { Empty, Loaded } from '../ui/states';
import { Tag } from '../ui/tag';
import { OutcomeTag, StateTag } from '../ui/word-tag';

const col = createColumnHelper<ChangeView>();
const riskTone = { low: 'good', medium: 'warn', high: 'bad' } as const;
const columns = [
  col.accessor((c) => c.plan.title, {
    id: 'title',
    header: 'change',
    cell: ({ row: { original: c } }) => (
      <>
        <StackLink href={`/changes/${c.id}`} className="font-medium break-words hover:underline">
          {c.plan.title}
        </StackLink>
        <span className="block text-xs break-words text-ink3">
          {c.target} · <code className="font-mono">{c.plan.subject}</code>
        </span>
      </>
    ),
  }),
  col.accessor('state', { header: 'state', cell: (x) => <StateTag state={x.getValue()} /> }),
  col.accessor((c) => c.plan.risk, {
    id: 'risk',
    header: 'risk',
    cell: (x) => <Tag tone={riskTone[x.getValue()]}>{x.getValue()}</Tag>,
  }),
  col.accessor((c) => c.trials[0]?.verdict ?? '', {
    id: 'verdict',
    header: 'last verdict',
    cell: ({ row: { original: c } }) => <LastTrial change={c} />,
  }),
  col.accessor('updatedAt', {
    header: 'updated',
    meta: { numeric: true },
    cell: (x) => <span className="text-ink2">{dateText(x.getValue())}</span>,
  }),
];

function LastTrial({ change }: { change: ChangeView }) {
  const trial = change.trials[0];
  if (!trial) return <span className="text-ink3">not tried</span>;
  const outcome = Outcome.safeParse(trial.verdict);
  return (
    <StackLink href={`/trials/${trial.id}`} className="inline-flex items-center gap-1.5 hover:underline">
      {outcome.success ? <OutcomeTag outcome={outcome.data} /> : <StateTag state={trial.state} />}
      <span className="text-xs text-ink3">trial {trial.id}</span>
    </StackLink>
  );
}

const views = [
  { value: 'current', label: 'Current' },
  { value: 'applied', label: 'Applied' },
  { value: 'all', label: 'All' },
] as const;

export function ChangesPage() {
  const { stack, none } = useStack();
  const query = useQuery(changesQuery(stack));
  const [view, setView] = useUrlState('view', 'current');
  const shown = useMemo(
    () =>
      (query.data ?? []).filter((c) =>
        view === 'all' ? true : view === 'applied' ? c.state === 'applied' : c.state !== 'obsolete',
      ),
    [query.data, view],
  );
  if (none) return <NoStack />;
  return (
    <>
      <PageHead
        title="Changes"
        sub="Remedies that were worked out: what would run, what undoes it, and what trials have shown."
        actions={
          <Segmented
            label="Which changes"
            options={views}
            value={views.find((v) => v.value === view)?.value ?? 'current'}
            onChange={setView}
          />
        }
      />
      <Card>
        <Loaded query={query}>
          {(all) =>
            shown.length === 0 ? (
              <Empty title={view === 'applied' ? 'No change is applied' : 'No change has been proposed'}>
                {all.length > 0
                  ? `${plural(all.length, 'change')} in all.`
                  : 'Changes follow from findings. As soon as one has a remedy, it is listed here.'}
              </Empty>
            ) : (
              <DataTable
                caption="Changes"
                data={shown}
                columns={columns}
                rowKey={(c) => String(c.id)}
                minWidth={680}
              />
            )
          }
        </Loaded>
      </Card>
    </>
  );
}
