'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createColumnHelper } from '@tanstack/react-table';
import { GitCompareArrows, Plus, Upload } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useId, useMemo, useState } from 'react';
import { dateText, durationText, figureText } from '@/lib/client/format';
import { importLoadTest, loadGlancesQuery, loadTestsQuery } from '@/lib/client/queries/load';
import { useStack } from '@/lib/client/use-stack';
import type { LoadGlance } from '@/lib/contracts/load-analysis';
import type { LoadTestView } from '@/lib/contracts/load-api';
import { Spark } from '../charts/render/spark';
import { useMay } from '../shell/me';
import { StackLink } from '../shell/stack-link';
import { NoStack } from '../targets/no-stack';
import { Button, buttonClass } from '../ui/button';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { PageHead } from '../ui/page-head';
import { Progress } from '../ui/progress';
import { Empty, Loaded } from '../ui/states';
import { Tag } from '../ui/tag';
import { StateTag } from '../ui/word-tag';
import { GradeTag } from './grade-tag';
import { kindWord, outcomeOf, under } from './load-words';

interface Row extends LoadTestView {
  glance: LoadGlance | undefined;
}
const col = createColumnHelper<Row>();
const numeric = { numeric: true };

/** All load tests of a stack; some can be chosen to be compared. */
export function LoadsPage() {
  const { stack, none, href } = useStack();
  const router = useRouter();
  const may = useMay('operator');
  const query = useQuery(loadTestsQuery(stack));
  const glances = useQuery(loadGlancesQuery(stack));
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const rows = useMemo(() => {
    const byId = new Map((glances.data ?? []).map((g) => [g.id, g]));
    return (query.data ?? []).map((t): Row => ({ ...t, glance: byId.get(t.id) }));
  }, [query.data, glances.data]);
  const columns = useMemo(() => columnsOf(chosen, setChosen), [chosen]);
  if (none) return <NoStack />;
  const compare = () => router.push(href(`/load/compare?ids=${[...chosen].sort((a, b) => a - b).join(',')}`));
  return (
    <>
      <PageHead
        title="Load tests"
        sub="How an HTTP service does under a load: latency, errors, and where it gives out."
        actions={
          <>
            <Button
              disabled={chosen.length < 2 || chosen.length > 8}
              onClick={compare}
              title="Choose two to eight tests"
            >
              <GitCompareArrows aria-hidden="true" className="size-3.5" /> Compare
              {chosen.length > 0 ? ` (${chosen.length})` : ''}
            </Button>
            {may && stack !== null && <ImportK6 stack={stack} />}
            {may && (
              <StackLink href="/load/new" className={buttonClass('primary')}>
                <Plus aria-hidden="true" className="size-3.5" /> New load test
              </StackLink>
            )}
          </>
        }
      />
      <Card>
        <Loaded query={query}>
          {() =>
            rows.length === 0 ? (
              <Empty title="No load test yet">
                {may
                  ? 'Press New load test: a ramp-up of 50 users over 30 seconds is ready to start, with the endpoints that are known of the service. From a terminal: bin/ratchet load --url http://… --profile ramp.'
                  : 'An operator can start one, from here or with bin/ratchet load.'}
              </Empty>
            ) : (
              <DataTable
                caption="Load tests"
                data={rows}
                columns={columns}
                rowKey={(t) => String(t.id)}
                initialSort={[{ id: 'createdAt', desc: true }]}
                sortKey="sort"
                minWidth={980}
              />
            )
          }
        </Loaded>
      </Card>
    </>
  );
}

function columnsOf(chosen: readonly number[], choose: (ids: readonly number[]) => void) {
  return [
    col.display({
      id: 'choose',
      header: () => <span className="sr-only">Compare</span>,
      cell: ({ row: { original: t } }) => (
        <input
          type="checkbox"
          aria-label={`Compare test ${t.id}`}
          className="size-4 accent-[var(--after)]"
          disabled={under(t.state)}
          checked={chosen.includes(t.id)}
          onChange={(e) => choose(e.target.checked ? [...chosen, t.id] : chosen.filter((id) => id !== t.id))}
        />
      ),
    }),
    col.accessor('title', {
      header: 'test',
      cell: ({ row: { original: t } }) => (
        <>
          <StackLink href={`/load/${t.id}`} className="font-medium break-words hover:underline">
            {t.title}
          </StackLink>
          <span className="block truncate text-xs text-ink3">
            {t.target}
            {t.kind && ` · ${kindWord[t.kind]}`} · test {t.id}
          </span>
        </>
      ),
    }),
    col.accessor((t) => t.glance?.letter ?? 'Z', {
      id: 'grade',
      header: 'grade',
      cell: ({ row: { original: t } }) =>
        under(t.state) ? (
          <span className="text-xs text-ink3">–</span>
        ) : (
          <GradeTag letter={t.glance?.letter ?? null} />
        ),
    }),
    col.accessor((t) => t.outcome ?? t.state, {
      id: 'outcome',
      header: 'ended',
      cell: ({ row: { original: t } }) => <Ended test={t} />,
    }),
    col.accessor((t) => t.total?.p95 ?? -1, {
      id: 'p95',
      header: 'p95',
      sortDescFirst: true,
      meta: numeric,
      cell: ({ row: { original: t } }) => durationText(t.total?.p95),
    }),
    col.accessor((t) => t.total?.rps ?? -1, {
      id: 'throughput',
      header: 'throughput',
      sortDescFirst: true,
      meta: numeric,
      cell: ({ row: { original: t } }) => figureText(t.total?.rps, '/s'),
    }),
    col.accessor((t) => t.total?.errorRate ?? -1, {
      id: 'errors',
      header: 'errors',
      sortDescFirst: true,
      meta: numeric,
      cell: ({ row: { original: t } }) => figureText(t.total?.errorRate, 'ratio'),
    }),
    col.display({
      id: 'spark',
      header: 'throughput over time',
      meta: { className: 'w-40' },
      cell: ({ row: { original: t } }) =>
        t.glance && t.glance.spark.length > 1 ? <Spark points={t.glance.spark} /> : null,
    }),
    col.accessor('createdAt', {
      header: 'started',
      meta: numeric,
      cell: (x) => <span className="text-ink2">{dateText(x.getValue())}</span>,
    }),
  ];
}

function Ended({ test }: { test: LoadTestView }) {
  const outcome = outcomeOf(test);
  if (under(test.state)) {
    return (
      <span className="grid min-w-24 gap-1">
        <StateTag state={test.state} />
        {test.secondsPlanned !== null && test.secondsPlanned > 0 && (
          <Progress
            share={Math.min(1, test.secondsDone / test.secondsPlanned)}
            label={`Progress of ${test.title}`}
          />
        )}
      </span>
    );
  }
  return (
    <span className="inline-flex flex-wrap gap-1">
      {outcome ? <Tag tone={outcome.tone}>{outcome.text}</Tag> : <StateTag state={test.state} />}
      {test.thresholdsPassed === false && <Tag tone="bad">threshold broken</Tag>}
    </span>
  );
}

/** Reads results of k6, for loads beyond one machine. */
function ImportK6({ stack }: { stack: string }) {
  const id = useId();
  const router = useRouter();
  const client = useQueryClient();
  const { href } = useStack();
  const read = useMutation({
    mutationFn: (file: File) => importLoadTest({ stack, file }),
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ['load-tests'] });
      router.push(href(`/load/${made.id}`));
    },
  });
  return (
    <>
      <label
        htmlFor={id}
        className={buttonClass(
          'plain',
          false,
          'cursor-pointer has-focus-visible:outline-2 has-focus-visible:outline-mark',
        )}
      >
        <Upload aria-hidden="true" className="size-3.5" /> {read.isPending ? 'Reading…' : 'Import from k6'}
        <input
          id={id}
          type="file"
          accept=".json,.jsonl,application/json"
          className="sr-only"
          onChange={(e) => {
            const file = e.target.files?.[0];
            if (file) read.mutate(file);
            e.target.value = '';
          }}
        />
      </label>
      {read.error && (
        <p role="alert" className="w-full text-right text-sm text-bad-ink">
          {read.error.message}
        </p>
      )}
    </>
  );
}
