import { type Actor, Role, roleAllows } from '@/lib/contracts/auth';
import type { Store } from '@/lib/store/client';
import { hashOf } from './secret';

export const TOKEN_PREFIX = 'rat_';

/** Who an Authorization header belongs to; null when its token is not valid. */
export async function bearerActor(store: Store, authorization: string): Promise<Actor | null> {
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  if (!token?.startsWith(TOKEN_PREFIX)) return null;
  const row = await store.db.apiToken.findUnique({ where: { hash: hashOf(token) }, include: { user: true } });
  if (!row || row.revokedAt || row.user.disabled) return null;
  const now = Date.now();
  if ((row.lastUsedAt?.getTime() ?? 0) < now - 60_000) {
    await store.db.apiToken.updateMany({ where: { id: row.id }, data: { lastUsedAt: new Date(now) } });
  }
  const [own, users] = [Role.parse(row.role), Role.parse(row.user.role)];
  // A token never allows more than its user, also when that user's role was lowered later.
  const role = roleAllows(users, own) ? own : users;
  return { userId: row.userId, name: row.user.name, role, via: 'token' };
}
