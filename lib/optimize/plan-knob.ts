import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { HttpSnapshot } from '@/lib/contracts/http-snapshot';
import type { Knob, KnobInput } from '@/lib/contracts/knobs';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { loadTargets } from '@/lib/targets/registry';
import { knobsPlan, tryKnobs } from './catalogue/service/set-knobs';

/**
 * Plans another value of a knob as a change of its own that can be looked over, tried and applied; sets nothing. Its trial is
 * judged by the routes that the knob names, else by all. Returns its id.
 * @throws AppError 'not-found' for the target or the knob; 'bad-input' for a value that the knob does not take or has
 */
export async function planKnob(store: Store, actor: Actor, input: KnobInput): Promise<{ changeId: number }> {
  const { name, value } = input;
  const targets = await loadTargets(store, { stack: input.stack });
  const target = targets.find((t) => t.name === input.target && t.kind === 'http');
  if (!target) throw new AppError('not-found', `${input.stack} has no service named ${input.target}.`);
  const seen = await store.db.snapshot.findUnique({
    where: { targetId_collector: { targetId: target.id, collector: 'http' } },
  });
  const knobs = HttpSnapshot.safeParse(seen?.data).data?.knobs ?? [];
  const knob = knobs.find((k) => k.name === name);
  if (!knob)
    throw new AppError(
      'not-found',
      `${target.name} was not seen to offer a knob named ${name}. See docs/knobs.md.`,
    );
  const refused = refusal(knob, value);
  if (refused !== null) throw new AppError('bad-input', refused, { field: 'value' });
  const plan = knobsPlan(tryKnobs.meta, {
    ...{ target: target.name, knobs, values: { [name]: value } },
    ...{ why: `${actor.name} wants to know what it does.`, affects: knob.routes ?? [] },
  });
  if (!plan) throw new AppError('bad-input', `${name} is ${value} already.`, { field: 'value' });
  const { optimization, key, title, subject } = plan;
  return store.db.$transaction(async (tx) => {
    const { id } = await tx.change.create({
      data: { targetId: target.id, key, optimization, title, subject, plan: plan as object },
    });
    await audit(tx, actor, {
      action: 'change.plan',
      subject: `change ${id} on ${target.name}: ${title}`,
      outcome: 'ok',
    });
    return { changeId: id };
  });
}

function refusal(knob: Knob, value: boolean | number): string | null {
  if (knob.type === 'boolean') return typeof value === 'boolean' ? null : `${knob.name} is on or off.`;
  const { minimum, maximum } = knob;
  if (typeof value === 'number' && value >= minimum && value <= maximum) return null;
  return `${knob.name} is a whole number from ${minimum} to ${maximum}.`;
}
