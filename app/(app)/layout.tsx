import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { Shell } from '@/components/shell/shell';
import { currentActor } from '@/lib/auth';
import { asTour, tourCookie } from '@/lib/client/tour';

/** Everything in here needs a session; without one the answer is the sign-in page, never an empty frame. */
export default async function AppLayout({ children }: { children: ReactNode }) {
  const actor = await currentActor((await headers()).get('cookie'));
  if (!actor) redirect('/sign-in');
  const kept = await cookies();
  const folded = kept.get('ratchet_sidebar')?.value === 'folded';
  const tour = asTour(kept.get(tourCookie)?.value);
  return (
    <Shell me={{ name: actor.name, role: actor.role, via: actor.via }} folded={folded} tour={tour}>
      {children}
    </Shell>
  );
}
