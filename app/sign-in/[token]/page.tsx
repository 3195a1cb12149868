import type { Metadata } from 'next';
import { PlainPage } from '@/components/shell/plain-page';
import { SignInButton } from '@/components/shell/sign-in-button';

export const metadata: Metadata = { title: 'Sign in', referrer: 'no-referrer' };

export default async function SignInByLink({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  return (
    <PlainPage title="Sign in to Ratchet">
      <p className="mb-5 text-ink2">This link works once, in this browser.</p>
      <SignInButton token={token} />
    </PlainPage>
  );
}
