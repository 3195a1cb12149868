'use client';
import { useCallback } from 'react';
import { signOut } from '@/lib/client/queries/me';
import { useToast } from '../ui/toast';

/** Ends the session; a whole page load follows, so that nothing of it stays in memory. */
export function useSignOut(): () => void {
  const say = useToast();
  return useCallback(() => {
    signOut().then(
      () => window.location.assign('/sign-in'),
      (error: Error) => say(error.message, true),
    );
  }, [say]);
}
