import type { PgStatementBaseline } from '@/lib/contracts/postgres-snapshot';
import type { TrialSettings } from '@/lib/contracts/trial';
import { diagnoseAndRecord, type RecordedDiagnosis } from '@/lib/diagnose/record';
import { startGenerator } from '@/lib/load/generator';
import { buildWorkload } from '@/lib/load/workload';
import { observeOnce } from '@/lib/observe/observe-once';
import { countersOf } from '@/lib/observe/statement-baseline';
import { segmentsPerRound } from '@/lib/prove/trial/design';
import type { Store } from '@/lib/store/client';
import { loadTargets } from '@/lib/targets/registry';
import type { PassLog } from './pass-log';
import { observeTargets } from './pass-observe';

/** In less time a statement is hardly called the hundred times from which on the recent past says how it is now. */
const shortestMs = 5_000;

/**
 * Diagnoses a stack by how it runs now: under its workload for the length of a round, with the changes kept so far and the
 * statement counters of that time alone. Those of the last hour still tell of what the kept changes have mended.
 * Throws AppError as buildWorkload and startGenerator.
 */
export async function lookAfresh(
  store: Store,
  o: { stack: string; settings: TrialSettings },
  pass: PassLog,
): Promise<RecordedDiagnosis> {
  const { clients, seed, segmentSeconds } = o.settings;
  const { signal } = pass.ctx;
  const built = await buildWorkload(store, o.stack, { clients, seed });
  const generator = await startGenerator(built);
  const abort = () => void generator.stop();
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    const since = await countersNow(store, o.stack, signal);
    await generator.segment({
      ms: Math.max(shortestMs, segmentsPerRound * segmentSeconds * 1000),
      warmupMs: 0,
    });
    await observeTargets(store, o.stack, pass);
    return await diagnoseAndRecord(store, o.stack, since);
  } finally {
    signal.removeEventListener('abort', abort);
    await generator.stop();
  }
}

/** Statement counters of the databases of a stack, by target. */
async function countersNow(
  store: Store,
  stack: string,
  signal: AbortSignal,
): Promise<Map<number, PgStatementBaseline>> {
  const databases = (await loadTargets(store, { stack })).filter((t) => t.kind === 'postgres' && !t.paused);
  const counters = new Map<number, PgStatementBaseline>();
  for (const { id } of databases) {
    const takenAt = new Date();
    const counted = countersOf(await observeOnce(store, id, signal), takenAt);
    if (counted) counters.set(id, counted);
  }
  return counters;
}
