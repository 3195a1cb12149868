import { log } from '@/lib/config/log';
import type { Store } from '@/lib/store/client';
import { type Repeating, repeat } from '@/lib/time/repeat';
import { evaluateAlerts } from './evaluate';
import { deliverDue } from './notify/deliver';

/** As often as vitals are read, twice: a new value is judged within ten seconds. */
const everyMs = 10_000;

/** Judges the alert rules and sends what there is to send, until stopped. */
export function startAlerts(store: Store): Repeating {
  const complain = (error: unknown) =>
    log.warn({ err: error }, 'alerts could not be judged or sent; trying again');
  return repeat(everyMs, async () => {
    await evaluateAlerts(store).catch(complain);
    await deliverDue(store).catch(complain);
  });
}
