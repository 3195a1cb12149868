import { route } from '@/lib/api/route';
import { KnobInput } from '@/lib/contracts/knobs';
import { planKnob } from '@/lib/optimize/plan-knob';

export const POST = route({ role: 'operator', body: KnobInput }, ({ store, actor, body }) =>
  planKnob(store, actor, body),
);
