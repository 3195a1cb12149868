'use client';
import { lazy, type ReactNode, Suspense } from 'react';
import { Skeleton } from '../../ui/states';

/**
 * The chart library is half of the page's weight, so it is fetched after the page can be read. All charts share the
 * one chunk of the library.
 */
export const TimeChart = lazy(() => import('./time-chart'));
const forest = () => import('./forest-chart');
export const ForestChart = lazy(forest);
export const DistributionChart = lazy(() => import('./distribution-chart'));
export const RoundsChart = lazy(() => import('./rounds-chart'));

/** Fetches the code of a forest plot that will be wanted, while its figures are still on their way. */
export const fetchForest = (): void => {
  // Where it fails, drawing fetches it again and says so.
  forest().catch(() => undefined);
};

/** Holds the place of a chart until its code is there. */
export function ChartSlot({ height, children }: { height: number; children: ReactNode }) {
  return (
    <div style={{ minHeight: height }}>
      <Suspense fallback={<Hold height={height} />}>{children}</Suspense>
    </div>
  );
}

function Hold({ height }: { height: number }) {
  return (
    <div style={{ height }}>
      <Skeleton className="h-full" />
    </div>
  );
}
