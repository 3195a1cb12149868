import { expect, it } from 'vitest';
import { profileOf } from '@/lib/load/profiles';
import { type PresetKind, presets } from './presets';

it.each(Object.keys(presets) as PresetKind[])('%s is what the command line runs', (kind) => {
  const { model, stages, stress } = presets[kind];
  const profile = profileOf(kind);
  expect(profile.model).toBe(model);
  expect(profile.stages).toEqual(stages);
  expect(profile.stress).toEqual(stress);
});
