import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { ChangePlan, Step } from '@/lib/contracts/change';
import type { CommandSession, OptimizationMeta, Settled } from './types';

/** What a warming works on. */
export const Warmed = z.object({ list: z.array(z.string()).min(1), perSecond: z.number().positive() });
export type Warmed = z.infer<typeof Warmed>;

/** The plan of a warming: every request or command it sends, and how long that takes at its rate. */
export function warmingPlan(
  meta: OptimizationMeta,
  { list, perSecond }: Warmed,
  of: { title: string; subject: string; why: string; what: string; step(item: string): Step },
): ChangePlan {
  return {
    optimization: meta.id,
    // Each warming is a deed of its own: the same list may be wanted again tomorrow.
    key: `${meta.id}:${randomUUID()}`,
    title: of.title,
    subject: of.subject,
    why: of.why,
    steps: list.map(of.step),
    inverse: [],
    risk: meta.risk,
    locks: meta.locks,
    reversible: false,
    needsRestart: false,
    facts: { list, perSecond },
    estimates: [
      { label: of.what, value: list.length, unit: '', source: 'the list' },
      {
        label: 'duration',
        value: list.length / perSecond,
        unit: 's',
        source: `at ${perSecond} a second; longer where answers take longer`,
      },
    ],
    affects: [],
  };
}

/**
 * Works through a list one after the other, at most `perSecond`, in batches of about a second, each journaled under
 * `statement`. What `work` counts is for the caller; what it throws ends the warming.
 */
export async function warmAll(
  session: CommandSession,
  { list, perSecond }: Warmed,
  statement: (batch: readonly string[]) => string,
  work: (item: string) => Promise<void>,
): Promise<void> {
  const size = Math.max(1, Math.round(perSecond));
  let due = performance.now();
  for (let from = 0; from < list.length; from += size) {
    const batch = list.slice(from, from + size);
    await session.execute(from / size, statement(batch), async () => {
      for (const item of batch) {
        await sleep(Math.max(0, due - performance.now()));
        // From when it is sent: what was late is not made up for by sending faster.
        due = performance.now() + 1000 / perSecond;
        await work(item);
      }
    });
  }
}

/** What a crash left of a warming needs no undoing. */
export const interrupted: Settled = {
  state: 'rolled-back',
  what: 'The warming was interrupted. What was warmed until then stays, and there is nothing to undo; it can be started again.',
};

/** A batch in words: its first and last, and how many. */
export function batchText(verb: string, batch: readonly string[]): string {
  const [first, last] = [batch[0] ?? '', batch.at(-1) ?? ''];
  return batch.length === 1 ? `${verb} ${first}` : `${verb} ${first} … ${last} (${batch.length})`;
}
