import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { Shell } from '@/components/shell/shell';
import { currentActor } from '@/lib/auth';

/** Everything in here needs a session; without one the answer is the sign-in page, never an empty frame. */
export default async function AppLayout({ children }: { children: ReactNode }) {
  const actor = await currentActor((await headers()).get('cookie'));
  if (!actor) redirect('/sign-in');
  const folded = (await cookies()).get('ratchet_sidebar')?.value === 'folded';
  return (
    <Shell me={{ name: actor.name, role: actor.role, via: actor.via }} folded={folded}>
      {children}
    </Shell>
  );
}
