import { AppError } from '@/lib/contracts/error';
import type { JobContext } from '@/lib/contracts/job';
import type { LoadOutcome, LoadRecord, LoadSecond } from '@/lib/contracts/load-record';
import type { Store } from '@/lib/store/client';
import { unseal } from '@/lib/store/seal';
import { loadTargets } from '@/lib/targets/registry';
import { plannedSeconds } from '../profiles';
import { machineHere, recordedTarget, runLoad } from '../run-load';
import { withoutSecrets } from '../secrets';
import { summaryOf } from '../summary';
import { originsOf } from '../workload';
import { asResources, resourcePoints } from './resources';
import { findLoadTest, json, type LoadHead, type LoadTestRow } from './rows';
import { SealedOrder } from './start';
import { tickOf } from './tick';

export const interruptedWhy = 'The worker that ran it ended before it was done.';

/**
 * Carries out a queued load test. Every second is stored as it is measured. A person's stop ends it well, with what was measured;
 * when the worker stops it is marked interrupted and keeps the same. Throws AppError when it could not begin.
 */
export async function runLoadTest(store: Store, id: number, ctx: JobContext): Promise<LoadOutcome> {
  const begun = await store.db.loadTest.updateMany({
    where: { id, state: 'queued' },
    data: { state: 'running', startedAt: new Date(), jobId: ctx.jobId },
  });
  const row = await findLoadTest(store, id);
  if (begun.count === 0)
    throw new AppError('conflict', `Load test ${id} is ${row.state}, so it cannot be started.`);
  try {
    const record = await measure(store, row, ctx);
    const outcome = await finish(store, row, record, ctx);
    if (outcome === 'interrupted') throw ctx.signal.reason;
    return outcome;
  } catch (error) {
    const stopped = ctx.signal.aborted;
    await store.db.loadTest.updateMany({
      where: { id, state: 'running' },
      data: {
        state: stopped ? 'cancelled' : 'failed',
        outcome: stopped ? 'stopped' : 'failed',
        reason:
          error instanceof AppError ? error.message : 'An unexpected error; the log of the worker has it.',
        finishedAt: new Date(),
        sealedOrder: null,
      },
    });
    throw error;
  }
}

async function measure(store: Store, row: LoadTestRow, ctx: JobContext): Promise<LoadRecord> {
  const { plan, allowRemote } = SealedOrder.parse(JSON.parse(unseal(row.sealedOrder ?? '')));
  const target = (await loadTargets(store, { stack: row.stack.name })).find((t) => t.name === row.target);
  if (target?.connection.kind !== 'http')
    throw new AppError('not-found', `${row.target} is no longer an HTTP target of ${row.stack.name}.`);
  const total = plannedSeconds(plan.profile, plan.arrivals);
  const saving = new Saving(store, row.id);
  // A store that no longer takes the seconds ends the run: what is not kept need not be measured.
  const signal = AbortSignal.any([ctx.signal, saving.broken.signal]);
  await ctx.say(`${row.title}: ${plan.probes.length} endpoints on ${target.address}`);
  const record = await runLoad({
    plan,
    title: row.title,
    headers: target.connection.headers,
    allowedOrigins: originsOf(target),
    allowRemote,
    signal,
    onStart: (at) => {
      const head: LoadHead = {
        schema: 'ratchet.load/1',
        title: row.title,
        source: { tool: 'ratchet' },
        startedAt: at.toISOString(),
        endedAt: at.toISOString(),
        outcome: 'interrupted',
        reason: interruptedWhy,
        target: recordedTarget(plan.target),
        model: plan.profile.model,
        plan: withoutSecrets(plan),
        workloadHash: row.workloadHash,
        machine: machineHere(),
        resources: [],
        limit: null,
        coordinatedOmission: null,
        generatorLimited: null,
        firstError: null,
      };
      saving.add(() =>
        store.db.loadTest.update({ where: { id: row.id }, data: { startedAt: at, head: json(head) } }),
      );
    },
    onSecond: (second) => {
      saving.second(second);
      const done = second.t + 1;
      const left = total === null ? null : Math.max(0, total - done);
      const progress = {
        done: total === null ? done : Math.min(done, total),
        total: total ?? 0,
        message: `${second.level.toFixed(0)} ${plan.profile.model === 'closed' ? 'users' : 'requests/s'}`,
        secondsLeft: left,
      };
      saving.add(() => ctx.progress(progress));
    },
  });
  await saving.settled();
  return record;
}

/** Writes to the store in order, while the run goes on. */
class Saving {
  readonly broken = new AbortController();
  #last: Promise<unknown> = Promise.resolve();
  #error: unknown = null;

  constructor(
    readonly store: Store,
    readonly id: number,
  ) {}

  add(write: () => Promise<unknown>): void {
    this.#last = this.#last.then(write).catch((error: unknown) => {
      this.#error ??= error;
      this.broken.abort();
    });
  }

  second(second: LoadSecond): void {
    const data = { loadTestId: this.id, t: second.t, second: json(second), tick: json(tickOf(second)) };
    this.add(() => this.store.db.loadTestSecond.create({ data }));
  }

  /** Throws what went wrong first. */
  async settled(): Promise<void> {
    await this.#last;
    if (this.#error !== null) throw this.#error;
  }
}

async function finish(
  store: Store,
  row: LoadTestRow,
  record: LoadRecord,
  ctx: JobContext,
): Promise<LoadOutcome> {
  const startedAt = Date.parse(record.startedAt);
  const until = Date.parse(record.endedAt);
  const points = await resourcePoints(store, row.stack.name, startedAt, { after: startedAt, until });
  const shutdown = ctx.signal.aborted && !(await cancelAsked(store, ctx.jobId));
  const { seconds, ...rest } = {
    ...record,
    resources: asResources(points),
    ...(shutdown ? { outcome: 'interrupted' as const, reason: interruptedWhy } : {}),
  };
  const summary = summaryOf({ ...rest, seconds });
  await store.db.loadTest.update({
    where: { id: row.id },
    data: {
      state: shutdown ? 'interrupted' : rest.outcome === 'failed' ? 'failed' : 'done',
      outcome: rest.outcome,
      reason: rest.reason,
      head: json(rest),
      summary: json(summary),
      finishedAt: new Date(),
      sealedOrder: null,
    },
  });
  await ctx
    .say(rest.reason ?? 'It ran to its end.', rest.outcome === 'completed' ? 'info' : 'warn')
    .catch(() => undefined);
  return rest.outcome;
}

async function cancelAsked(store: Store, jobId: number): Promise<boolean> {
  const job = await store.db.job.findUnique({ where: { id: jobId }, select: { cancelRequested: true } });
  return job?.cancelRequested ?? false;
}
