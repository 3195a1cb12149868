import { route } from '@/lib/api/route';
import { StackQuery, StartPassInput } from '@/lib/contracts/api';
import { listJobs } from '@/lib/jobs/list';
import { startPass } from '@/lib/jobs/start-pass';

export const GET = route({ role: 'viewer', query: StackQuery }, ({ store, query }) =>
  listJobs(store, { kind: 'pass', stack: query.stack }),
);

export const POST = route({ role: 'operator', body: StartPassInput }, ({ store, actor, body }) =>
  startPass(store, actor, body),
);
