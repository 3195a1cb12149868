import type { JobContext } from '@/lib/contracts/job';
import type { TrialDesign } from '@/lib/contracts/trial';
import type { Arm, RecordSegment } from '@/lib/contracts/trial-record';
import {
  drawOrders,
  generatorWasLimit,
  interleavedRound,
  mostExtraRounds,
  type Part,
  type PlannedRound,
  planRounds,
  separatedRound,
} from './design';

/** What rounds are run on; a Bench is one. */
export interface RoundBench {
  design: TrialDesign;
  ctx: Pick<JobContext, 'say'>;
  segment(round: number, arm: Arm, part: Part): Promise<RecordSegment>;
  voidRound(round: number, why: string): Promise<void>;
  addSegments(n: number): void;
  roundDone(rounds: number): Promise<void>;
}

/**
 * Runs all rounds of a trial. A round in which the generator was the limit is void and run again, up to
 * half as many again as planned. `to` moves the target to an arm (and does nothing when it is there).
 */
export async function runRounds(
  bench: RoundBench,
  to: (arm: Arm) => Promise<void>,
): Promise<{ voided: number }> {
  const { design } = bench;
  const { interleaved, settings } = design;
  const planned = planRounds(design.orders, { interleaved, rounds: settings.rounds });
  let numbers = planned.length;
  let extra = 0;
  let voided = 0;
  let counting = 0;
  for (const first of planned) {
    let current: PlannedRound = first;
    for (;;) {
      const why = await runRound(bench, current, to);
      if (why === null) {
        counting += 1;
        break;
      }
      voided += 1;
      await bench.voidRound(current.round, why);
      await bench.ctx.say(`Round ${current.round + 1} is void: ${why}`, 'warn');
      if (extra >= mostExtraRounds(settings.rounds)) break;
      extra += 1;
      const round = numbers++;
      if (interleaved) {
        const order = drawOrders(round + 1, settings.seed)[round] ?? 'ABBA';
        design.orders.push(order);
        current = interleavedRound(order, round);
      } else {
        current = separatedRound(first.segments[0]?.arm ?? 'before', round);
      }
      bench.addSegments(current.segments.length);
    }
    await bench.roundDone(interleaved ? counting : Math.floor(counting / 2));
  }
  return { voided };
}

/** Returns why the round does not count, or null. */
async function runRound(
  bench: RoundBench,
  round: PlannedRound,
  to: (arm: Arm) => Promise<void>,
): Promise<string | null> {
  let why: string | null = null;
  for (const { arm, part } of round.segments) {
    await to(arm);
    const segment = await bench.segment(round.round, arm, part);
    why ??= generatorWasLimit(segment.generator);
  }
  return why;
}
