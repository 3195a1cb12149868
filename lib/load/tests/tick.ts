import type { LoadTick } from '@/lib/contracts/load-api';
import type { LoadSecond } from '@/lib/contracts/load-record';
import { figuresOf, mergeSeconds } from '../summary';

/** A second in figures. */
export function tickOf(second: LoadSecond): LoadTick {
  const { endpoints, ...rest } = second;
  return {
    ...rest,
    total: figures(Object.values(endpoints), second.durationMs),
    endpoints: Object.fromEntries(
      Object.entries(endpoints).map(([name, e]) => [name, figures([e], second.durationMs)]),
    ),
  };
}

function figures(of: LoadSecond['endpoints'][string][], durationMs: number): LoadTick['total'] {
  const { count, errors, errorKinds, p50, p95, p99 } = figuresOf(mergeSeconds(of), durationMs);
  return { count, errors, errorKinds, p50, p95, p99 };
}
