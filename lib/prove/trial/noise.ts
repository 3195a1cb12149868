import type { Actor } from '@/lib/contracts/auth';
import type { JobContext } from '@/lib/contracts/job';
import type { Noise, TrialDesign, TrialSettings } from '@/lib/contracts/trial';
import type { Goal } from '@/lib/contracts/trial-record';
import { Verdict } from '@/lib/contracts/verdict';
import type { BuiltWorkload } from '@/lib/load/workload';
import type { Store } from '@/lib/store/client';
import { designOf, emptyDesign, json } from './rows';

/** An A/A trial says how noisy a stack is for this long, ms. */
const validMs = 24 * 60 * 60 * 1000;
/** Share of the probes that the workloads must have in common for an A/A to speak for another. */
const enoughInCommon = 0.8;

/**
 * The noise of a stack for a workload: from an A/A trial of the last 24 hours whose workload fits, else from one run
 * now through `run`. `goal` is the endpoint and metric that noise is wanted of (null: the workload as a whole).
 */
export async function ensureNoise(
  store: Store,
  o: {
    stack: { id: number; name: string };
    settings: TrialSettings;
    built: BuiltWorkload;
    goal: Goal | null;
    passId?: number | null;
    actor: Actor;
  },
  ctx: JobContext,
  run: (trialId: number) => Promise<Verdict>,
): Promise<Noise> {
  const known = await store.db.trial.findMany({
    where: {
      stackId: o.stack.id,
      kind: 'aa',
      state: 'done',
      finishedAt: { gt: new Date(Date.now() - validMs) },
    },
    orderBy: { id: 'desc' },
  });
  for (const row of known) {
    const verdict = Verdict.safeParse(row.verdict);
    if (verdict.success && fits(designOf(row), o.settings, o.built, o.goal)) {
      return noiseOf(row.id, verdict.data, o.goal, o.settings);
    }
  }
  await ctx.say('Measuring the noise first: an A/A trial with no change');
  const row = await store.db.trial.create({
    data: {
      stackId: o.stack.id,
      kind: 'aa',
      title: `A/A on ${o.stack.name}`,
      design: json(emptyDesign(o.settings, [])),
      passId: o.passId ?? null,
      jobId: ctx.jobId,
      createdBy: o.actor.name,
    },
  });
  return noiseOf(row.id, await run(row.id), o.goal, o.settings);
}

/** The noise that a trial's own A/A shows, or null when it had none or that one is gone. */
export async function noiseOfTrial(
  store: Store,
  noiseId: number | null,
  design: TrialDesign,
): Promise<Noise | null> {
  if (noiseId === null) return null;
  const row = await store.db.trial.findUnique({ where: { id: noiseId } });
  const verdict = Verdict.safeParse(row?.verdict);
  return verdict.success ? noiseOf(noiseId, verdict.data, design.goal, design.settings) : null;
}

/** Same clients, segment length and at least the rounds, nearly the same probes, and the goal among them. Weights may differ. */
export function fits(
  aa: TrialDesign,
  settings: TrialSettings,
  built: { workload: { probes: { name: string }[] } },
  goal: Goal | null,
): boolean {
  const { clients, segmentSeconds, rounds } = aa.settings;
  if (clients !== settings.clients || segmentSeconds !== settings.segmentSeconds || rounds < settings.rounds)
    return false;
  const there = new Set(aa.workload.probes.map((p) => p.name));
  const wanted = built.workload.probes.map((p) => p.name);
  if (goal !== null && !there.has(goal.endpoint)) return false;
  const common = wanted.filter((name) => there.has(name)).length;
  return common / new Set([...there, ...wanted]).size >= enoughInCommon;
}

/**
 * Reads noise off an A/A verdict: half the width of the interval on the goal's metric, whether the A/A itself found
 * a difference, and what to do when the noise is larger than the margin looked for.
 */
export function noiseOf(trialId: number, aa: Verdict, goal: Goal | null, settings: TrialSettings): Noise {
  const own = goal === null ? undefined : aa.endpoints.find((e) => e.endpoint === goal.endpoint);
  const effect = own && goal ? own[goal.metric] : aa;
  const halfWidth = (effect.high - effect.low) / 2;
  const found = (outcome: string) => outcome === 'improved' || outcome === 'regressed';
  const rejected = found(aa.verdict) || (own !== undefined && found(effect.verdict));
  return { trialId, halfWidth, rejected, advice: advise(halfWidth, rejected, settings) };
}

function advise(halfWidth: number, rejected: boolean, settings: TrialSettings): string | null {
  const percent = (share: number) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
  if (rejected) {
    return 'The A/A trial found a difference where nothing was changed: measurements on this machine cannot be trusted yet. Use longer segments and more rounds, and keep other work off the machine.';
  }
  if (!(halfWidth > settings.margin)) return null;
  const needed = Math.ceil(settings.rounds * (halfWidth / settings.margin) ** 2);
  const rounds = Number.isFinite(needed) && needed <= 200 ? `about ${needed} rounds` : 'many more rounds';
  return `With ${settings.rounds} rounds of ${settings.segmentSeconds} s the noise is ±${percent(halfWidth)}, so effects smaller than that cannot be shown. To see ${percent(settings.margin)} use ${rounds}, longer segments or a quieter machine.`;
}
