import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CounterTrack, compareReadings, perSecond, type Reading, share } from './rates';

const reading = (at: number, n: number, o: Partial<Reading> & { took?: number } = {}): Reading => ({
  startedAt: at,
  endedAt: at + (o.took ?? 0),
  epoch: o.epoch ?? 'a',
  counters: o.counters ?? { n },
});

describe('compareReadings', () => {
  it.each<[string, Reading | null, Reading, unknown]>([
    ['first reading', null, reading(0, 5), { kind: 'anew', why: 'first reading' }],
    [
      'steady',
      reading(0, 100),
      reading(5_000, 150),
      { kind: 'increase', increase: { seconds: 5, counters: { n: 50 } } },
    ],
    [
      'nothing happened',
      reading(0, 100),
      reading(5_000, 100),
      { kind: 'increase', increase: { seconds: 5, counters: { n: 0 } } },
    ],
    ['counter went back', reading(0, 100), reading(5_000, 3), { kind: 'anew', why: 'n went back' }],
    [
      'restarted, counter already past the old value',
      reading(0, 100),
      reading(5_000, 9e9, { epoch: 'b' }),
      { kind: 'anew', why: 'restarted or reset' },
    ],
    [
      'silent for too long',
      reading(0, 100),
      reading(13_000, 200),
      { kind: 'anew', why: 'not read for too long' },
    ],
    [
      'one of two went back',
      reading(0, 0, { counters: { n: 1, m: 9 } }),
      reading(5_000, 0, { counters: { n: 2, m: 8 } }),
      { kind: 'anew', why: 'm went back' },
    ],
    [
      'a counter that is new is left out',
      reading(0, 1),
      reading(5_000, 0, { counters: { n: 2, m: 8 } }),
      { kind: 'increase', increase: { seconds: 5, counters: { n: 1 } } },
    ],
    ['the clock did not move', reading(0, 1), reading(0, 2), { kind: 'later' }],
    [
      'the reading hung for 2 s: 5 to 7 s have passed',
      reading(0, 1),
      reading(5_000, 2, { took: 2_000 }),
      { kind: 'later' },
    ],
  ])('%s', (_, before, after, expected) => {
    expect(compareReadings(before, after, 12_500)).toEqual(expected);
  });

  it('takes a counter that is new to have begun at zero where asked to, and starts anew when one is gone', () => {
    const [few, more] = [
      reading(0, 0, { counters: { n: 1 } }),
      reading(5_000, 0, { counters: { n: 2, m: 8 } }),
    ];
    const increase = { seconds: 5, counters: { n: 1, m: 8 } };
    expect(compareReadings(few, more, 12_500, true)).toEqual({ kind: 'increase', increase });
    expect(
      compareReadings(
        { ...more, startedAt: 0, endedAt: 0 },
        { ...few, startedAt: 5_000, endedAt: 5_000 },
        12_500,
      ).kind,
    ).toBe('anew');
  });

  it('never gives a negative or infinite rate, whatever is read', () => {
    const any = fc.record({
      startedAt: fc.double({ min: 0, max: 1e5, noNaN: true }),
      took: fc.double({ min: 0, max: 5e3, noNaN: true }),
      n: fc.integer({ min: 0, max: 1e9 }),
      epoch: fc.constantFrom('a', 'b'),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 20 }), (list) => {
        const track = new CounterTrack(12_500);
        let at = 0;
        for (const r of list) {
          at += r.startedAt;
          const rate = perSecond(
            track.next({ startedAt: at, endedAt: at + r.took, epoch: r.epoch, counters: { n: r.n } }),
            'n',
          );
          if (rate !== null) expect(rate >= 0 && Number.isFinite(rate)).toBe(true);
          at += r.took;
        }
      }),
    );
  });
});

describe('CounterTrack', () => {
  it('after a reading that hung, computes over the whole interval from the last sharp one', () => {
    const track = new CounterTrack(12_500);
    expect(track.next(reading(0, 0))).toBeNull();
    expect(track.next(reading(5_000, 500, { took: 1_900 }))).toBeNull();
    expect(perSecond(track.next(reading(10_000, 1_000)), 'n')).toBe(100);
  });

  it('after a reset goes on from the reset', () => {
    const track = new CounterTrack(12_500);
    track.next(reading(0, 1e6));
    expect(track.next(reading(5_000, 10))).toBeNull();
    expect(perSecond(track.next(reading(10_000, 60)), 'n')).toBe(10);
  });
});

describe('share', () => {
  const increase = (hit: number, miss: number) => ({ seconds: 5, counters: { hit, miss } });
  it.each([
    [increase(9, 1), 0.9],
    [increase(0, 4), 0],
    [increase(0, 0), null],
    [null, null],
  ])('%o', (i, expected) => {
    expect(share(i, 'hit', 'miss')).toBe(expected);
  });
});
