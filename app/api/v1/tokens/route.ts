import { route } from '@/lib/api/route';
import { createToken, listTokens } from '@/lib/auth';
import { CreateTokenInput } from '@/lib/contracts/api';

export const GET = route({ role: 'viewer' }, ({ store, actor }) => listTokens(store, actor));

export const POST = route({ role: 'viewer', body: CreateTokenInput }, ({ store, actor, body }) =>
  createToken(store, actor, body),
);
