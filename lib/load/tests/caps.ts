import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import type { LoadPlan } from '@/lib/contracts/load';
import { loadCaps } from '@/lib/contracts/load-api';
import { plannedSeconds } from '../profiles';

/** Throws AppError('not-allowed') when a plan asks for more users, rate or time than the actor's role may (docs/load-generator.md). */
export function refuseAboveCaps(actor: Actor, plan: LoadPlan): void {
  const caps = loadCaps[actor.role];
  if (!caps) throw new AppError('not-allowed', `The role ${actor.role} may not run load tests.`);
  const { profile, arrivals } = plan;
  const level = arrivals
    ? busiestSecond(arrivals)
    : Math.max(profile.startLevel, profile.stress?.maxLevel ?? 0, ...profile.stages.map((s) => s.level));
  const [most, unit] =
    profile.model === 'open' ? ([caps.rate, 'requests/s'] as const) : ([caps.users, 'users'] as const);
  if (level > most)
    throw new AppError(
      'not-allowed',
      `The role ${actor.role} may send at most ${most} ${unit}; this asks for ${level}.`,
      {
        field: 'profile',
      },
    );
  const seconds = plannedSeconds(profile, arrivals) ?? longestStress(plan);
  if (seconds > caps.seconds)
    throw new AppError(
      'not-allowed',
      `The role ${actor.role} may run a load test for at most ${caps.seconds} s; this takes up to ${Math.round(seconds)} s.`,
      { field: 'profile' },
    );
}

function longestStress({ profile }: LoadPlan): number {
  const { stress } = profile;
  if (!stress) return 0;
  const before = profile.stages.reduce((sum, s) => sum + s.durationMs, 0);
  const from = profile.stages.at(-1)?.level ?? profile.startLevel;
  const steps = Math.ceil(Math.max(0, stress.maxLevel - from) / stress.step);
  return (before + steps * stress.stepMs) / 1_000;
}

function busiestSecond(arrivals: readonly (readonly [number, number])[]): number {
  let most = 0;
  let first = 0;
  for (const [i, [at]] of arrivals.entries()) {
    while ((arrivals[first]?.[0] ?? at) <= at - 1_000) first += 1;
    most = Math.max(most, i - first + 1);
  }
  return most;
}
