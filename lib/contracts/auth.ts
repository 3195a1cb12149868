import { z } from 'zod';
import { roles } from './roles';

export { roleAllows, roles } from './roles';
export const Role = z.enum(roles);
export type Role = z.infer<typeof Role>;

/** Who does something. */
export const Actor = z.object({
  userId: z.number().int().nullable(),
  name: z.string(),
  role: Role,
  via: z.enum(['session', 'token', 'cli', 'worker']),
});
export type Actor = z.infer<typeof Actor>;
