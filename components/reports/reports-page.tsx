'use client';
import { useQuery } from '@tanstack/react-query';
import { createColumnHelper } from '@tanstack/react-table';
import { dateText } from '@/lib/client/format';
import { passesQuery } from '@/lib/client/queries/jobs';
import { reportsQuery } from '@/lib/client/queries/reports';
import { useStack } from '@/lib/client/use-stack';
import type { ReportSummary } from '@/lib/contracts/report';
import { RunPass } from '../jobs/run-pass';
import { useMay } from '../shell/me';
import { StackLink } from '../shell/stack-link';
import { NoStack } from '../targets/no-stack';
import { buttonClass } from '../ui/button';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { PageHead } from '../ui/page-head';
import { Progress } from '../ui/progress';
import { Empty, Loaded } from '../ui/states';
import { Tag } from '../ui/tag';
import { StateTag } from '../ui/word-tag';
import { ChainCard } from './chain-card';
import { NewReport } from './new-report';
import { SharesCard } from './shares-card';
import { Weekly } from './weekly';

const col = createColumnHelper<ReportSummary>();
const columns = [
  col.accessor('title', {
    header: 'report',
    cell: ({ row: { original: r } }) => (
      <>
        <StackLink href={`/reports/${r.id}`} className="font-medium break-words hover:underline">
          {r.title}
        </StackLink>{' '}
        {r.baseline !== null && <Tag tone="mark">{r.baseline}</Tag>}
      </>
    ),
  }),
  col.accessor('trials', { header: 'trials', meta: { numeric: true } }),
  col.accessor('loadTests', { header: 'load tests', meta: { numeric: true } }),
  col.accessor('improved', { header: 'improved', meta: { numeric: true } }),
  col.accessor('createdAt', {
    header: 'written',
    meta: { numeric: true },
    cell: (x) => <span className="text-ink2">{dateText(x.getValue())}</span>,
  }),
];

export function ReportsPage() {
  const { stack, none } = useStack();
  const may = useMay('operator');
  const reports = useQuery(reportsQuery(stack));
  const passes = useQuery(passesQuery(stack));
  if (none) return <NoStack />;
  return (
    <>
      <PageHead
        title="Reports"
        sub="A pass reads the stack, tries what it proposes, keeps what helped and writes one of these; others are written of what is measured already."
        actions={
          <>
            {reports.data && reports.data.length > 1 && (
              <StackLink href="/reports/compare" className={buttonClass()}>
                Compare
              </StackLink>
            )}
            {may && stack !== null && <NewReport stack={stack} />}
            {may && stack !== null && <RunPass stack={stack} />}
          </>
        }
      />
      <Card id="report-list" className="mb-3">
        <Loaded query={reports}>
          {(all) =>
            all.length === 0 ? (
              <Empty title="No report yet">
                {may
                  ? 'Run a pass: it tries every proposed change and writes a report at the end.'
                  : 'An operator can run a pass, which writes a report at its end.'}
              </Empty>
            ) : (
              <DataTable
                caption="Reports"
                data={all}
                columns={columns}
                rowKey={(r) => String(r.id)}
                initialSort={[{ id: 'createdAt', desc: true }]}
                minWidth={540}
              />
            )
          }
        </Loaded>
      </Card>
      {passes.data && passes.data.length > 0 && (
        <Card title="Passes" note="newest first">
          <ul className="grid">
            {passes.data.slice(0, 12).map((job) => (
              <li
                key={job.id}
                className="grid items-center gap-x-4 gap-y-1 border-t border-line2 py-2 text-sm first:border-t-0 sm:grid-cols-[8rem_7rem_1fr_auto]"
              >
                <StackLink href={`/passes/${job.id}`} className="link">
                  Pass {job.id}
                </StackLink>
                <span>
                  <StateTag state={job.state} />
                </span>
                <span className="min-w-0">
                  {job.state === 'running' ? (
                    <Progress
                      share={
                        job.progress && job.progress.total > 0 ? job.progress.done / job.progress.total : null
                      }
                      label={`Progress of pass ${job.id}`}
                    />
                  ) : (
                    <span className="line-clamp-1 text-ink2">{job.error ?? ''}</span>
                  )}
                </span>
                <span className="text-ink2">
                  {job.createdBy}, {dateText(job.createdAt)}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <div className="mt-3 grid gap-3">
        {stack !== null && <Weekly stack={stack} />}
        <SharesCard />
        <ChainCard />
      </div>
    </>
  );
}
