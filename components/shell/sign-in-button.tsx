'use client';
import { useState } from 'react';
import { signIn } from '@/lib/client/queries/me';
import { Button } from '../ui/button';

/** Uses the link up by a press: what only previews the address does not. */
export function SignInButton({ token }: { token: string }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const go = () => {
    setBusy(true);
    setError(null);
    signIn(token).then(
      () => window.location.assign('/'),
      (e: Error) => {
        setBusy(false);
        setError(e.message);
      },
    );
  };
  return (
    <>
      <Button tone="primary" busy={busy} onClick={go} className="w-full">
        Sign in
      </Button>
      {error && (
        <p role="alert" className="mt-3 rounded-lg bg-bad-soft px-3 py-2 text-sm text-bad-ink">
          {error}
        </p>
      )}
    </>
  );
}
