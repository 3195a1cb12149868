'use client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { loadEvents, loadExportUrl, loadTestQuery } from '@/lib/client/queries/load';
import { useEvents } from '@/lib/client/use-events';
import { LoadResourcePoint, type LoadTestDetail, LoadTestView, LoadTick } from '@/lib/contracts/load-api';
import { StackLink } from '../shell/stack-link';
import { buttonClass } from '../ui/button';
import { PageHead } from '../ui/page-head';
import { Loaded, Loading } from '../ui/states';
import { Tag } from '../ui/tag';
import { LoadResult } from './load-result';
import { kindWord, outcomeOf, under } from './load-words';
import { RunCharts } from './run-charts';
import { RunningLoad } from './running-load';
import { WhatWasSent } from './what-was-sent';

/** One load test: live while it runs, then its result. */
export function LoadPage({ id }: { id: number }) {
  const query = useQuery(loadTestQuery(id));
  const client = useQueryClient();
  const key = loadTestQuery(id).queryKey;
  const change = (next: (old: LoadTestDetail) => LoadTestDetail) =>
    client.setQueryData<LoadTestDetail>(key, (old) => (old ? next(old) : old));
  const live = query.data !== undefined && under(query.data.state);
  const stream = useEvents(live ? loadEvents(id) : null, {
    test: (data) => {
      const view = LoadTestView.safeParse(data);
      if (view.success) change((old) => ({ ...old, ...view.data }));
    },
    tick: (data) => {
      const tick = LoadTick.safeParse(data);
      if (tick.success) change((old) => ({ ...old, ticks: withTick(old.ticks, tick.data) }));
    },
    resource: (data) => {
      const point = LoadResourcePoint.safeParse(data);
      if (point.success) change((old) => ({ ...old, resources: withPoint(old.resources, point.data) }));
    },
    end: () => void client.invalidateQueries(),
  });
  return (
    <Loaded framed query={query} loading={<Loading rows={5} height="h-24" />}>
      {(test) => (
        <>
          <Head test={test} />
          {under(test.state) ? (
            <RunningLoad test={test} broken={stream === 'broken'} />
          ) : (
            <LoadResult test={test} />
          )}
          {test.ticks.length > 0 && <RunCharts test={test} />}
          <WhatWasSent test={test} />
        </>
      )}
    </Loaded>
  );
}

/** A tick in its place: the stream begins anew after it was cut. */
export function withTick(ticks: LoadTick[], tick: LoadTick): LoadTick[] {
  const last = ticks.at(-1);
  if (!last || tick.t > last.t) return [...ticks, tick];
  return ticks.map((t) => (t.t === tick.t ? tick : t));
}

function withPoint(points: LoadResourcePoint[], point: LoadResourcePoint): LoadResourcePoint[] {
  const same = (p: LoadResourcePoint) =>
    p.t === point.t && p.metric === point.metric && p.target === point.target && p.label === point.label;
  return points.some(same) ? points : [...points, point];
}

const exports = [
  { format: 'json', label: 'Record (JSON)' },
  { format: 'csv', label: 'CSV' },
  { format: 'hdr', label: 'HdrHistogram log' },
  { format: 'k6', label: 'k6 script' },
] as const;

function Head({ test }: { test: LoadTestDetail }) {
  const outcome = outcomeOf(test);
  const possible = exports.filter(
    (e) => (e.format !== 'k6' || test.plan !== null) && (e.format !== 'hdr' || test.ticks.length > 0),
  );
  return (
    <PageHead
      trail={
        <>
          <StackLink href="/load" className="link">
            Load tests
          </StackLink>{' '}
          / {test.id}
        </>
      }
      title={test.title}
      sub={
        <span className="flex flex-wrap items-center gap-2">
          {test.target}
          {test.kind && <Tag>{kindWord[test.kind]}</Tag>}
          {outcome && <Tag tone={outcome.tone}>{outcome.text}</Tag>}
        </span>
      }
      actions={
        !under(test.state) && test.total !== null ? (
          <details className="relative">
            <summary className={buttonClass('plain', false, 'list-none')}>
              <Download aria-hidden="true" className="size-3.5" /> Export
            </summary>
            <ul className="absolute right-0 z-10 mt-1 grid min-w-44 rounded-lg border border-line bg-panel p-1 text-sm shadow-lg max-sm:right-auto max-sm:left-0">
              {possible.map(({ format, label }) => (
                <li key={format}>
                  <a
                    href={loadExportUrl(test.id, format)}
                    download
                    className="block rounded-md px-2.5 py-1.5 hover:bg-line2"
                  >
                    {label}
                  </a>
                </li>
              ))}
            </ul>
          </details>
        ) : undefined
      }
    />
  );
}
