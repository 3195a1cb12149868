// The worker process: settles what a crash left, runs jobs, and observes the targets. Ends on SIGTERM, SIGINT,
// and when its supervisor is gone.
import { startAlerts } from '@/lib/alert/watch';
import { startWeeklyReports } from '@/lib/alert/weekly/watch';
import { config } from '@/lib/config';
import { log } from '@/lib/config/log';
import { jobDefinitions } from '@/lib/jobs/handlers';
import { settleHook } from '@/lib/jobs/handlers/settle';
import { startJobRunner } from '@/lib/jobs/runner';
import { startObserver } from '@/lib/observe/scheduler';
import { startDiagnosing } from '@/lib/optimize/continuous';
import { endWithParent } from '@/lib/services/parent';
import { beginChain } from '@/lib/store/chain/begin';
import { getStore } from '@/lib/store/client';

let stopping = false;
const stops: (() => Promise<void>)[] = [];

/** Stops in reverse what was started; the exit code is that of the first call. */
async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  for (const end of stops.reverse()) {
    await end().catch((error) => log.error({ err: error }, 'did not stop cleanly'));
  }
  process.exit(code);
}

process.on('SIGTERM', () => stop(0));
process.on('SIGINT', () => stop(0));
process.on('disconnect', () => stop(0));
endWithParent(() => stop(0));
process.on('unhandledRejection', (error) => {
  log.fatal({ err: error }, 'unhandled rejection');
  stop(1);
});
process.on('uncaughtException', (error) => {
  log.fatal({ err: error }, 'uncaught exception');
  stop(1);
});

log.info({ dataDir: config().dataDir }, 'worker starts');
const store = await getStore();
stops.push(() => store.close());
await beginChain(store);
const runner = await startJobRunner(store, jobDefinitions, { onSettle: settleHook });
stops.push(() => runner.stop());
runner.ended.catch(() => stop(1));
const observer = await startObserver(store);
stops.push(() => observer.stop());
const diagnosing = startDiagnosing(store);
stops.push(() => diagnosing.stop());
const alerts = startAlerts(store);
stops.push(() => alerts.stop());
const weekly = startWeeklyReports(store);
stops.push(() => weekly.stop());
process.send?.('ready');
log.info('worker is ready');
