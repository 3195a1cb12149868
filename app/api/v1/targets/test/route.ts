import { route } from '@/lib/api/route';
import { TestTargetInput } from '@/lib/contracts/api';
import { testConnection } from '@/lib/targets/registry';

export const POST = route({ role: 'admin', body: TestTargetInput }, ({ body }) =>
  testConnection(body.connection, body.options),
);
