import { z } from 'zod';
import { type Actor, Role, roleAllows } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { TOKEN_PREFIX } from './bearer';
import { requireRole } from './require-actor';
import { hashOf, newSecret } from './secret';

export interface TokenView {
  id: number;
  name: string;
  user: string;
  role: Role;
  createdAt: string;
  lastUsedAt: string | null;
}

const NewToken = z.object({ name: z.string().trim().min(1).max(80), role: Role });

/** Makes an API token for the actor; the token itself is shown this once. Its role is at most the actor's. */
export async function createToken(
  store: Store,
  actor: Actor,
  input: z.input<typeof NewToken>,
): Promise<{ id: number; token: string }> {
  const { name, role } = NewToken.parse(input);
  requireRole(actor, role);
  const userId = actor.userId;
  if (userId === null) throw new AppError('not-allowed', 'An API token belongs to a user; sign in first.');
  const token = `${TOKEN_PREFIX}${newSecret()}`;
  return store.db.$transaction(async (tx) => {
    const row = await tx.apiToken.create({ data: { userId, name, role, hash: hashOf(token) } });
    await audit(tx, actor, { action: 'token.create', subject: `${name} (${role})`, outcome: 'ok' });
    return { id: row.id, token };
  });
}

/** Tokens that are not revoked: the actor's own, or everyone's for an admin. */
export async function listTokens(store: Store, actor: Actor): Promise<TokenView[]> {
  const mine = roleAllows(actor.role, 'admin') ? {} : { userId: actor.userId ?? -1 };
  const rows = await store.db.apiToken.findMany({
    where: { revokedAt: null, ...mine },
    include: { user: true },
    orderBy: { id: 'asc' },
  });
  return rows.map((r) => ({
    id: r.id,
    name: r.name,
    user: r.user.name,
    role: Role.parse(r.role),
    createdAt: r.createdAt.toISOString(),
    lastUsedAt: r.lastUsedAt?.toISOString() ?? null,
  }));
}

/** Revokes a token: one's own, or anyone's for an admin. Throws AppError('not-found'). */
export async function revokeToken(store: Store, actor: Actor, id: number): Promise<void> {
  const mine = roleAllows(actor.role, 'admin') ? {} : { userId: actor.userId ?? -1 };
  await store.db.$transaction(async (tx) => {
    const [row] = await tx.apiToken.updateManyAndReturn({
      where: { id, revokedAt: null, ...mine },
      data: { revokedAt: new Date() },
    });
    if (!row) throw new AppError('not-found', `There is no API token ${id} of yours.`);
    await audit(tx, actor, { action: 'token.revoke', subject: row.name, outcome: 'ok' });
  });
}
