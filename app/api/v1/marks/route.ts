import { route } from '@/lib/api/route';
import { MarksQuery } from '@/lib/contracts/marks';
import { stackMarks } from '@/lib/observe/marks';

export const GET = route({ role: 'viewer', query: MarksQuery }, ({ store, query }) =>
  stackMarks(store, query),
);
