import { route } from '@/lib/api/route';
import { AddTargetInput, StackQuery } from '@/lib/contracts/api';
import { addTarget, targetViews } from '@/lib/targets/registry';

export const GET = route({ role: 'viewer', query: StackQuery }, ({ store, query }) =>
  targetViews(store, query.stack),
);

export const POST = route({ role: 'admin', body: AddTargetInput }, async ({ store, actor, body }) => ({
  id: await addTarget(store, actor, body),
}));
