import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import type { JobContext } from '@/lib/contracts/job';
import type { Noise, TrialDesign } from '@/lib/contracts/trial';
import type { Verdict } from '@/lib/contracts/verdict';
import { type BuiltWorkload, buildWorkload } from '@/lib/load/workload';
import { judgeRecord } from '@/lib/prove/verdict/judge';
import type { Store } from '@/lib/store/client';
import { goalOf } from './design';
import { finishBadly, finishWell } from './finish';
import { insteadOf } from './instead';
import { ensureNoise as noiseFor } from './noise';
import { readPlans } from './plans';
import { prepare } from './prepare';
import { recordOf } from './record';
import { runRounds } from './rounds';
import { designOf, findTrial, saveDesign, type TrialRow } from './rows';
import { ChangeSwitch } from './switch';
import { watchContainers } from './watch-containers';

export interface TrialResult {
  trialId: number;
  verdict: Verdict;
  decision: 'kept' | 'rolled-back' | null;
  noise: Noise | null;
}

interface Env {
  store: Store;
}

export interface RunOptions {
  actor: Actor;
  /** The workload, where the caller has built it already. */
  built?: BuiltWorkload;
  /** Endpoint without which the trial is pointless; by default its goal. */
  mustAnswer?: string | undefined;
}

/**
 * Carries out a queued trial to its end: noise, warm-up, rounds, verdict, decision. Each segment is saved when it is
 * measured. When it is cancelled or fails, the changes go back to the state they were in, the trial's row says why, and
 * the error is thrown again. Throws AppError.
 */
export async function runTrial(
  env: Env,
  trialId: number,
  ctx: JobContext,
  o: RunOptions,
): Promise<TrialResult> {
  const { store } = env;
  const begun = await store.db.trial.updateMany({
    where: { id: trialId, state: 'queued' },
    data: { state: 'running', startedAt: new Date(), jobId: ctx.jobId },
  });
  const trial = await findTrial(store, trialId);
  if (begun.count === 0)
    throw new AppError('conflict', `Trial ${trialId} is ${trial.state}, so it cannot be started.`);
  let changes: ChangeSwitch | null = null;
  try {
    const design = designOf(trial);
    changes = await ChangeSwitch.load(
      store,
      o.actor,
      (design.changes ?? []).map((c) => c.id),
    );
    design.changes = changes.changes.map(({ id, wasApplied }) => ({ id, wasApplied }));
    await saveDesign(store, trialId, design);
    return await carryOut(env, trial, design, changes, ctx, o);
  } catch (error) {
    await finishBadly(store, trialId, changes, error, ctx);
    throw error;
  }
}

async function carryOut(
  env: Env,
  trial: TrialRow,
  design: TrialDesign,
  changes: ChangeSwitch,
  ctx: JobContext,
  o: RunOptions,
): Promise<TrialResult> {
  const { store } = env;
  const { settings } = design;
  const affects = trial.kind === 'change' ? changes.changes.flatMap((c) => c.plan.affects) : [];
  await ctx.say(`Building the workload of ${trial.stack.name}`);
  const whole =
    o.built ??
    (await buildWorkload(store, trial.stack.name, {
      clients: settings.clients,
      seed: settings.seed,
      emphasise: affects,
    }));
  const plans = changes.changes.map((c) => c.plan);
  const built = { ...whole, workload: insteadOf(whole.workload, plans) };
  design.workload = built.workload;
  design.goal = goalOf(
    affects,
    built.workload.probes.map((p) => p.name),
  );
  await saveDesign(store, trial.id, design);
  const noise = trial.kind === 'aa' ? null : await ensureOwnNoise(env, trial, design, built, ctx, o.actor);

  const ready = await prepare({
    store,
    trial,
    design,
    changes,
    built,
    ctx,
    mustAnswer: o.mustAnswer ?? design.goal?.endpoint ?? null,
  });
  try {
    const watch = await watchContainers(store, changes);
    const plans = await readPlans(store, changes);
    await runRounds(ready.bench, async (arm) => {
      await watch();
      if (changes.changes.length > 0) await changes.to(arm, ctx.signal);
      await plans.read(arm);
    });
    await watch(true);
    if (plans.pairs.length > 0) design.plans = plans.pairs;
    await saveDesign(store, trial.id, design);
    await ready.bench.phase('Judging');
    const verdict = judgeRecord(recordOf(trial, design, ready.bench.segments));
    const decision = await finishWell(store, trial, verdict, changes, o.actor, ctx);
    return { trialId: trial.id, verdict, decision, noise };
  } finally {
    await ready.stop();
  }
}

/** The noise of this stack, from an earlier A/A trial or one run now; what it advises is said before the trial goes on. */
async function ensureOwnNoise(
  env: Env,
  trial: TrialRow,
  design: TrialDesign,
  built: BuiltWorkload,
  ctx: JobContext,
  actor: Actor,
): Promise<Noise> {
  const { settings, goal } = design;
  const stack = { id: trial.stackId, name: trial.stack.name };
  const run = async (id: number) =>
    (await runTrial(env, id, ctx, { actor, built, mustAnswer: goal?.endpoint })).verdict;
  const noise = await noiseFor(
    env.store,
    { stack, settings, built, goal, passId: trial.passId, actor },
    ctx,
    run,
  );
  await env.store.db.trial.update({ where: { id: trial.id }, data: { noiseId: noise.trialId } });
  if (noise.advice) await ctx.say(noise.advice, 'warn');
  return noise;
}

/**
 * The noise of a stack for its whole workload: from an A/A trial of the last 24 hours that fits, else from one run now.
 * A pass calls it before its first trial. Throws AppError.
 */
export async function ensureNoise(
  env: Env,
  o: { stack: string; settings: TrialDesign['settings']; passId?: number | null; actor: Actor },
  ctx: JobContext,
): Promise<Noise> {
  const stack = await env.store.db.stack.findUnique({ where: { name: o.stack } });
  if (!stack) throw new AppError('not-found', `There is no stack named "${o.stack}".`, { field: 'stack' });
  const { clients, seed } = o.settings;
  const built = await buildWorkload(env.store, o.stack, { clients, seed });
  const run = async (id: number) => (await runTrial(env, id, ctx, { actor: o.actor, built })).verdict;
  return noiseFor(
    env.store,
    { stack, settings: o.settings, built, goal: null, passId: o.passId ?? null, actor: o.actor },
    ctx,
    run,
  );
}
