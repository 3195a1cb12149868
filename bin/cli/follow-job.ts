import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@/lib/contracts/error';
import type { JobView } from '@/lib/contracts/job';
import { jobDefinitions } from '@/lib/jobs/handlers';
import { settleHook } from '@/lib/jobs/handlers/settle';
import { jobEvents, jobView, requestCancel } from '@/lib/jobs/queue';
import { runJobHere, workerAlive } from '@/lib/jobs/runner';
import type { Store } from '@/lib/store/client';
import { terminal } from '../lib/terminal';

const POLL_MS = 300;
/** Lines of progress where there is no terminal, at most one in so long. */
const LINE_MS = 15_000;

/**
 * Shows a queued job until it has ended, and returns how. A living worker does the work; without one this process
 * does. Ctrl-C asks the job to stop and waits until it has put everything back.
 */
export async function followJob(store: Store, jobId: number): Promise<JobView> {
  const say = terminal(process.stderr);
  let cancelled = false;
  const cancel = () => {
    cancelled = true;
    say('Cancelling: the change is being put back …');
    requestCancel(store, jobId).catch((error) => {
      if (!(error instanceof AppError)) say(`! ${String(error)}`);
    });
  };
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  try {
    const here = (await workerAlive(store))
      ? null
      : runJobHere(store, jobDefinitions, jobId, { onSettle: settleHook });
    const watched = watch(store, jobId, say);
    // Should the work here end badly, there is nothing more to watch.
    await (here ? Promise.race([watched, here.then(() => watched)]) : watched);
    await here;
    const view = await jobView(store, jobId);
    // A terminal's Ctrl-C reaches the load generator too, and a job may fail of that before it hears of the cancel.
    return cancelled && view.state === 'failed' ? { ...view, state: 'cancelled' } : view;
  } finally {
    process.off('SIGINT', cancel);
    process.off('SIGTERM', cancel);
  }
}

async function watch(store: Store, jobId: number, say: (line: string) => void): Promise<void> {
  let seen: string | undefined;
  let shown = '';
  let shownAt = 0;
  for (;;) {
    const view = await jobView(store, jobId);
    for (const event of await jobEvents(store, jobId, seen)) {
      seen = event.id;
      say(`${event.level === 'error' ? '✗' : event.level === 'warn' ? '!' : '·'} ${event.message}`);
    }
    if (view.state !== 'queued' && view.state !== 'running') return;
    const line = progressLine(view);
    const due = process.stderr.isTTY || Date.now() - shownAt >= LINE_MS;
    if (line !== shown && due) {
      say(line);
      shown = line;
      shownAt = Date.now();
    }
    await sleep(POLL_MS);
  }
}

function progressLine(view: JobView): string {
  if (view.state === 'queued') return '… waiting for its turn';
  const { progress } = view;
  if (!progress) return '… starting';
  const share = progress.total > 0 ? progress.done / progress.total : 0;
  const filled = Math.round(share * 20);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(20 - filled)}`;
  const left = progress.secondsLeft === null ? '' : ` · about ${duration(progress.secondsLeft)} left`;
  return `… ${bar} ${String(Math.round(share * 100)).padStart(3)} %${left} · ${progress.message}`;
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
