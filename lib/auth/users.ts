import { z } from 'zod';
import { type Actor, Role } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import type { Prisma } from '@/prisma/generated/client';
import { requireRole } from './require-actor';

export interface UserView {
  id: number;
  name: string;
  role: Role;
  disabled: boolean;
  createdAt: string;
}

const NewUser = z.object({
  name: z
    .string()
    .trim()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,79}$/u, 'letters, digits and . _ @ + -, at most 80'),
  role: Role,
});

const view = (u: {
  id: number;
  name: string;
  role: string;
  disabled: boolean;
  createdAt: Date;
}): UserView => ({
  id: u.id,
  name: u.name,
  role: Role.parse(u.role),
  disabled: u.disabled,
  createdAt: u.createdAt.toISOString(),
});

/** All users. Needs admin. */
export async function listUsers(store: Store, actor: Actor): Promise<UserView[]> {
  requireRole(actor, 'admin');
  return (await store.db.user.findMany({ orderBy: { id: 'asc' } })).map(view);
}

/** Makes a user, who signs in by a link (createSignInLink). Needs admin. Throws AppError('conflict'). */
export async function createUser(
  store: Store,
  actor: Actor,
  input: z.input<typeof NewUser>,
): Promise<UserView> {
  requireRole(actor, 'admin');
  const { name, role } = NewUser.parse(input);
  return store.db.$transaction(async (tx) => {
    if (await tx.user.findUnique({ where: { name } })) {
      throw new AppError('conflict', `There is a user "${name}" already.`, { field: 'name' });
    }
    const made = await tx.user.create({ data: { name, role } });
    await audit(tx, actor, { action: 'user.create', subject: `${name} (${role})`, outcome: 'ok' });
    return view(made);
  });
}

/** Gives a user another role. Needs admin; the last admin keeps theirs. */
export async function setUserRole(store: Store, actor: Actor, id: number, role: Role): Promise<UserView> {
  requireRole(actor, 'admin');
  return change(store, actor, id, { role: Role.parse(role) }, `user.role`);
}

/** Shuts a user out: sessions end, tokens and links no longer work. Needs admin; the last admin stays. */
export async function disableUser(store: Store, actor: Actor, id: number): Promise<UserView> {
  requireRole(actor, 'admin');
  return change(store, actor, id, { disabled: true }, 'user.disable');
}

/** Lets a disabled user in again. Needs admin. */
export async function enableUser(store: Store, actor: Actor, id: number): Promise<UserView> {
  requireRole(actor, 'admin');
  return change(store, actor, id, { disabled: false }, 'user.enable');
}

async function change(
  store: Store,
  actor: Actor,
  id: number,
  data: { role?: Role; disabled?: boolean },
  action: string,
): Promise<UserView> {
  return store.db.$transaction(async (tx) => {
    // All admins are locked: two admins who disable each other at once must not both succeed.
    await tx.$queryRaw`select id from "user" where role = 'admin' order by id for update`;
    const user = await tx.user.findUnique({ where: { id } });
    if (!user) throw new AppError('not-found', `There is no user ${id}.`);
    const after = { ...user, ...data };
    const staysAdmin = after.role === 'admin' && !after.disabled;
    if (user.role === 'admin' && !user.disabled && !staysAdmin) await refuseLastAdmin(tx, user);
    const made = await tx.user.update({ where: { id }, data });
    if (data.disabled) await tx.session.deleteMany({ where: { userId: id } });
    const subject = data.role ? `${user.name}: ${user.role} to ${data.role}` : user.name;
    await audit(tx, actor, { action, subject, outcome: 'ok' });
    return view(made);
  });
}

async function refuseLastAdmin(
  tx: Prisma.TransactionClient,
  user: { id: number; name: string },
): Promise<void> {
  const others = await tx.user.count({ where: { role: 'admin', disabled: false, id: { not: user.id } } });
  if (others > 0) return;
  throw new AppError('conflict', `${user.name} is the last admin. Make another user admin first.`);
}
