'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback } from 'react';

/** One value of the address's query: filters and choices live there, so that a view can be linked to. */
export function useUrlState(key: string, fallback: string): [string, (value: string) => void] {
  const search = useSearchParams();
  const path = usePathname();
  const value = search.get(key) ?? fallback;
  const set = useCallback(
    (next: string) => {
      const params = new URLSearchParams(window.location.search);
      if (next === fallback) params.delete(key);
      else params.set(key, next);
      const text = params.toString();
      window.history.replaceState(null, '', text === '' ? path : `${path}?${text}`);
    },
    [key, fallback, path],
  );
  return [value, set];
}
