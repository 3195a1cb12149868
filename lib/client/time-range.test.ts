import { expect, it } from 'vitest';
import { carried, parseTimeRange, pointsFor, presets, rangeQuery, span } from './time-range';

const query = (text: string) => new URLSearchParams(text);
const roundTrip = (text: string) => {
  const out = new URLSearchParams();
  for (const [key, value] of Object.entries(rangeQuery(parseTimeRange(query(text))))) {
    if (value !== null) out.set(key, value);
  }
  return decodeURIComponent(out.toString());
};

it('reads what it writes, and leaves the usual range out', () => {
  expect(roundTrip('')).toBe('');
  expect(roundTrip('range=1h')).toBe('');
  for (const { value } of presets.filter((p) => p.value !== '1h'))
    expect(roundTrip(`range=${value}`)).toBe(`range=${value}`);
  const zoomed = 'range=6h&from=2026-11-23T10:00:00Z&to=2026-11-23T10:20:30Z&live=0';
  expect(roundTrip(zoomed)).toBe(zoomed);
  expect(roundTrip('range=7d&live=0')).toBe('range=7d&live=0');
  expect(roundTrip('range=15m&compare=1')).toBe('range=15m&compare=1');
});

it('takes what is no range as the last hour, live', () => {
  for (const text of [
    'range=13w',
    'from=x&to=y',
    'from=2026-11-23T10:00:00Z',
    'from=2026-11-24&to=2026-11-23',
  ])
    expect(parseTimeRange(query(text))).toEqual({
      preset: presets[1],
      fixed: null,
      paused: false,
      compare: false,
    });
});

it('refuses spans too short to hold samples or longer than they are kept', () => {
  expect(span(0, 29_000)).toBeNull();
  expect(span(400, 30_400)).toEqual({ from: 0, to: 31_000 });
  expect(span(0, 401 * 86_400_000)).toBeNull();
  expect(span(Number.NaN, 1e12)).toBeNull();
});

it('never asks for more points than half the pixels', () => {
  expect(pointsFor(400)).toBe(200);
  expect(pointsFor(419)).toBe(200);
  expect(pointsFor(60)).toBe(50);
  expect(pointsFor(9_999)).toBe(1_000);
});

it('hands the range on between pages that have one, and to no other', () => {
  const here = query('range=6h&live=0&tab=x');
  expect(carried('/cache', query('compare=1'))).toEqual([['compare', '1']]);
  expect(carried('/cache', here)).toEqual([
    ['range', '6h'],
    ['live', '0'],
  ]);
  expect(carried('/database?tab=tables&range=7d', here)).toEqual([['live', '0']]);
  expect(carried('/trials', here)).toEqual([]);
});
