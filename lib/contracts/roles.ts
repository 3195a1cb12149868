/** Roles, least first. Apart from the schemas, so that a page can ask without loading the schema library. */
export const roles = ['viewer', 'operator', 'admin'] as const;

/** True when `role` may do what `needed` may. */
export function roleAllows(role: (typeof roles)[number], needed: (typeof roles)[number]): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}
