import { Role } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { Attempts } from './attempts';
import { hashOf, newSecret } from './secret';
import { openSession } from './session';

const MINUTE = 60_000;
/** The link that `npm start` prints. */
export const START_LINK_MINUTES = 24 * 60;
/** A link that an admin hands to someone. */
export const LINK_MINUTES = 15;

const attempts = new Attempts();

export interface NewLink {
  userName: string;
  /** Role of the user when this makes it; an existing user keeps the role it has. */
  role: Role;
  validMinutes?: number;
  /**
   * Give an existing user this role and enable it again. For the supervisor alone: who may start Ratchet on
   * its data folder owns it.
   */
  restore?: boolean;
}

/** Makes a link that signs a user in once. Only its hash is stored. */
export async function createSignInLink(
  store: Store,
  link: NewLink,
): Promise<{ token: string; path: string }> {
  const role = Role.parse(link.role);
  const token = newSecret();
  await store.db.$transaction(async (tx) => {
    const user = await tx.user.upsert({
      where: { name: link.userName },
      create: { name: link.userName, role },
      update: link.restore ? { role, disabled: false } : {},
    });
    if (user.disabled) throw new AppError('not-allowed', `The user "${user.name}" is disabled.`);
    const expiresAt = new Date(Date.now() + (link.validMinutes ?? LINK_MINUTES) * MINUTE);
    await tx.signInLink.create({ data: { id: hashOf(token), userId: user.id, expiresAt } });
    await tx.signInLink.deleteMany({ where: { expiresAt: { lt: new Date(Date.now() - 24 * 60 * MINUTE) } } });
    await tx.session.deleteMany({ where: { expiresAt: { lt: new Date() } } });
  });
  return { token, path: `/sign-in/${token}` };
}

/**
 * Turns a link into a session; returns the Set-Cookie value. Of several at once, one succeeds. `from` is where
 * the attempt comes from, for the limit on failed ones. Throws AppError('not-signed-in') for a link that is
 * wrong, used or too old.
 */
export async function redeemSignInLink(
  store: Store,
  token: string,
  from = 'anywhere',
): Promise<{ cookie: string }> {
  attempts.check(from);
  const cookie = await store.db.$transaction(async (tx) => {
    const now = new Date();
    // The row lock of this update lets one of several through.
    const [link] = await tx.signInLink.updateManyAndReturn({
      where: { id: hashOf(token), usedAt: null, expiresAt: { gt: now }, user: { disabled: false } },
      data: { usedAt: now },
      include: { user: true },
    });
    if (!link) return null;
    const { user } = link;
    const actor = { userId: user.id, name: user.name, role: Role.parse(user.role), via: 'session' } as const;
    await audit(tx, actor, { action: 'session.open', subject: user.name, outcome: 'ok' });
    return openSession(tx, user.id);
  });
  if (cookie !== null) return { cookie };
  attempts.failed(from);
  throw new AppError(
    'not-signed-in',
    'This sign-in link is wrong, was used already, or is too old. Ask an admin for a new one, or start Ratchet again: ' +
      'each start prints one.',
  );
}
