import { queryOptions } from '@tanstack/react-query';
import type { MetricName } from '@/lib/contracts/metrics';
import { request } from '../fetch';
import { refreshEvery } from '../time-range';

/** A window that ends now (or `agoMs` before) and moves on, or one that stands still; ms. */
export type Window = { lengthMs: number; agoMs?: number } | { from: number; to: number };

/** The window of the same length that ends where this one begins. */
export const windowBefore = (window: Window): Window =>
  'lengthMs' in window
    ? { lengthMs: window.lengthMs, agoMs: window.lengthMs }
    : { from: 2 * window.from - window.to, to: window.from };

export interface SeriesAsk {
  stack: string | null;
  metric: MetricName;
  target?: string;
  window: Window;
  /** Most points per series: what the page can draw. */
  points: number;
}

/** A live window moves with each fetch, its key does not: what is drawn stays until the newer is there. */
export const seriesQuery = (ask: SeriesAsk) =>
  queryOptions({
    queryKey: ['series', ask],
    queryFn: ({ signal }) => {
      const { from, to } = bounds(ask.window);
      const { stack, metric, target, points } = ask;
      return request('series', (a) => a.Series, {
        query: { stack, metric, target, from, to, points },
        signal,
      });
    },
    refetchInterval: renewal(ask.window),
    enabled: ask.stack !== null,
  });

export const marksQuery = (stack: string | null, window: Window) =>
  queryOptions({
    queryKey: ['marks', stack, window],
    queryFn: ({ signal }) =>
      request('marks', (a) => a.Marks, { query: { stack, ...bounds(window) }, signal }),
    refetchInterval: renewal(window),
    enabled: stack !== null,
  });

function bounds(window: Window): { from: string; to: string } {
  const to = 'lengthMs' in window ? Date.now() - (window.agoMs ?? 0) : window.to;
  const from = 'lengthMs' in window ? to - window.lengthMs : window.from;
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

/** What stands still is read once. */
const renewal = (window: Window) => ('lengthMs' in window ? refreshEvery(window.lengthMs) : false);
