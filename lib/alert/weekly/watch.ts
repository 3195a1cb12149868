import { log } from '@/lib/config/log';
import type { Store } from '@/lib/store/client';
import { type Repeating, repeat } from '@/lib/time/repeat';
import { sendDueReports } from './send';

/** A report that was asked for is begun within this time, ms. */
const everyMs = 10_000;

/** Writes weekly reports when they are due, until stopped; what is sent goes out with the alerts. */
export function startWeeklyReports(store: Store): Repeating {
  return repeat(everyMs, async () => {
    await sendDueReports(store).catch((error) =>
      log.warn({ err: error }, 'weekly reports could not be looked at; trying again'),
    );
  });
}
