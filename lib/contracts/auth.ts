import { z } from 'zod';

export const roles = ['viewer', 'operator', 'admin'] as const;
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

/** True when `role` may do what `needed` may. */
export function roleAllows(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
