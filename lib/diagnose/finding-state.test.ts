import { expect, it } from 'vitest';
import { nextState } from './finding-state';

const now = new Date('2026-06-01T00:00:00Z');
const muted = (until: string | null) => ({
  state: 'muted' as const,
  mutedBy: 'Ann',
  mutedUntil: until ? new Date(until) : null,
});

it.each([
  ['new', null, true, 'open'],
  ['open, seen', { state: 'open' as const, mutedBy: null, mutedUntil: null }, true, 'open'],
  ['open, gone', { state: 'open' as const, mutedBy: null, mutedUntil: null }, false, 'resolved'],
  ['resolved, back', { state: 'resolved' as const, mutedBy: null, mutedUntil: null }, true, 'open'],
  ['muted for ever', muted(null), true, 'muted'],
  ['muted, in time', muted('2026-06-02T00:00:00Z'), true, 'muted'],
  ['muted, over', muted('2026-05-31T00:00:00Z'), true, 'open'],
  ['muted, gone', muted(null), false, 'resolved'],
  ['muted, gone and back', { ...muted(null), state: 'resolved' as const }, true, 'muted'],
])('%s', (_, standing, seen, state) => {
  expect(nextState(standing, seen, now)).toBe(state);
});
