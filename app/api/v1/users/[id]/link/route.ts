import { route } from '@/lib/api/route';
import { createSignInLink, listUsers } from '@/lib/auth';
import { IdPath } from '@/lib/contracts/api';
import { AppError } from '@/lib/contracts/error';
import { audit } from '@/lib/store/audit';

export const POST = route({ role: 'admin', params: IdPath }, async ({ store, actor, params }) => {
  const user = (await listUsers(store, actor)).find((u) => u.id === params.id);
  if (!user) throw new AppError('not-found', `There is no user ${params.id}.`);
  const link = await createSignInLink(store, { userName: user.name, role: user.role });
  await audit(store.db, actor, { action: 'user.link', subject: user.name, outcome: 'ok' });
  return { signInPath: link.path };
});
