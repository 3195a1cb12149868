import type { LoadKind, LoadStage, StressSearch } from '@/lib/contracts/load';

export type PresetKind = Exclude<LoadKind, 'replay'>;

interface Preset {
  label: string;
  /** What it tells. */
  said: string;
  model: 'closed' | 'open';
  stages: LoadStage[];
  stress?: StressSearch;
}

/** The classic four and a constant rate, as `ratchet load --profile` has them (held to lib/load/profiles by a test). */
export const presets: Record<PresetKind, Preset> = {
  ramp: {
    label: 'Ramp-up',
    said: 'More and more users: how latency grows with load.',
    model: 'closed',
    stages: [{ durationMs: 30_000, level: 50 }],
  },
  spike: {
    label: 'Spike',
    said: 'Many users at once: whether a sudden rush is survived.',
    model: 'closed',
    stages: [
      { durationMs: 0, level: 100 },
      { durationMs: 10_000, level: 100 },
    ],
  },
  stress: {
    label: 'Stress',
    said: 'Step by step until a limit breaks: how much it carries, and what gives out first.',
    model: 'closed',
    stages: [],
    stress: { step: 25, stepMs: 10_000, maxLevel: 3_000, until: { errors: 0.01, growth: 0.1 } },
  },
  endurance: {
    label: 'Endurance',
    said: 'A steady load for long: leaks, and what fills up.',
    model: 'closed',
    stages: [
      { durationMs: 0, level: 20 },
      { durationMs: 300_000, level: 20 },
    ],
  },
  rate: {
    label: 'Constant rate',
    said: 'Requests that arrive whether or not earlier ones were answered: the latency that users see, stalls included.',
    model: 'open',
    stages: [
      { durationMs: 0, level: 50 },
      { durationMs: 60_000, level: 50 },
    ],
  },
};
