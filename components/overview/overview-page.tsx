'use client';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { overviewQuery } from '@/lib/client/queries/overview';
import { useStack } from '@/lib/client/use-stack';
import { NoStack } from '../targets/no-stack';
import { TourOffer } from '../tour/tour-offer';
import { Card } from '../ui/card';
import { Failed, Loading, Skeleton, StaleNote } from '../ui/states';
import { Gained } from './gained';
import { Running } from './running';
import { Slows } from './slows';
import { TargetsStrip } from './targets-strip';
import { Tiles, TilesLoading } from './tiles';

/** Below what is read first, with a code of its own: it comes while the page is read, and nothing follows it that could move. */
const LiveCharts = lazy(() => import('./live-charts'));

/** Is it healthy, what slows it, what has been gained: in this order, without a scroll. */
export function OverviewPage() {
  const { stack, none, error: noStacks } = useStack();
  const query = useQuery(overviewQuery(stack));
  const { data, error } = query;
  if (none) return <NoStack />;
  if (!data) {
    const failure = error ?? noStacks;
    return failure ? (
      <Card>
        <Failed error={failure} retry={() => void query.refetch()} />
      </Card>
    ) : (
      <OverviewLoading />
    );
  }
  const waiting = data.targets.every((t) => t.status === 'waiting' || t.lastSampleAt === null);
  return (
    <>
      {error && <StaleNote error={error} />}
      <div className="mb-4 flex flex-wrap items-end justify-between gap-x-6 gap-y-2.5">
        <div className="min-w-0">
          <h1 className="text-[1.3125rem] leading-snug font-semibold tracking-[-0.015em] text-balance">
            {data.headline}
          </h1>
          <p className="text-ink2">{data.sub}</p>
        </div>
        <TargetsStrip targets={data.targets} at={data.at} />
      </div>
      <TourOffer />
      <Running trials={data.running} />
      <Tiles tiles={data.tiles} />
      <div className="grid gap-3 lg:grid-cols-2">
        <Slows findings={data.findings} waiting={waiting} />
        <Gained rows={data.forest} />
      </div>
      <Suspense fallback={<LiveLoading />}>
        <LiveCharts stack={data.stack} />
      </Suspense>
    </>
  );
}

function LiveLoading() {
  return (
    <section aria-label="Live" className="mt-5 min-h-80">
      <Loading rows={4} />
    </section>
  );
}

function OverviewLoading() {
  return (
    <>
      <div className="mb-4 grid gap-2">
        <Skeleton className="h-7 w-[min(34rem,100%)]" />
        <Skeleton className="h-5 w-[min(24rem,80%)]" />
      </div>
      <TilesLoading />
      <div className="grid gap-3 lg:grid-cols-2">
        {['What slows it', 'What has been gained'].map((title) => (
          <Card key={title} title={title}>
            <Loading rows={4} />
          </Card>
        ))}
      </div>
    </>
  );
}
