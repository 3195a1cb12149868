import { route } from '@/lib/api/route';
import { FindingsQuery } from '@/lib/contracts/finding';
import { listFindings } from '@/lib/diagnose/verbs';

export const GET = route({ role: 'viewer', query: FindingsQuery }, ({ store, query }) =>
  listFindings(store, query),
);
