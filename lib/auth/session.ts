import { type Actor, Role } from '@/lib/contracts/auth';
import type { Store } from '@/lib/store/client';
import type { Prisma } from '@/prisma/generated/client';
import { removedCookie, sessionCookie, sessionValue } from './cookie';
import { hashOf, newSecret, sign, verify } from './secret';

const DAY = 24 * 3600 * 1000;
/** A session ends when it was not used for this long. */
export const SESSION_DAYS = 30;

const endOf = (now: number) => new Date(now + SESSION_DAYS * DAY);

/** Opens a session for a user; returns the Set-Cookie value. */
export async function openSession(tx: Prisma.TransactionClient, userId: number): Promise<string> {
  const secret = newSecret();
  await tx.session.create({ data: { id: hashOf(secret), userId, expiresAt: endOf(Date.now()) } });
  return sessionCookie(sign(secret));
}

/** Who a Cookie header belongs to; null without a valid session. Use prolongs the session. */
export async function sessionActor(
  store: Store,
  cookieHeader: string | null | undefined,
): Promise<Actor | null> {
  const secret = secretIn(cookieHeader);
  if (secret === null) return null;
  const now = Date.now();
  const session = await store.db.session.findUnique({
    where: { id: hashOf(secret) },
    include: { user: true },
  });
  if (!session || session.expiresAt.getTime() <= now || session.user.disabled) return null;
  // Once a day is enough.
  if (session.expiresAt.getTime() < endOf(now).getTime() - DAY) {
    await store.db.session.updateMany({ where: { id: session.id }, data: { expiresAt: endOf(now) } });
  }
  const { user } = session;
  return { userId: user.id, name: user.name, role: Role.parse(user.role), via: 'session' };
}

/** Ends the session of a Cookie header; returns the Set-Cookie value that removes the cookie. */
export async function signOut(
  store: Store,
  cookieHeader: string | null | undefined,
): Promise<{ cookie: string }> {
  const secret = secretIn(cookieHeader);
  if (secret !== null) await store.db.session.deleteMany({ where: { id: hashOf(secret) } });
  return { cookie: removedCookie() };
}

function secretIn(cookieHeader: string | null | undefined): string | null {
  const value = sessionValue(cookieHeader);
  return value === null ? null : verify(value);
}
