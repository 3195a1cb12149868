import { setTimeout as sleep } from 'node:timers/promises';
import { log } from '@/lib/config/log';
import type { Store } from '@/lib/store/client';
import { evaluateAlerts } from './evaluate';
import { deliverDue } from './notify/deliver';

/** As often as vitals are read, twice: a new value is judged within ten seconds. */
const everyMs = 10_000;

/** Judges the alert rules and sends what there is to send, until stopped. */
export function startAlerts(store: Store): { stop(): Promise<void> } {
  const abort = new AbortController();
  const running = loop(store, abort.signal);
  return {
    stop: async () => {
      abort.abort();
      await running;
    },
  };
}

async function loop(store: Store, signal: AbortSignal): Promise<void> {
  const complain = (error: unknown) =>
    log.warn({ err: error }, 'alerts could not be judged or sent; trying again');
  while (!signal.aborted) {
    await evaluateAlerts(store).catch(complain);
    await deliverDue(store).catch(complain);
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
