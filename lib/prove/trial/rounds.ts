import type { Arm } from '@/lib/contracts/trial-record';
import type { Bench } from './bench';
import {
  armsOf,
  drawOrders,
  generatorWasLimit,
  mostExtraRounds,
  type PlannedRound,
  planRounds,
} from './design';

/**
 * Runs all rounds of a trial. A round in which the generator was the limit is void and run again, up to
 * half as many again as planned. `to` moves the target to an arm (and does nothing when it is there).
 */
export async function runRounds(bench: Bench, to: (arm: Arm) => Promise<void>): Promise<{ voided: number }> {
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
        current = { round, arms: armsOf(order) };
      } else {
        current = { round, arms: first.arms };
      }
      bench.addSegments(current.arms.length);
    }
    await bench.roundDone(interleaved ? counting : Math.floor(counting / 2));
  }
  return { voided };
}

/** Returns why the round does not count, or null. */
async function runRound(
  bench: Bench,
  round: PlannedRound,
  to: (arm: Arm) => Promise<void>,
): Promise<string | null> {
  let why: string | null = null;
  for (const arm of round.arms) {
    await to(arm);
    const segment = await bench.segment(round.round, arm);
    why ??= generatorWasLimit(segment.generator);
  }
  return why;
}
