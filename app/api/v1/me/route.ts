import { route } from '@/lib/api/route';
import type { Me } from '@/lib/contracts/api';

export const GET = route(
  { role: 'viewer' },
  async ({ actor }): Promise<Me> => ({
    name: actor.name,
    role: actor.role,
    via: actor.via,
  }),
);
