import { AppError } from '@/lib/contracts/error';
import type { TrialDesign } from '@/lib/contracts/trial';
import type { Arm } from '@/lib/contracts/trial-record';
import type { BuiltWorkload } from '@/lib/load/workload';
import { loadTarget } from '@/lib/targets/registry';
import type { Bench } from './bench';
import { controlEndpoints } from './control';
import { decideSwitching } from './design';
import type { ChangeSwitch } from './switch';

/**
 * Warms both arms alike and measures what switching costs by going there and back once; decides from it whether
 * switching happens inside the rounds. Without changes (A/A) there is nothing to switch.
 */
export async function measureSwitching(
  bench: Bench,
  changes: ChangeSwitch,
  design: TrialDesign,
): Promise<{ segmentMs: number; interleaved: boolean }> {
  const segmentMs = design.settings.segmentSeconds * 1000;
  if (changes.changes.length === 0) {
    await bench.warm();
    return { segmentMs, interleaved: true };
  }
  const { signal } = bench.ctx;
  // Some of several changes are applied, or none: begin from before.
  if (changes.arm === null) await changes.to('before', signal);
  const start: Arm = changes.arm ?? 'before';
  const other: Arm = start === 'before' ? 'after' : 'before';
  await bench.warm();
  await bench.phase(
    other === 'after'
      ? 'Applying the change for the first time'
      : 'Rolling the change back for the first time',
  );
  const there = await changes.to(other, signal);
  await bench.warm();
  const back = await changes.to(start, signal);
  const [applyMs, rollbackMs] = start === 'before' ? [there, back] : [back, there];
  const decided = decideSwitching({ applyMs, rollbackMs, segmentMs });
  design.switching = { applyMs, rollbackMs, segmentMs: decided.segmentMs };
  await bench.ctx.say(
    `Applying took ${seconds(applyMs)}, rolling back ${seconds(rollbackMs)}: ` +
      (decided.interleaved
        ? `before and after are interleaved, in segments of ${seconds(decided.segmentMs)}`
        : 'too dear to switch inside the rounds; before and after are measured apart, against a control'),
  );
  return decided;
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
