import { json } from '@/lib/api/respond';
import { route } from '@/lib/api/route';
import { signOut } from '@/lib/auth';

export const POST = route({ role: 'viewer' }, async ({ store, request }) => {
  const { cookie } = await signOut(store, request.headers.get('cookie'));
  const response = json({ ok: true });
  response.headers.append('set-cookie', cookie);
  return response;
});
