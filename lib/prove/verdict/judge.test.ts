import { describe, expect, it } from 'vitest';
import { AppError } from '@/lib/contracts/error';
import { type RecordSegment, TrialRecord } from '@/lib/contracts/trial-record';
import { Verdict } from '@/lib/contracts/verdict';
import { encodeHistogram, newHistogram, recordMs } from '@/lib/stats/histogram';
import { endpointName, simulateRecord } from '@/test/simulate';
import { ERROR_GUARD, judgeRecord } from './judge';

type Values = Record<string, { before: number; after: number; errorsBefore?: number; errorsAfter?: number }>;

/** A record by hand: every endpoint's median as given, with a wobble from round to round. */
function record(rounds: number, values: Values, more: Partial<TrialRecord> = {}): TrialRecord {
  const segments: RecordSegment[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const arm of ['before', 'after', 'after', 'before'] as const) {
      const order = segments.length;
      const wobble = 1 + 0.01 * Math.sin(order * 2.7 + round);
      const endpoints: RecordSegment['endpoints'] = {};
      for (const [name, v] of Object.entries(values)) {
        const middle = v[arm] * wobble;
        const errors = (arm === 'before' ? v.errorsBefore : v.errorsAfter) ?? 0;
        endpoints[name] = { errors, latenciesMs: [0.8, 0.9, 1, 1.1, 1.2].map((x) => x * middle) };
      }
      segments.push({
        round,
        order,
        arm,
        startedAt: '2026-01-01T00:00:00.000Z',
        durationMs: 1000,
        endpoints,
      });
    }
  }
  return TrialRecord.parse({ schema: 1, seed: 3, segments, ...more });
}

const goal = { endpoint: 'A', metric: 'p50' } as const;

function problem(run: () => unknown): { code: string; field: string | undefined } {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, field: error.field };
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('judgeRecord', () => {
  it('sees an improvement, says it in words and gives the figures', () => {
    const verdict = judgeRecord(
      record(12, { A: { before: 50, after: 5 }, B: { before: 20, after: 20 } }, { goal }),
    );
    expect(Verdict.parse(verdict)).toEqual(verdict);
    expect(verdict).toMatchObject({ verdict: 'improved', metric: 'p50', goal: 'A', rounds: 12, harmed: [] });
    expect(verdict.ratio).toBeCloseTo(0.1, 2);
    expect(verdict.p).toBeCloseTo(2 / 4096, 9);
    expect(verdict.sentence).toMatch(
      /^After the change the median of A is 0\.\d+ of what it was \(95 % interval 0\.\d+ to 0\.\d+\) over 12 interleaved rounds, p = 0\.0005\. No other endpoint was shown to have got slower\.$/,
    );
    const a = verdict.endpoints.find((e) => e.endpoint === 'A');
    expect(a).toMatchObject({ role: 'goal', requestsBefore: 120, requestsAfter: 120, verdict: 'improved' });
    expect(a?.p50.ratio).toBeCloseTo((a?.p50.after ?? 0) / (a?.p50.before ?? 1), 8);
    expect(verdict.endpoints.find((e) => e.endpoint === 'B')?.verdict).toBe('no-difference');
  });

  it('computes the ratio a sceptic computes by hand', () => {
    const r = record(8, { A: { before: 10, after: 7 } });
    const d: number[] = [];
    for (let round = 0; round < 8; round++) {
      const ln = (arm: string) => {
        const own = r.segments.filter((s) => s.round === round && s.arm === arm);
        return own.reduce((sum, s) => sum + Math.log(s.endpoints.A!.latenciesMs![2]!), 0) / own.length;
      };
      d.push(ln('after') - ln('before'));
    }
    expect(judgeRecord(r).ratio).toBeCloseTo(Math.exp(d.reduce((s, x) => s + x, 0) / 8), 8);
  });

  it('calls a small difference none, and a slower goal regressed', () => {
    expect(judgeRecord(record(12, { A: { before: 10, after: 10.1 } })).verdict).toBe('no-difference');
    expect(judgeRecord(record(12, { A: { before: 10, after: 13 } })).verdict).toBe('regressed');
  });

  it('lets a harmed guard outweigh the goal, with and without a goal', () => {
    const values = { A: { before: 50, after: 5 }, B: { before: 20, after: 30 } };
    for (const more of [{ goal }, {}]) {
      const verdict = judgeRecord(record(12, values, more));
      expect(verdict).toMatchObject({ verdict: 'regressed', harmed: ['B'] });
      expect(verdict.sentence).toContain('Even so it counts as regressed: B got worse.');
    }
    const still = judgeRecord(
      record(12, { A: { before: 5, after: 5 }, B: { before: 20, after: 30 } }, { goal }),
    );
    expect(still.verdict).toBe('regressed');
  });

  it('guards against errors', () => {
    const values = { A: { before: 50, after: 5, errorsAfter: 1 }, B: { before: 20, after: 20 } };
    const verdict = judgeRecord(record(12, values, { goal }));
    expect(verdict).toMatchObject({ verdict: 'regressed', harmed: [ERROR_GUARD] });
    expect(verdict.errorGuard?.ratio).toBeCloseTo(0.1, 9);
    expect(judgeRecord(record(12, { A: { before: 50, after: 5 } })).errorGuard).toMatchObject({
      ratio: 0,
      verdict: 'no-difference',
    });
  });

  it('takes throughput and errors as goals, the right way round', () => {
    const faster = record(
      12,
      { A: { before: 10, after: 10 } },
      { goal: { endpoint: 'A', metric: 'throughput' } },
    );
    for (const s of faster.segments) if (s.arm === 'after') s.durationMs = 500 + s.order;
    for (const s of faster.segments) if (s.arm === 'before') s.durationMs = 1000 + s.order;
    const verdict = judgeRecord(faster);
    expect(verdict).toMatchObject({ verdict: 'improved', metric: 'throughput' });
    expect(verdict.ratio).toBeGreaterThan(1.8);
    const fewer = { A: { before: 10, after: 10, errorsBefore: 2, errorsAfter: 0 } };
    const errors = judgeRecord(record(12, fewer, { goal: { endpoint: 'A', metric: 'errors' } }));
    expect(errors).toMatchObject({ verdict: 'improved', ratio: -0.4 });
    expect(errors.sentence).toContain('the error rate of A differs by -40 percentage points');
  });

  it('reaches significance with 12 rounds and 100 endpoints, with 8 and 6, and with 6 and 1', () => {
    const many = (n: number): Values =>
      Object.fromEntries(
        Array.from({ length: n }, (_, i) => [i === 0 ? 'A' : `E${i}`, { before: 10, after: 5 }]),
      );
    for (const [rounds, n] of [
      [12, 100],
      [8, 6],
      [6, 1],
    ] as const) {
      expect(judgeRecord(record(rounds, many(n), { goal })).verdict).toBe('improved');
    }
    const harmed = judgeRecord(record(12, { ...many(100), E7: { before: 10, after: 20 } }, { goal }));
    expect(harmed).toMatchObject({ verdict: 'regressed', harmed: ['E7'] });
  });

  it('gives no verdict on fewer than six rounds, and says so', () => {
    for (const rounds of [1, 2, 5]) {
      const verdict = judgeRecord(record(rounds, { A: { before: 50, after: 5 } }));
      expect(verdict).toMatchObject({ verdict: 'inconclusive', rounds });
      expect(verdict.sentence).toContain('fewer than 6 give no verdict');
      expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
      expect(verdict.roundsNeeded).toBeGreaterThanOrEqual(6);
    }
  });

  it('leaves out a whole round with a void segment, an arm short of segments, or no request to the goal', () => {
    const r = record(12, { A: { before: 50, after: 5 } });
    r.segments[5]!.void = 'the generator was the limit';
    r.segments = r.segments.filter((s) => s.order !== 9);
    r.segments
      .filter((s) => s.round === 4 && s.arm === 'after')
      .forEach((s) => {
        s.endpoints.A = { errors: 0, latenciesMs: [] };
      });
    const verdict = judgeRecord(r);
    expect(verdict).toMatchObject({ verdict: 'improved', rounds: 9, voidRounds: 3 });
    expect(verdict.sentence).toContain('3 rounds did not count (the generator was the limit).');
    for (const s of r.segments) s.void = 'all void';
    expect(judgeRecord(r)).toMatchObject({
      verdict: 'inconclusive',
      rounds: 0,
      voidRounds: 12,
      endpoints: [],
    });
  });

  it('does not call it improved when a guard stops answering', () => {
    const r = record(12, { A: { before: 50, after: 5 }, B: { before: 20, after: 20 } }, { goal });
    for (const s of r.segments) if (s.arm === 'after') s.endpoints.B = { errors: 0, latenciesMs: [] };
    const verdict = judgeRecord(r);
    expect(verdict.verdict).toBe('inconclusive');
    expect(verdict.sentence).toContain('B answered in too few rounds after the change');
    expect(verdict.endpoints.map((e) => e.endpoint)).toEqual(['A']);
  });

  it('says of an A/A record that nothing was changed', () => {
    const r = record(12, { A: { before: 50, after: 50 }, B: { before: 20, after: 20 } });
    expect(judgeRecord(r).sentence).toMatch(/^After the change the geometric mean/);
    expect(judgeRecord({ ...r, unchanged: true }).sentence).toMatch(
      /^With nothing changed, the geometric mean/,
    );
  });

  it('stays finite with zero latencies, equal figures and no errors anywhere', () => {
    const verdict = judgeRecord(record(8, { A: { before: 0, after: 0 }, B: { before: 3, after: 3 } }));
    expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
    expect(verdict.verdict).toBe('no-difference');
  });

  it('names the field of what contradicts itself', () => {
    const base = () => record(6, { A: { before: 50, after: 5 } });
    const twice = base();
    twice.segments[3]!.order = 1;
    expect(problem(() => judgeRecord(twice))).toEqual({ code: 'bad-input', field: 'segments[3].order' });
    const wrong = base();
    wrong.segments[2]!.endpoints.A!.errors = 9;
    expect(problem(() => judgeRecord(wrong)).field).toBe('segments[2].endpoints["A"].errors');
    expect(problem(() => judgeRecord({ ...base(), goal: { endpoint: 'X', metric: 'p50' } })).field).toBe(
      'goal.endpoint',
    );
    expect(problem(() => judgeRecord({ ...base(), control: ['X'] })).field).toBe('control[0]');
    expect(problem(() => judgeRecord({ ...base(), design: 'separated' })).field).toBe('control');
    const broken = base();
    broken.segments[0]!.endpoints.A = { errors: 0, histogram: { base64: 'bm9uZQ==', msPerUnit: 1 } };
    expect(problem(() => judgeRecord(broken)).field).toBe('segments[0].endpoints["A"].histogram');
    const empty = base();
    for (const s of empty.segments) s.endpoints = {};
    expect(problem(() => judgeRecord(empty)).field).toBe('segments');
  });

  it('reads histograms to the same verdict as the latencies they hold', () => {
    const r = simulateRecord({
      seed: 4,
      rounds: 12,
      effect: 0.6,
      endpoints: 2,
      goal: { endpoint: endpointName(0), metric: 'p50' },
    });
    const encoded = structuredClone(r);
    for (const s of encoded.segments) {
      for (const [name, e] of Object.entries(s.endpoints)) {
        const h = newHistogram();
        for (const ms of e.latenciesMs!) recordMs(h, ms);
        s.endpoints[name] = { errors: e.errors, histogram: encodeHistogram(h) };
      }
    }
    const [a, b] = [judgeRecord(r), judgeRecord(TrialRecord.parse(encoded))];
    expect(b.verdict).toBe(a.verdict);
    expect(Math.abs(b.ratio - a.ratio)).toBeLessThan(0.002);
    expect(judgeRecord(r)).toEqual(a);
  });
});

describe('separated design', () => {
  function separated(values: Values, control: string[]): TrialRecord {
    const r = record(16, values, { design: 'separated', control, goal });
    const half = r.segments.map((s) => ({
      ...s,
      arm: s.round < 8 ? ('before' as const) : ('after' as const),
    }));
    half.forEach((s, i) => {
      for (const [name, v] of Object.entries(values)) {
        const middle = v[s.arm] * (1 + 0.01 * Math.sin(i * 2.7));
        s.endpoints[name] = { errors: 0, latenciesMs: [0.9, 1, 1.1].map((x) => x * middle) };
      }
    });
    return { ...r, segments: half };
  }

  it('judges the ratio to the control and says that it is not interleaved', () => {
    const verdict = judgeRecord(
      separated({ A: { before: 50, after: 25 }, C: { before: 5, after: 5 } }, ['C']),
    );
    expect(verdict).toMatchObject({ verdict: 'improved', interleaved: false, rounds: 8 });
    expect(verdict.sentence).toContain('separate (not interleaved) rounds a side, relative to the control');
    expect(verdict.endpoints.find((e) => e.endpoint === 'C')?.role).toBe('control');
  });

  it('wants more than the control itself may have moved', () => {
    const drifted = judgeRecord(
      separated({ A: { before: 50, after: 36 }, C: { before: 5, after: 4 } }, ['C']),
    );
    expect(drifted).toMatchObject({ verdict: 'inconclusive', roundsNeeded: null });
    expect(drifted.sentence).toContain(
      'the control itself, which the change cannot touch, may have changed as much',
    );
    const dwarfed = judgeRecord(
      separated({ A: { before: 50, after: 2 }, C: { before: 5, after: 6 } }, ['C']),
    );
    expect(dwarfed.verdict).toBe('improved');
    const only = judgeRecord(separated({ A: { before: 50, after: 50 }, C: { before: 5, after: 10 } }, ['C']));
    expect(only.verdict).toBe('inconclusive');
    expect(only.sentence).toContain('do not agree with their ratio to the control');
  });

  it('holds guards to the same bar', () => {
    const values = { A: { before: 50, after: 2 }, B: { before: 10, after: 10 }, C: { before: 5, after: 4 } };
    expect(judgeRecord(separated(values, ['C']))).toMatchObject({ verdict: 'improved', harmed: [] });
    const worse = { ...values, B: { before: 10, after: 30 } };
    expect(judgeRecord(separated(worse, ['C']))).toMatchObject({ verdict: 'regressed', harmed: ['B'] });
  });
});
