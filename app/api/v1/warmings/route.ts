import { route } from '@/lib/api/route';
import { WarmingInput } from '@/lib/contracts/warming';
import { planWarming } from '@/lib/optimize/plan-warming';

export const POST = route({ role: 'operator', body: WarmingInput }, ({ store, actor, body }) =>
  planWarming(store, actor, body),
);
