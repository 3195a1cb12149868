import { describe, expect, it } from 'vitest';
import { TrialSettings } from '@/lib/contracts/trial';
import type { Arm, RecordSegment } from '@/lib/contracts/trial-record';
import { drawOrders } from './design';
import { type RoundBench, runRounds } from './rounds';
import { emptyDesign } from './rows';

/** A bench whose generator is the limit in the segments that `limited` names by their number in time. */
function bench(interleaved: boolean, limited: (order: number) => boolean) {
  const design = emptyDesign(TrialSettings.parse({ rounds: 6, seed: 5 }), []);
  design.interleaved = interleaved;
  design.orders = interleaved ? drawOrders(6, 5) : [];
  const segments: { round: number; arm: Arm; void: string | null }[] = [];
  const moves: Arm[] = [];
  let added = 0;
  const done: number[] = [];
  const b: RoundBench = {
    design,
    ctx: { say: async () => {} },
    async segment(round, arm) {
      const order = segments.length;
      segments.push({ round, arm, void: null });
      const generator = { cpuShare: limited(order) ? 0.99 : 0.3, eventLoopDelayP99Ms: 1, lateSends: 0 };
      return {
        round,
        order,
        arm,
        startedAt: '',
        durationMs: 1,
        endpoints: {},
        generator,
      } satisfies RecordSegment;
    },
    async voidRound(round, why) {
      for (const s of segments) if (s.round === round) s.void = why;
    },
    addSegments(n) {
      added += n;
    },
    async roundDone(n) {
      done.push(n);
    },
  };
  return {
    b,
    design,
    segments,
    moves,
    done,
    added: () => added,
    to: async (arm: Arm) => void moves.push(arm),
  };
}

describe('runRounds', () => {
  it('moves to each arm before its segment, in the order drawn', async () => {
    const x = bench(true, () => false);
    expect(await runRounds(x.b, x.to)).toEqual({ voided: 0 });
    expect(x.segments).toHaveLength(24);
    expect(x.moves).toEqual(x.segments.map((s) => s.arm));
    expect(x.done).toEqual([1, 2, 3, 4, 5, 6]);
    expect(x.added()).toBe(0);
  });

  it('voids the whole round in which the generator was the limit and runs another, with the next coin', async () => {
    const x = bench(true, (order) => order === 5);
    expect(await runRounds(x.b, x.to)).toEqual({ voided: 1 });
    expect(x.segments).toHaveLength(28);
    expect(x.segments.filter((s) => s.void !== null).map((s) => s.round)).toEqual([1, 1, 1, 1]);
    expect(x.segments.slice(8, 12).every((s) => s.round === 6)).toBe(true);
    expect(x.design.orders).toEqual(drawOrders(7, 5));
    expect(x.done.at(-1)).toBe(6);
    expect(x.added()).toBe(4);
  });

  it('stops repeating after half as many again', async () => {
    const x = bench(true, () => true);
    expect(await runRounds(x.b, x.to)).toEqual({ voided: 9 });
    expect(x.segments).toHaveLength(36);
    expect(x.segments.every((s) => s.void?.includes('99 %'))).toBe(true);
  });

  it('repeats a separated round in its own half', async () => {
    const x = bench(false, (order) => order === 2);
    await runRounds(x.b, x.to);
    expect(x.segments.map((s) => s.arm).join()).toMatch(/^(before,){14}(after,?){12}$/);
    expect(x.done.at(-1)).toBe(6);
  });
});
