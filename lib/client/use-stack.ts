'use client';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useCallback } from 'react';
import { stacksQuery } from './queries/overview';
import { carried } from './time-range';

/**
 * The stack a page shows: `?stack=` where it is given, else the first one. `href` carries the choice along (and the
 * time range, between pages that show one), so that every view has an address that can be passed on. `stack` is null
 * while the list loads, and when there is none.
 */
export function useStack() {
  const query = useSearchParams();
  const asked = query.get('stack');
  const stacks = useQuery(stacksQuery());
  const stack = asked ?? stacks.data?.[0] ?? null;
  const href = useCallback(
    (path: string) => {
      const parts = carried(path, query);
      if (asked !== null) parts.push(['stack', asked]);
      if (parts.length === 0) return path;
      return `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(parts)}`;
    },
    [asked, query],
  );
  return { stack, stacks: stacks.data ?? [], none: stacks.data?.length === 0, error: stacks.error, href };
}
