import { AppError } from '../contracts/error';
import type { LoadKind, LoadProfile } from '../contracts/load';
import { LoadProfile as Profile } from '../contracts/load';

export interface Scale {
  /** Users at the top (closed model). */
  users?: number | undefined;
  /** Requests a second at the top; makes the model open. */
  rate?: number | undefined;
  /** Length, s; of a stress test the length of one step. */
  seconds?: number | undefined;
}

interface Preset {
  level: number;
  seconds: number;
}

/** The classic four, and a constant rate. */
const presets: Record<Exclude<LoadKind, 'replay'>, Preset> = {
  ramp: { level: 50, seconds: 30 },
  spike: { level: 100, seconds: 10 },
  stress: { level: 150, seconds: 10 },
  endurance: { level: 20, seconds: 300 },
  rate: { level: 50, seconds: 60 },
};

/** A stress test reaches the level it is named for in so many steps … */
const stressSteps = 6;
/** … and goes on to at most this many times that level. */
const stressBeyond = 20;

/**
 * The profile of a kind: ramp to 50 users in 30 s; spike of 100 users for 10 s; stress to 150 users in steps of 25 and beyond
 * until a limit is found; endurance of 20 users for 5 min; constant rate of 50 requests/s for a minute; or scaled. With a rate
 * every kind becomes open. A replay has no stages: its times come with the workload. Throws AppError('bad-input').
 */
export function profileOf(kind: LoadKind, scale: Scale = {}): LoadProfile {
  if (kind === 'replay') return Profile.parse({ kind, model: 'open', stages: [] });
  const preset = presets[kind];
  if (kind === 'rate' && scale.users !== undefined)
    throw new AppError('bad-input', 'A constant rate has no users: give a rate instead.');
  const open = kind === 'rate' || scale.rate !== undefined;
  const level = (open ? scale.rate : scale.users) ?? preset.level;
  const durationMs = Math.round((scale.seconds ?? preset.seconds) * 1_000);
  const common = { kind, model: open ? ('open' as const) : ('closed' as const) };
  if (kind === 'ramp') return Profile.parse({ ...common, stages: [{ durationMs, level }] });
  if (kind === 'stress') {
    const step = open ? level / stressSteps : Math.max(1, Math.round(level / stressSteps));
    return Profile.parse({
      ...common,
      stages: [],
      stress: { step, stepMs: durationMs, maxLevel: level * stressBeyond, until: {} },
    });
  }
  return Profile.parse({
    ...common,
    stages: [
      { durationMs: 0, level },
      { durationMs, level },
    ],
  });
}

/** Planned length, s; null where the run decides (a stress test), for a replay that of its arrivals. */
export function plannedSeconds(
  profile: LoadProfile,
  arrivals?: readonly (readonly [number, number])[],
): number | null {
  if (arrivals) return (arrivals.at(-1)?.[0] ?? 0) / 1_000;
  if (profile.stress) return null;
  return profile.stages.reduce((sum, s) => sum + s.durationMs, 0) / 1_000;
}
