import { route } from '@/lib/api/route';
import { createSignInLink, createUser, listUsers } from '@/lib/auth';
import { CreateUserInput } from '@/lib/contracts/api';

export const GET = route({ role: 'admin' }, ({ store, actor }) => listUsers(store, actor));

/** Makes a user and the link by which they sign in for the first time. */
export const POST = route({ role: 'admin', body: CreateUserInput }, async ({ store, actor, body }) => {
  const user = await createUser(store, actor, body);
  const link = await createSignInLink(store, { userName: user.name, role: user.role });
  return { signInPath: link.path };
});
