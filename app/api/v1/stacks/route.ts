import { route } from '@/lib/api/route';

export const GET = route({ role: 'viewer' }, async ({ store }) => {
  const stacks = await store.db.stack.findMany({ orderBy: { id: 'asc' } });
  return stacks.map((s) => s.name);
});
