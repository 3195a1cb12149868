'use client';
import { useQuery } from '@tanstack/react-query';
import { dateText } from '@/lib/client/format';
import { reportComparisonQuery } from '@/lib/client/queries/report-comparison';
import { reportsQuery } from '@/lib/client/queries/reports';
import { useStack } from '@/lib/client/use-stack';
import { useUrlState } from '@/lib/client/use-url-state';
import type { ReportSummary } from '@/lib/contracts/report';
import { StackLink } from '../shell/stack-link';
import { NoStack } from '../targets/no-stack';
import { Card } from '../ui/card';
import { Field, Select } from '../ui/field';
import { PageHead } from '../ui/page-head';
import { Empty, Loaded } from '../ui/states';
import { Comparison } from './comparison';

/** What a report is called in a choice: a baseline by its name. */
const nameOf = (r: ReportSummary): string =>
  `${r.baseline === null ? '' : `${r.baseline}: `}report ${r.id}, ${dateText(r.createdAt)}`;

export function ComparePage() {
  const { stack, none } = useStack();
  const reports = useQuery(reportsQuery(stack));
  if (none) return <NoStack />;
  return (
    <>
      <PageHead
        trail={
          <StackLink href="/reports" className="link">
            Reports
          </StackLink>
        }
        title="Compare reports"
        sub="Where the stack stood at the end of each: score, figures, changes and findings."
      />
      <Loaded framed query={reports}>
        {(all) =>
          all.length < 2 ? (
            <Card>
              <Empty title="Two reports are needed">
                There {all.length === 1 ? 'is one' : 'is none'} yet. Each pass on the{' '}
                <StackLink href="/reports" className="link">
                  reports page
                </StackLink>{' '}
                ends in one.
              </Empty>
            </Card>
          ) : (
            <Choices reports={all} />
          )
        }
      </Loaded>
    </>
  );
}

/** `reports` newest first, two or more. By default the newest against the newest baseline, else the one before it. */
function Choices({ reports }: { reports: ReportSummary[] }) {
  const [newest, second] = reports;
  const baseline = reports.find((r) => r.baseline !== null && r.id !== newest?.id);
  const [before, setBefore] = useUrlState('before', String((baseline ?? second)?.id ?? ''));
  const [after, setAfter] = useUrlState('after', String(newest?.id ?? ''));
  const query = useQuery(reportComparisonQuery(number(before), number(after)));
  const named = reports.filter((r) => r.baseline !== null);
  const others = reports.filter((r) => r.baseline === null);
  const options = (
    <>
      {named.length > 0 && (
        <optgroup label="Baselines">
          {named.map((r) => (
            <option key={r.id} value={r.id}>
              {nameOf(r)}
            </option>
          ))}
        </optgroup>
      )}
      <optgroup label="Reports">
        {others.map((r) => (
          <option key={r.id} value={r.id}>
            {nameOf(r)}
          </option>
        ))}
      </optgroup>
    </>
  );
  return (
    <div className="grid gap-3">
      <Card>
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="Before">
            {(p) => (
              <Select {...p} value={before} onChange={(e) => setBefore(e.target.value)}>
                {options}
              </Select>
            )}
          </Field>
          <Field label="After">
            {(p) => (
              <Select {...p} value={after} onChange={(e) => setAfter(e.target.value)}>
                {options}
              </Select>
            )}
          </Field>
        </div>
      </Card>
      {before === after ? (
        <Card>
          <Empty title="This is one report">Choose two different ones.</Empty>
        </Card>
      ) : (
        <Loaded framed query={query}>
          {(comparison) => <Comparison comparison={comparison} />}
        </Loaded>
      )}
    </div>
  );
}

const number = (text: string): number | null => (/^\d+$/.test(text) ? Number(text) : null);
