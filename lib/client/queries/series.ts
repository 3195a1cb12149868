import { queryOptions } from '@tanstack/react-query';
import type { MetricName } from '@/lib/contracts/metrics';
import { request } from '../fetch';
import { livePoll } from '../query-client';

export interface SeriesAsk {
  stack: string | null;
  metric: MetricName;
  target?: string;
  /** Length of the window that ends now, minutes. */
  minutes: number;
  points?: number;
}

/** Live series over the last `minutes`; the window moves with each fetch, the key does not. */
export const seriesQuery = (ask: SeriesAsk) =>
  queryOptions({
    queryKey: ['series', ask],
    queryFn: ({ signal }) => {
      const to = Date.now();
      return request('series', (a) => a.Series, {
        query: {
          stack: ask.stack,
          metric: ask.metric,
          target: ask.target,
          from: new Date(to - ask.minutes * 60_000).toISOString(),
          to: new Date(to).toISOString(),
          points: ask.points ?? 240,
        },
        signal,
      });
    },
    refetchInterval: ask.minutes <= 180 ? livePoll : 30_000,
    enabled: ask.stack !== null,
  });
