import { z } from 'zod';
import { ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import type { TrialDesign } from '@/lib/contracts/trial';
import type { Arm, GeneratorHealth } from '@/lib/contracts/trial-record';
import type { BuiltWorkload } from '@/lib/load/workload';
import { loadTarget } from '@/lib/targets/registry';
import type { Bench } from './bench';
import { controlEndpoints } from './control';
import { decideSwitching } from './design';
import type { ChangeSwitch } from './switch';

export interface Conditions {
  segmentMs: number;
  interleaved: boolean;
  /** The generator's health in the warm-up of each arm. */
  health: GeneratorHealth[];
}

/**
 * Warms both arms alike and measures what switching costs by going there and back once; decides from it whether
 * switching happens inside the rounds. Without changes (A/A) there is nothing to switch. Ends in the arm it began in.
 */
export async function measureConditions(
  bench: Bench,
  changes: ChangeSwitch,
  design: TrialDesign,
  mustAnswer: string | null,
): Promise<Conditions> {
  const segmentMs = design.settings.segmentSeconds * 1000;
  const { signal } = bench.ctx;
  // Only some of several changes are applied: begin from before.
  if (changes.arm === null) await changes.to('before', signal);
  const start: Arm = changes.changes.length === 0 ? 'before' : (changes.arm ?? 'before');
  const first = await bench.warm(start, mustAnswer);
  if (changes.changes.length === 0) return { segmentMs, interleaved: true, health: [first.generator] };
  const other: Arm = start === 'before' ? 'after' : 'before';
  await bench.phase(other === 'after' ? 'Applying for the first time' : 'Rolling back for the first time');
  const there = await changes.to(other, signal);
  await refusePreexisting(changes);
  const second = await bench.warm(other, mustAnswer);
  const back = await changes.to(start, signal);
  const [applyMs, rollbackMs] = start === 'before' ? [there, back] : [back, there];
  const decided = decideSwitching({ applyMs, rollbackMs, segmentMs });
  design.switching = { applyMs, rollbackMs, segmentMs: decided.segmentMs };
  return { ...decided, health: [first.generator, second.generator] };
}

/** What the conditions mean, in words. */
export function conditionsSentence({ switching, interleaved }: TrialDesign): string | null {
  if (!switching) return null;
  const cost = `Applying took ${seconds(switching.applyMs)}, rolling back ${seconds(switching.rollbackMs)}`;
  return interleaved
    ? `${cost}: before and after are interleaved, in segments of ${seconds(switching.segmentMs)}`
    : `${cost}: too dear to switch inside the rounds; before and after are measured apart, against a control`;
}

const Preexisting = z.object({ preexisting: z.literal(true) });

/** What was there before the change is left by its rollback, so *before* could not be measured. */
async function refusePreexisting(changes: ChangeSwitch): Promise<void> {
  const rows = await changes.store.db.change.findMany({
    where: { id: { in: changes.changes.map((c) => c.id) } },
  });
  for (const { title, plan } of rows) {
    if (!Preexisting.safeParse(ChangePlan.parse(plan).facts).success) continue;
    throw new AppError(
      'conflict',
      `"${title}": what it would make is there already and is not Ratchet's to remove, so there is no before to compare with. Diagnose again.`,
    );
  }
}

/** Control endpoints for the separated design. Throws AppError('unsupported') when there is none. */
export async function controlOf(changes: ChangeSwitch, built: BuiltWorkload): Promise<string[]> {
  let control: string[] | null = null;
  for (const { id, plan } of changes.changes) {
    const row = await changes.store.db.change.findUniqueOrThrow({ where: { id } });
    const target = await loadTarget(changes.store, row.targetId);
    const own = await controlEndpoints(plan, target, built.workload);
    control = control === null ? own : control.filter((name) => own.includes(name));
  }
  if (control !== null && control.length > 0) return control;
  throw new AppError(
    'unsupported',
    'Switching this change takes too long to do it inside the rounds, and the workload has no statement that the change cannot touch to serve as a control. ' +
      'The change was not kept. Use longer segments, or add a statement on another table to the workload.',
  );
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;
