'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback, useEffect, useRef, useState } from 'react';

/**
 * One value of the address's query: filters and choices live there, so that a view can be linked to. What is chosen
 * shows at once and the address follows: the router hands a new address on in its own time, and a field that waited
 * for it would lose letters typed meanwhile.
 */
export function useUrlState(key: string, fallback: string): [string, (value: string) => void] {
  const inAddress = useSearchParams().get(key) ?? fallback;
  const path = usePathname();
  const [value, setValue] = useState(inAddress);
  const written = useRef(inAddress);

  // Someone else changed the address (back, a link): follow it. Our own writes come round here too, and late.
  useEffect(() => {
    if (inAddress === written.current) return;
    if (new URLSearchParams(window.location.search).get(key) !== written.current) {
      written.current = inAddress;
      setValue(inAddress);
    }
  }, [inAddress, key]);

  const set = useCallback(
    (next: string) => {
      setValue(next);
      written.current = next;
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
