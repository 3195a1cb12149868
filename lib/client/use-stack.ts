'use client';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useCallback } from 'react';
import { stacksQuery } from './queries/overview';

/**
 * The stack a page shows: `?stack=` where it is given, else the first one. `href` carries the choice along, so that
 * every view has an address that can be passed on. `stack` is null while the list loads, and when there is none.
 */
export function useStack() {
  const asked = useSearchParams().get('stack');
  const stacks = useQuery(stacksQuery());
  const stack = asked ?? stacks.data?.[0] ?? null;
  const href = useCallback(
    (path: string) =>
      asked === null ? path : `${path}${path.includes('?') ? '&' : '?'}stack=${encodeURIComponent(asked)}`,
    [asked],
  );
  return { stack, stacks: stacks.data ?? [], none: stacks.data?.length === 0, error: stacks.error, href };
}
