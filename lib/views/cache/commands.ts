import type { CommandRow } from '@/lib/contracts/cache';
import { infoFields } from '@/lib/targets/redis/info';

/** The commands of `INFO commandstats` and `latencystats`, those with most time first. Both count in microseconds. */
export function commandRows(info: Record<string, string>): CommandRow[] {
  const rows = Object.entries(info)
    .filter(([name]) => name.startsWith('cmdstat_'))
    .map(([name, value]) => {
      const id = name.slice('cmdstat_'.length);
      const latency = infoFields(info[`latency_percentiles_usec_${id}`] ?? '');
      const { calls = 0, usec = 0, rejected_calls, failed_calls } = infoFields(value);
      return {
        command: id.replace('|', ' ').toUpperCase(),
        calls,
        totalMs: usec / 1000,
        perCallMs: calls > 0 ? usec / 1000 / calls : 0,
        p50Ms: inMs(latency.p50),
        p99Ms: inMs(latency.p99),
        rejected: rejected_calls ?? null,
        failed: failed_calls ?? null,
      };
    })
    .filter((row) => row.calls > 0);
  const total = rows.reduce((sum, row) => sum + row.totalMs, 0);
  return rows
    .map((row) => ({ ...row, share: total > 0 ? row.totalMs / total : 0 }))
    .sort((a, b) => b.totalMs - a.totalMs);
}

const inMs = (usec: number | undefined) => (usec === undefined ? null : usec / 1000);
